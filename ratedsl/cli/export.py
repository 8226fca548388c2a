"""`ratedsl export`: plans and bills as the resources that other systems exchange."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.problem import Problem
from ratedsl.cli.unmask import declare, judge, viewing

if TYPE_CHECKING:
    from ratedsl.billing.sides import Plans
    from ratedsl.cli.cycles import Wanted
    from ratedsl.rating.events import Account
    from ratedsl.rating.parts import RatedEvent
    from ratedsl.usage.store import Store

HELP = "write a plan or an invoice as TM Forum resources"
SHOWN = 8


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the standard and the file."""
    standards = parser.add_subparsers(dest="standard", metavar="STANDARD", required=True)
    catalog = standards.add_parser("tmf620", help="a plan as a product offering with its prices")
    catalog.add_argument("file", metavar="PLAN", type=Path, help="the plan's file")
    usage = standards.add_parser("tmf635", help="rated usage, one resource a line")
    usage.add_argument(
        "file", metavar="PLAN", type=Path, help="the plan's file, or a folder of plans"
    )
    usage.add_argument("--usage", metavar="DB", type=Path, required=True, help="the usage database")
    usage.add_argument("--account", metavar="ID", help="one account; default all on the plan")
    usage.add_argument("--cycle", metavar="YYYY-MM", help="the bill cycles of this month")
    declare(usage)
    bill = standards.add_parser("tmf678", help="an invoice as a customer bill with its rates")
    bill.add_argument(
        "file", metavar="FILE", type=Path, help="an invoice that `rate --format json` wrote"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the resources; 0 unless the file is not what is asked for."""
    return {"tmf620": _catalog, "tmf635": _usage, "tmf678": _bill}[arguments.standard](arguments)


def _catalog(arguments: argparse.Namespace) -> int:
    from ratedsl.cli.plans import load_plan  # noqa: PLC0415
    from ratedsl.export.exact_json import exact_json  # noqa: PLC0415
    from ratedsl.export.tmf620.catalog import product_catalog  # noqa: PLC0415
    from ratedsl.report.safe import safe_text  # noqa: PLC0415

    catalog = product_catalog(load_plan(arguments.file))
    sys.stdout.write(exact_json(catalog.resources()))
    if catalog.lost:
        sys.stderr.write(
            f"TMF620 has no field for {len(catalog.lost)} facts, listed in `notCarried`:\n"
        )
        for one in catalog.lost[:SHOWN]:
            sys.stderr.write(f"  {safe_text(one.words)}\n")
        if len(catalog.lost) > SHOWN:
            sys.stderr.write(f"  and {len(catalog.lost) - SHOWN} more\n")
    return 0


def _usage(arguments: argparse.Namespace) -> int:
    from ratedsl.billing.replay import each_of  # noqa: PLC0415
    from ratedsl.cli.bills import billed_accounts, plan_groups  # noqa: PLC0415
    from ratedsl.cli.cycles import judge_cycle, wanted_cycles  # noqa: PLC0415
    from ratedsl.usage.store import Store, StoreError  # noqa: PLC0415

    judge(arguments)
    plans = plan_groups(arguments.file)
    for one in plans:
        judge_cycle(next(each_of([one])), arguments.cycle)
    of = f"account {arguments.account}" if arguments.account else "all accounts"
    rows = f"rated usage of {of}, {arguments.cycle or 'all time'}"
    try:
        with (
            Store.open(arguments.usage) as store,
            viewing(arguments, arguments.usage, rows, "account, lines, numbers, attributes"),
            store.snapshot(),
        ):
            wanted = wanted_cycles(plans, store, arguments)
            held = [store.account(arguments.account)] if arguments.account else store.accounts()
            for account in billed_accounts(plans, held):
                for group in plans:
                    _write_usage(group, store, account, wanted)
    except StoreError as error:
        raise Problem(str(error)) from error
    return 0


def _write_usage(plans: Plans, store: Store, account: Account, wanted: Wanted) -> None:
    """Write the account's events that lie in the bills which are wanted, each on a line."""
    from ratedsl.billing.replay import each_of  # noqa: PLC0415
    from ratedsl.cli.bills import all_bills  # noqa: PLC0415
    from ratedsl.export.exact_json import exact_line  # noqa: PLC0415
    from ratedsl.export.tmf635 import usage  # noqa: PLC0415

    heard: list[RatedEvent] = []
    spans = []
    for bill in all_bills(plans, store, [account], wanted, lambda _at, _of: None, heard.append):
        cycle = bill.parts[-1].cycle
        spans.append((cycle.start_ms, cycle.end_ms))
    tables = list(each_of([plans]))
    known = {one.plan.id: one.plan for one in tables}
    lines = {one.id: one for one in account.lines}
    for rated in heard:
        event = rated.event
        if any(start <= event.start < end for start, end in spans):
            day = tables[0].day(event.start)
            held = [one.plan for one in lines[event.line].subscriptions if one.holds(day)]
            # A line that holds none of the plans is rated as if it held the only one.
            plan = next((known[one] for one in held if one in known), tables[0].plan)
            sys.stdout.write(exact_line(usage(rated, plan, account.id)))


def _bill(arguments: argparse.Namespace) -> int:
    from pydantic import ValidationError  # noqa: PLC0415

    from ratedsl.billing.invoice import Invoice  # noqa: PLC0415
    from ratedsl.export.exact_json import exact_json  # noqa: PLC0415
    from ratedsl.export.tmf678 import customer_bill  # noqa: PLC0415

    try:
        invoice = Invoice.model_validate_json(arguments.file.read_bytes())
    except OSError as error:
        raise Problem(f"cannot read {arguments.file}: {error.strerror}") from error
    except ValidationError as error:
        raise Problem(
            f"{arguments.file} is no invoice; write one with `ratedsl rate ... --format json`"
        ) from error
    sys.stdout.write(exact_json(customer_bill(invoice)))
    return 0
