"""`ratedsl rate`: replay stored usage through a plan, as invoices or as totals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.plans import load_plan, load_plans
from ratedsl.cli.problem import Problem
from ratedsl.cli.progress import progress

if TYPE_CHECKING:
    from ratedsl.billing.assemble import Billed
    from ratedsl.billing.bill import Plans
    from ratedsl.billing.invoice import Invoice
    from ratedsl.plan.calendar import BillCycle
    from ratedsl.rating.events import Account, Event
    from ratedsl.rating.parts import RatedEvent
    from ratedsl.rating.tables import PlanTables
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
    parser.add_argument("--trace", action="store_true", help="explain every row of the invoice")
    parser.add_argument("--event", metavar="ID", help="with --trace, explain this one event")
    parser.add_argument(
        "--margin", action="store_true", help="print cost and margin instead of the invoice"
    )
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Rate and print; 0 unless something is wrong with what was asked for."""
    from ratedsl.billing.replay import each_of  # noqa: PLC0415
    from ratedsl.rating.tables import PlanTables  # noqa: PLC0415
    from ratedsl.usage.store import Store, StoreError  # noqa: PLC0415

    if arguments.event and not arguments.trace:
        raise Problem("--event names the event that --trace explains; add --trace")
    if arguments.trace and not (arguments.account or arguments.event):
        raise Problem("--trace explains an invoice or an event; name --account or --event")
    if arguments.trace and arguments.format != "text":
        raise Problem("--trace is text; leave --format out")
    if arguments.margin and (arguments.trace or not arguments.account):
        raise Problem("--margin is of an account's invoices; name --account, and leave --trace out")
    plans = _plans(arguments.plan)
    for one in plans:
        judge_cycle(one if isinstance(one, PlanTables) else one[0], arguments.cycle)
    try:
        with Store.open(arguments.usage) as store:
            for tables in each_of(plans):
                if any("plan" in zone.lines for zone in tables.plan.zones):
                    tables.numbers = store.numbers_of(tables.plan.id)
            if arguments.event:
                _print_event(plans, store, arguments.event)
            elif arguments.account:
                _print_account(plans, store, arguments)
            else:
                _print_totals(plans, store, arguments)
    except StoreError as error:
        raise Problem(str(error)) from error
    return 0


def _plans(path: Path) -> list[Plans]:
    """The plan of a file, or those of a folder in groups that can share a bill."""
    from ratedsl.billing.replay import billed_together  # noqa: PLC0415
    from ratedsl.rating.tables import PlanTables  # noqa: PLC0415

    if path.is_dir():
        return billed_together([PlanTables(plan) for plan in load_plans(path)])
    return [PlanTables(load_plan(path))]


def judge_cycle(tables: PlanTables, label: str | None) -> None:
    """Refuse a cycle that no account can have."""
    from ratedsl.billing.replay import cycles_labelled  # noqa: PLC0415

    found = cycles_labelled(tables.cycles, label) if label is not None else [None]
    # Cycles from activation start in other months for each account, so only the form counts.
    if not found and (not tables.plan.cycle.from_activation or not _is_month(label)):
        raise Problem(
            f"`{label}` is no bill cycle of this plan; write a month such as 2026-08, or a day"
        )


def _is_month(label: str | None) -> bool:
    from datetime import date  # noqa: PLC0415

    try:
        date.fromisoformat(f"{label}-01")
    except ValueError:
        return False
    return True


def _cycles(
    plans: Plans, account: Account, events: list[Event], label: str | None
) -> list[BillCycle]:
    from ratedsl.billing.bill import cycles_for  # noqa: PLC0415
    from ratedsl.billing.replay import cycles_labelled, cycles_with_usage  # noqa: PLC0415

    if label is None:
        return cycles_with_usage(plans, account, events)
    return cycles_labelled(cycles_for(plans, account), label)


