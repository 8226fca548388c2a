"""`ratedsl authorise`: how much of a request a line's balances allow at that instant."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.problem import Problem
from ratedsl.cli.unmask import declare, judge, viewing
from ratedsl.usage.privacy import mask_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ratedsl.lang.diagnostics import Diagnostic
    from ratedsl.plan.load import Loaded
    from ratedsl.plan.model import Plan, TestEvent
    from ratedsl.rating.events import Line

HELP = "say how much of a request the balances allow"

EXAMPLE = "voice to +351210000000 for 3600 s at 2026-08-03 10:00"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the plan, the usage, the line, and the request."""
    parser.epilog = (
        "The request is written as an `event` of a test, with the day and time of its start. Usage "
        "and top-ups stored until then count. Nothing is drawn.\n\nexample:\n"
        f'  ratedsl authorise prepaid.rate --usage usage.db --line L-1 "{EXAMPLE}"'
    )
    parser.add_argument(
        "plan", metavar="PLAN", type=Path, help="the plan's file, or a folder of plans"
    )
    parser.add_argument("request", metavar="REQUEST", help="what is asked for")
    parser.add_argument(
        "--usage", metavar="DB", type=Path, required=True, help="the usage database"
    )
    parser.add_argument("--line", metavar="ID", required=True, help="the line that asks")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    declare(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask and print; 0 whatever the answer is."""
    from dataclasses import replace  # noqa: PLC0415

    from ratedsl.billing.replay import by_clock_of, each_of, on_plans  # noqa: PLC0415
    from ratedsl.billing.request import ask  # noqa: PLC0415
    from ratedsl.cli.bills import plan_groups  # noqa: PLC0415
    from ratedsl.report.authorisation import (  # noqa: PLC0415
        authorisation_json,
        authorisation_text,
    )
    from ratedsl.testing.scene import event_of  # noqa: PLC0415
    from ratedsl.usage.store import Store, StoreError  # noqa: PLC0415

    judge(arguments)
    groups = plan_groups(arguments.plan)
    try:
        with Store.open(arguments.usage) as store, store.snapshot():
            account = store.account(store.owner_of(arguments.line))
            events = store.events_of(account.id)
            for tables in each_of(groups):
                if any("plan" in zone.lines for zone in tables.plan.zones):
                    tables.choices.numbers = store.numbers_of(tables.plan.id)
    except StoreError as error:
        raise Problem(str(error)) from error
    line = next(one for one in account.lines if one.id == arguments.line)
    plan, event = _requested(arguments.plan, line, arguments.request)
    group = next(one for one in groups if any(each.plan.id == plan for each in each_of([one])))
    group = by_clock_of(group, account)
    held = on_plans(account, group)
    mine = {one.id for one in held.lines}
    if line.id not in mine:
        raise Problem(f"line `{mask_text(line.id)}` never holds `{plan}`")
    tables = next(one for one in each_of([group]) if one.plan.id == plan)
    request = replace(event_of(tables, event), id="~request", line=line.id)
    asked = ask(group, held, [one for one in events if one.line in mine], request)
    render = authorisation_json if arguments.format == "json" else authorisation_text
    try:
        with viewing(arguments, arguments.usage, f"line {line.id}", "line, balances, numbers"):
            sys.stdout.write(render(asked, line.id, " ".join(arguments.request.split())))
    except StoreError as error:
        raise Problem(str(error)) from error
    return 0


def _requested(path: Path, line: Line, words: str) -> tuple[str, TestEvent]:
    """The plan that the line holds when it asks, and the request in that plan's terms."""
    from ratedsl.plan.request import read_request  # noqa: PLC0415

    last: tuple[str, TestEvent] | None = None
    for file, loaded, plan in _candidates(path, line):
        found = read_request(file, loaded, words)
        if found.event is None:
            raise Problem(_explained(found.problems, plan))
        if found.event.line:
            raise Problem("--line names the line; leave it out of the request")
        if found.event.times != 1:
            raise Problem("a request is for one event; leave the number of times out")
        last = plan.id, found.event
        if any(one.plan == plan.id and one.holds(found.event.day) for one in line.subscriptions):
            break
    if last is None:
        raise Problem(f"line `{mask_text(line.id)}` holds none of the plans in {path}")
    return last


def _candidates(path: Path, line: Line) -> Iterator[tuple[Path, Loaded, Plan]]:
    """The plan of the file; of a folder, those that the line ever holds."""
    from ratedsl.cli.plans import find_files, load_file  # noqa: PLC0415

    held = {one.plan for one in line.subscriptions}
    for file in find_files([path]):
        loaded = load_file(file)
        if loaded.plan is not None and (loaded.plan.id in held or not path.is_dir()):
            yield file, loaded, loaded.plan


def _explained(problems: Sequence[Diagnostic], plan: Plan) -> str:
    for one in problems:
        remedy = f"; {one.help}" if one.help else ""
        return f"the request cannot be read: {one.message}{remedy}"
    return f"the request is no event of plan `{plan.id}`; write it as `{EXAMPLE}`"
