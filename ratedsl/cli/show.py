"""`ratedsl show`: a plan as it is on a day, its `use` and `extends` resolved."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ratedsl.cli.plans import load_plan
from ratedsl.cli.problem import Problem

HELP = "print a plan as it is on a day"
SCHEMA = "ratedsl.plan/1"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the plan, the day and the form."""
    parser.add_argument("plan", metavar="PLAN", type=Path, help="the plan's file")
    parser.add_argument("--as-of", metavar="DATE", help="the day; default today, in its time zone")
    parser.add_argument(
        "--signup", metavar="DATE", help="for lines that signed up on this day and keep its prices"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--json", action="store_const", const="json", dest="format", help="short for --format json"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the plan; 0 unless it cannot be read."""
    from ratedsl.plan.as_of import as_of  # noqa: PLC0415
    from ratedsl.plan.signup import signed_up  # noqa: PLC0415

    plan = load_plan(arguments.plan)
    day = _day(arguments.as_of) or datetime.now(ZoneInfo(plan.timezone)).date()
    signup = _day(arguments.signup)
    shown = as_of(plan if signup is None else signed_up(plan, signup), day)
    if arguments.format == "json":
        from ratedsl.report.json_text import json_text  # noqa: PLC0415

        body = shown.model_dump(mode="json")
        head = {"schema": SCHEMA, "as_of": str(day), "content_hash": plan.content_hash}
        sys.stdout.write(json_text({**head, "plan": body}))
        return 0
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415
    from ratedsl.report.show import render_plan  # noqa: PLC0415

    sys.stdout.write(render_plan(shown, plan, day, colour=wants_colour(sys.stdout)))
    return 0


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(f"`{text}` is no date; write it as 2026-07-01") from None
