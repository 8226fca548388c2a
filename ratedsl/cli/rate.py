"""`ratedsl rate`: replay stored usage through a plan, as invoices or as totals."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.bill_forms import (
    shown_width,
    write_findings,
    write_invoices,
    write_margins,
    write_traces,
)
from ratedsl.cli.bills import all_bills, billed_accounts, bills_of, plan_groups, tell
from ratedsl.cli.cycles import judge_cycle, wanted_cycles
from ratedsl.cli.problem import Problem
from ratedsl.cli.progress import progress
from ratedsl.cli.unmask import declare, judge, viewing
from ratedsl.usage.privacy import mask_text

if TYPE_CHECKING:
    from ratedsl.billing.sides import Plans
    from ratedsl.usage.store import Store

HELP = "rate usage with a plan and print invoices"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the plan, the usage, and what to print."""
    parser.epilog = (
        "With --account, prints the account's invoice of each cycle; without, the totals of all "
        "accounts on the plan. Where no line in the database holds the plan, all lines are billed "
        "as if they did. With a folder, each line is billed by the plan that it holds, and an "
        "account whose lines change plans gets one invoice."
    )
    parser.add_argument(
        "plan", metavar="PLAN", type=Path, help="the plan's file, or a folder of plans"
    )
    parser.add_argument(
        "--usage", metavar="DB", type=Path, required=True, help="the usage database"
    )
    parser.add_argument("--account", metavar="ID", help="one account, with its invoices")
    parser.add_argument(
        "--cycle",
        metavar="YYYY-MM[-DD]",
        help="the bill cycles that start in this month, or the one of a day; default all",
    )
    parser.add_argument(
        "--since", metavar="D", help="bill from this day on; default the first usage stored"
    )
    parser.add_argument(
        "--through", metavar="D", help="bill up to this day; default the last usage stored"
    )
    parser.add_argument(
        "--issue",
        action="store_true",
        help="with --cycle, number the bills and keep them: the next ones carry their balance",
    )
    parser.add_argument("--trace", action="store_true", help="explain every row of the invoice")
    parser.add_argument("--event", metavar="ID", help="with --trace, explain this one event")
    parser.add_argument(
        "--margin", action="store_true", help="print cost and margin instead of the invoice"
    )
    parser.add_argument(
        "--lint",
        action="store_true",
        help="with --account, say on stderr what the operator should see of each bill",
    )
    parser.add_argument(
        "--fail-level",
        choices=("error", "warning"),
        default="error",
        help="with --lint, `warning` makes any finding the exit code 1; default error",
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "markdown", "html"),
        default="text",
        help="html is for invoices alone",
    )
    declare(parser)


def run(arguments: argparse.Namespace) -> int:
    """Rate and print; 0 unless something is wrong with what was asked for."""
    from ratedsl.billing.replay import each_of  # noqa: PLC0415
    from ratedsl.rating.tables import PlanTables  # noqa: PLC0415
    from ratedsl.usage.store import Store, StoreError  # noqa: PLC0415

    _judge_options(arguments)
    judge(arguments)
    plans = plan_groups(arguments.plan)
    for one in plans:
        judge_cycle(one if isinstance(one, PlanTables) else one[0], arguments.cycle)
    try:
        with (
            Store.open(arguments.usage, create=arguments.issue) as store,
            viewing(arguments, arguments.usage, *_seen(arguments)),
        ):
            for tables in each_of(plans):
                if any("plan" in zone.lines for zone in tables.plan.zones):
                    tables.choices.numbers = store.numbers_of(tables.plan.id)
            if arguments.issue:
                from ratedsl.cli.issue import print_issued  # noqa: PLC0415

                print_issued(plans, store, arguments)
            elif arguments.event:
                from ratedsl.cli.event_trace import print_event  # noqa: PLC0415

                print_event(plans, store, arguments.event)
            elif arguments.account:
                found = _print_account(plans, store, arguments)
                if found and arguments.fail_level == "warning":
                    return 1
            else:
                _print_totals(plans, store, arguments)
    except StoreError as error:
        raise Problem(str(error)) from error
    return 0


