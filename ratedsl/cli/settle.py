"""`ratedsl settle`: what the parties of a plan owe each other for stored usage."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.plans import load_plan
from ratedsl.cli.problem import Problem
from ratedsl.cli.progress import progress
from ratedsl.cli.unmask import declare, judge, viewing

if TYPE_CHECKING:
    from datetime import date

    from ratedsl.billing.costs import CostRows

HELP = "say what the parties of a plan owe each other"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the plan, the usage, and whose statement to print."""
    parser.epilog = (
        "Prints a statement for each party and bill cycle, over all accounts that hold the plan."
    )
    parser.add_argument("plan", metavar="PLAN", type=Path, help="the plan's file")
    parser.add_argument(
        "--usage", metavar="DB", type=Path, required=True, help="the usage database"
    )
    parser.add_argument(
        "--cycle", metavar="YYYY-MM", help="the bill cycle that starts in this month; default all"
    )
    parser.add_argument("--party", metavar="ID", help="one party's statement; default all")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    declare(parser)


def run(arguments: argparse.Namespace) -> int:
    """Rate and print; 0 unless something is wrong with what was asked for."""
    from ratedsl.billing.costs import CostRows  # noqa: PLC0415
    from ratedsl.billing.settlement import settle  # noqa: PLC0415
    from ratedsl.cli.bill_forms import shown_width  # noqa: PLC0415
    from ratedsl.cli.bills import all_bills, billed_accounts, tell  # noqa: PLC0415
    from ratedsl.cli.cycles import judge_cycle, wanted_cycles  # noqa: PLC0415
    from ratedsl.lang.spelling import did_you_mean  # noqa: PLC0415
    from ratedsl.rating.tables import PlanTables  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415
    from ratedsl.report.settlement import render_settlements  # noqa: PLC0415
    from ratedsl.usage.store import Store, StoreError  # noqa: PLC0415

    judge(arguments)
    plan = load_plan(arguments.plan)
    known = [party.id for party in plan.parties]
    if not known:
        raise Problem(f"plan `{plan.id}` has no parties; add a `party` record")
    if arguments.party and arguments.party not in known:
        hint = did_you_mean(arguments.party, known)
        raise Problem(f"plan `{plan.id}` has no party `{arguments.party}`; {hint}")
    tables = PlanTables(plan)
    judge_cycle(tables, arguments.cycle)
    costs: dict[date, CostRows] = {}
    try:
        with (
            Store.open(arguments.usage) as store,
            store.snapshot(),
            progress(f"rating {arguments.plan.name}") as advance,
        ):
            wanted = wanted_cycles([tables], store, arguments)
            accounts = billed_accounts([tables], store.accounts())
            tell([tables], accounts)
            for billed in all_bills(tables, store, accounts, wanted, advance):
                start = billed.invoice.start
                if start not in costs:
                    costs[start] = CostRows(plan, tables.day)
                costs[start].merge(billed.costs)
    except StoreError as error:
        raise Problem(str(error)) from error
    if not costs:
        raise Problem(f"{arguments.usage} holds no usage that this plan could rate")
    rows = f"all accounts, cycle {arguments.cycle}" if arguments.cycle else "all accounts, all time"
    try:
        with viewing(arguments, arguments.usage, rows, "statements of parties"):
            found = [
                settle(tables, tables.cycles.on(start), costs[start], arguments.party or "")
                for start in sorted(costs)
            ]
            sys.stdout.write(
                render_settlements(
                    found, arguments.format, colour=wants_colour(sys.stdout), width=shown_width()
                )
            )
    except StoreError as error:
        raise Problem(str(error)) from error
    return 0