def _bills(
    plans: Plans,
    account: Account,
    events: list[Event],
    label: str | None,
    *,
    keep_events: bool = False,
) -> Iterator[Billed]:
    from ratedsl.billing.bill import bill_cycles  # noqa: PLC0415
    from ratedsl.billing.replay import by_clock_of, on_plans  # noqa: PLC0415

    plans = by_clock_of(plans, account)
    account = on_plans(account, plans)
    names = {line.id for line in account.lines}
    mine = [event for event in events if event.line in names]
    cycles = _cycles(plans, account, mine, label) if names else []
    if cycles:
        yield from bill_cycles(plans, account, mine, cycles, keep_events=keep_events)


def _print_account(plans: list[Plans], store: Store, arguments: argparse.Namespace) -> None:
    from ratedsl.billing.why import explain_row  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415

    with store.snapshot():
        account = store.account(arguments.account)
        events = store.events_of(arguments.account)
    colour = wants_colour(sys.stdout)
    billed = [
        made
        for one in plans
        for made in _bills(one, account, events, arguments.cycle, keep_events=arguments.trace)
    ]
    if not billed and arguments.cycle:
        raise Problem(f"no line of account `{account.id}` holds one of these plans")
    if not billed:
        raise Problem(f"account `{account.id}` has no usage; name a --cycle to bill its fees")
    if arguments.margin:
        _write_margins(billed, arguments.format, colour)
        return
    _write_invoices([one.invoice for one in billed], arguments.format, colour)
    if not arguments.trace:
        return
    from ratedsl.report.trace_text import render_trace  # noqa: PLC0415

    for one in billed:
        invoice = one.invoice
        keys = [row.key for row in invoice.items] + [tax.key for tax in invoice.taxes]
        keys += [row.key for row in invoice.after_tax]
        for key in keys:
            why = explain_row(one, one.parts[-1].tables, key)
            if why is not None:
                sys.stdout.write(
                    "\n" + render_trace(why, invoice.currency, colour=colour, width=shown_width())
                )


def _write_margins(billed: list[Billed], form: str, colour: bool) -> None:
    from ratedsl.report.margin import render_margins  # noqa: PLC0415

    margins = [one.margin for one in billed if one.margin is not None]
    if not margins:
        raise Problem(f"plan `{billed[0].invoice.plan}` has no costs; add a `cost` record")
    sys.stdout.write(render_margins(margins, form, colour=colour, width=shown_width()))


def _print_event(plans: list[Plans], store: Store, wanted: str) -> None:
    """Print how one event came to its charge, with all that was rated before it."""
    from ratedsl.billing.replay import each_of  # noqa: PLC0415
    from ratedsl.rating.trace import Why  # noqa: PLC0415
    from ratedsl.rating.words import event_row  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415
    from ratedsl.report.trace_text import render_trace  # noqa: PLC0415

    with store.snapshot():
        event = store.event(wanted)
        if event is None:
            raise Problem(f"no event `{wanted}` in `{store.path}`")
        account = next(
            one for one in store.accounts() if any(line.id == event.line for line in one.lines)
        )
        events = store.events_of(account.id)
    for one in plans:
        found = _rated(one, account, events, event)
        if found is None:
            continue
        rated, tables = found
        row = event_row(rated, tables)
        where = " ".join(part for part in (event.service, row.number) if part)
        title = f"{wanted}: {where}, {row.start}, {row.outcome}"
        formula = f"{row.quantity} used, {row.billed} billed"
        why = Why(title, row.amount, formula, row.steps)
        colour = wants_colour(sys.stdout)
        currency = tables.plan.currency
        sys.stdout.write(render_trace(why, currency, colour=colour, width=shown_width()))
        return
    names = ", ".join(f"`{one.plan.id}`" for one in each_of(plans))
    raise Problem(f"the line of event `{wanted}` does not hold {names}")