def _judge_options(arguments: argparse.Namespace) -> None:
    """Refuse options that do not go together."""
    if arguments.event and not arguments.trace:
        raise Problem("--event names the event that --trace explains; add --trace")
    if arguments.trace and not (arguments.account or arguments.event):
        raise Problem("--trace explains an invoice or an event; name --account or --event")
    if arguments.trace and arguments.format != "text":
        raise Problem("--trace is text; leave --format out")
    if arguments.margin and (arguments.trace or not arguments.account):
        raise Problem("--margin is of an account's invoices; name --account, and leave --trace out")
    if arguments.format == "html" and (arguments.margin or not arguments.account):
        raise Problem("--format html is an account's invoices; name --account, without --margin")
    if arguments.lint and (arguments.margin or arguments.issue or not arguments.account):
        raise Problem("--lint is of an account's invoices; name --account, without --margin")
    if arguments.fail_level == "warning" and not arguments.lint:
        raise Problem("--fail-level weighs what --lint finds; add --lint")
    if arguments.issue and (arguments.trace or arguments.margin or not arguments.cycle):
        raise Problem("--issue issues the bills of --cycle; leave --trace and --margin out")
    if arguments.issue and not arguments.usage.is_file():
        raise Problem(f"no usage database at `{arguments.usage}`; nothing to bill")


def _seen(arguments: argparse.Namespace) -> tuple[str, str]:
    """Which rows and fields the arguments ask for, for the access log."""
    when = "all time"
    if arguments.cycle or arguments.since or arguments.through:
        span = f"{arguments.since or 'the first'} to {arguments.through or 'the last'}"
        when = f"cycle {arguments.cycle}" if arguments.cycle else span
    if arguments.event:
        return f"event {arguments.event}", "numbers, steps"
    if arguments.account:
        fields = (
            "account, name, lines, numbers, steps" if arguments.trace else "account, name, lines"
        )
        return f"account {arguments.account}, {when}", fields
    return f"all accounts, {when}", "totals, reasons"


def _print_account(plans: list[Plans], store: Store, arguments: argparse.Namespace) -> int:
    """Print the account's bills; the number of findings that were asked for."""
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415

    with store.snapshot():
        account = store.account(arguments.account)
        events = store.events_of(arguments.account)
        wanted = wanted_cycles(plans, store, arguments)
    tell(plans, [account])
    colour = wants_colour(sys.stdout)
    billed = [
        made
        for one in plans
        for made in bills_of(one, account, events, wanted, keep_events=arguments.trace)
    ]
    if not billed and arguments.cycle:
        raise Problem(f"no line of account `{mask_text(account.id)}` holds one of these plans")
    if not billed:
        raise Problem(f"account `{mask_text(account.id)}` has nothing to bill in that time")
    if arguments.margin:
        write_margins(billed, arguments.format, colour)
        return 0
    write_invoices([one.invoice for one in billed], arguments.format, colour)
    if arguments.trace:
        write_traces(billed, colour)
    return write_findings(billed, arguments.format) if arguments.lint else 0


def _print_totals(plans: list[Plans], store: Store, arguments: argparse.Namespace) -> None:
    from ratedsl.billing.portfolio import add_up_bills  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415
    from ratedsl.report.portfolio import render_portfolio  # noqa: PLC0415

    with store.snapshot():
        wanted = wanted_cycles(plans, store, arguments)
        accounts = billed_accounts(plans, store.accounts())
        tell(plans, accounts)
        with progress(f"rating {arguments.plan.name}") as advance:
            totals = add_up_bills(
                (one.invoice, one.margin)
                for each in plans
                for one in all_bills(each, store, accounts, wanted, advance)
            )
    if not totals:
        which = "these plans" if arguments.plan.is_dir() else "this plan"
        raise Problem(f"{arguments.usage} holds no usage that {which} could rate")
    sys.stdout.write(
        render_portfolio(
            totals, arguments.format, colour=wants_colour(sys.stdout), width=shown_width()
        )
    )
