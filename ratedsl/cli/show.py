"""`ratedsl show`: a plan as it is on a day, its `use` and `extends` resolved."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ratedsl.cli.plans import load_plan
from ratedsl.cli.problem import Problem

if TYPE_CHECKING:
    from ratedsl.plan.model import Plan

HELP = "print a plan as it is on a day"
SCHEMA = "ratedsl.plan/1"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the plan, the day and the form."""
    parser.add_argument("plan", metavar="PLAN", type=Path, help="the plan's file")
    parser.add_argument("--as-of", metavar="DATE", help="the day; default today, in its time zone")
    parser.add_argument(
        "--signup", metavar="DATE", help="for lines that signed up on this day and keep its prices"
    )
    parser.add_argument(
        "--resolved",
        action="store_true",
        help="the plan as one .rate text, with all that it uses and extends in it",
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
    if arguments.resolved:
        return _resolved(arguments, plan)
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


def _resolved(arguments: argparse.Namespace, plan: Plan) -> int:
    from ratedsl.plan.load import load  # noqa: PLC0415
    from ratedsl.plan.written import written  # noqa: PLC0415
    from ratedsl.report.safe import safe_text  # noqa: PLC0415

    if arguments.as_of or arguments.signup or arguments.format != "text":
        raise Problem("--resolved is the whole text; leave the other options out")
    text = written(arguments.plan)
    # What is printed has to be the plan: a text that says something else would be worse than none.
    again = load(arguments.plan, {arguments.plan.resolve(): text}).plan
    assert again is not None and again.content_hash == plan.content_hash, "another plan"
    sys.stdout.write("".join(f"{safe_text(line)}\n" for line in text.splitlines()))
    return 0


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(f"`{text}` is no date; write it as 2026-07-01") from None