def _rated(
    plans: Plans, account: Account, events: list[Event], wanted: Event
) -> tuple[RatedEvent, PlanTables] | None:
    """The event as rated after all before it, and the tables that rated it."""
    from ratedsl.billing.bill import cycles_for, first_of, sides_of  # noqa: PLC0415
    from ratedsl.billing.replay import by_clock_of, on_plans  # noqa: PLC0415
    from ratedsl.rating.several import SeveralRater  # noqa: PLC0415

    plans = by_clock_of(plans, account)
    held = on_plans(account, plans)
    names = {line.id for line in held.lines}
    if wanted.line not in names:
        return None
    mine = [one for one in events if one.line in names]
    sides = sides_of(plans, held)
    first = first_of(sides, mine, cycles_for(plans, held).at(wanted.start))
    rater = SeveralRater(sides, first)
    for one in mine:
        if one.start >= first.start_ms:
            side, rated = rater.rate(one)
            if one.id == wanted.id:
                return rated, sides[side].tables
    return None


def _write_invoices(invoices: list[Invoice], form: str, colour: bool) -> None:
    from ratedsl.report.invoice import render_invoice  # noqa: PLC0415

    shown = [render_invoice(one, form, colour=colour, width=shown_width()) for one in invoices]
    if form == "json" and len(shown) > 1:
        sys.stdout.write("[\n" + ",\n".join(text.rstrip() for text in shown) + "\n]\n")
    else:
        sys.stdout.write("\n".join(shown))


def _print_totals(plans: list[Plans], store: Store, arguments: argparse.Namespace) -> None:
    from ratedsl.billing.portfolio import add_up_bills  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415
    from ratedsl.report.portfolio import render_portfolio  # noqa: PLC0415

    with progress(f"rating {arguments.plan.name}") as advance:
        totals = add_up_bills(
            (one.invoice, one.margin)
            for each in plans
            for one in all_bills(each, store, arguments.cycle, advance)
        )
    if not totals:
        which = "these plans" if arguments.plan.is_dir() else "this plan"
        raise Problem(f"{arguments.usage} holds no usage that {which} could rate")
    sys.stdout.write(
        render_portfolio(
            totals, arguments.format, colour=wants_colour(sys.stdout), width=shown_width()
        )
    )


def all_bills(
    plans: Plans,
    store: Store,
    label: str | None,
    advance: Callable[[int, int], None],
) -> Iterator[Billed]:
    """The bills of every account on the plan, or on one of several; one account at a time."""
    from ratedsl.billing.bill import cycles_for, first_of, sides_of, with_earlier_legs  # noqa: PLC0415
    from ratedsl.billing.replay import (  # noqa: PLC0415
        by_clock_of,
        cycles_labelled,
        on_plans,
        subscribes,
    )
    from ratedsl.rating.tables import PlanTables  # noqa: PLC0415

    with store.snapshot():
        accounts = store.accounts()
        if isinstance(plans, PlanTables):
            wanted = [account for account in accounts if subscribes(account, plans.plan.id)]
            if not wanted and accounts:
                sys.stderr.write(
                    f"no line holds `{plans.plan.id}`: {len(accounts)} accounts are billed as if"
                    " they did\n"
                )
            wanted = wanted or accounts
        else:
            wanted = [account for account in accounts if on_plans(account, plans).lines]
        for number, account in enumerate(wanted):
            advance(number, len(wanted))
            if label is None:
                events = store.events_of(account.id)
            else:
                own = by_clock_of(plans, account)
                held = on_plans(account, own)
                found = cycles_for(own, held)
                cycles = cycles_labelled(found, label)
                if not cycles:
                    continue
                first = first_of(sides_of(own, held), [], cycles[0])
                load = partial(store.events_of, account.id)
                events = load(first.start_ms, cycles[-1].end_ms)
                events = with_earlier_legs(found, events, first, load)
            yield from _bills(plans, account, events, label)


def shown_width() -> int:
    """How many cells the terminal is wide."""
    from shutil import get_terminal_size  # noqa: PLC0415

    return get_terminal_size((80, 24)).columns
