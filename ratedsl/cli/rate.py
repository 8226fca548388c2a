"""`ratedsl rate`: replay stored usage through a plan, as invoices or as totals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.plans import load_plan, load_plans
from ratedsl.cli.problem import Problem
from ratedsl.cli.progress import progress
from ratedsl.cli.unmask import declare, judge, viewing
from ratedsl.usage.privacy import mask_text

if TYPE_CHECKING:
    from datetime import date

    from ratedsl.billing.assemble import Billed
    from ratedsl.billing.invoice import Invoice
    from ratedsl.billing.sides import Plans
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
    parser.add_argument(
        "--since", metavar="D", help="bill from this day on; default the first usage stored"
    )
    parser.add_argument(
        "--through", metavar="D", help="bill up to this day; default the last usage stored"
    )
    parser.add_argument("--trace", action="store_true", help="explain every row of the invoice")
    parser.add_argument("--event", metavar="ID", help="with --trace, explain this one event")
    parser.add_argument(
        "--margin", action="store_true", help="print cost and margin instead of the invoice"
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
    judge(arguments)
    plans = plan_groups(arguments.plan)
    for one in plans:
        judge_cycle(one if isinstance(one, PlanTables) else one[0], arguments.cycle)
    try:
        with (
            Store.open(arguments.usage) as store,
            viewing(arguments, arguments.usage, *_seen(arguments)),
        ):
            for tables in each_of(plans):
                if any("plan" in zone.lines for zone in tables.plan.zones):
                    tables.choices.numbers = store.numbers_of(tables.plan.id)
            if arguments.event:
                _print_event(plans, store, arguments.event)
            elif arguments.account:
                _print_account(plans, store, arguments)
            else:
                _print_totals(plans, store, arguments)
    except StoreError as error:
        raise Problem(str(error)) from error
    return 0


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


def plan_groups(path: Path) -> list[Plans]:
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


@dataclass(frozen=True)
class Wanted:
    """Which cycles to bill: the labelled ones, or all that have to do with a span of days."""

    label: str | None = None
    span: tuple[date, date] | None = None

    def cycles(self, plans: Plans, account: Account, events: list[Event]) -> list[BillCycle]:
        """The account's cycles among them."""
        from ratedsl.billing.replay import cycles_held, cycles_labelled  # noqa: PLC0415
        from ratedsl.billing.sides import cycles_for  # noqa: PLC0415

        if self.label is not None:
            return cycles_labelled(cycles_for(plans, account), self.label)
        return cycles_held(plans, account, events, *self.span) if self.span else []


def _each(plans: Plans) -> list[PlanTables]:
    from ratedsl.rating.tables import PlanTables  # noqa: PLC0415

    return [plans] if isinstance(plans, PlanTables) else list(plans)


def wanted_cycles(plans: list[Plans], store: Store, arguments: argparse.Namespace) -> Wanted:
    """What the arguments ask for; without a word of it, the time that the usage spans."""
    from datetime import date  # noqa: PLC0415

    days = []
    for name in ("since", "through"):
        text = getattr(arguments, name, None)
        try:
            days.append(date.fromisoformat(text) if text else None)
        except ValueError:
            raise Problem(f"--{name} takes a day such as 2026-08-31, not `{text}`") from None
    since, through = days
    if arguments.cycle is not None:
        if since or through:
            raise Problem("--cycle names the cycles; leave --since and --through out")
        return Wanted(label=arguments.cycle)
    extent = store.extent()
    if extent is not None:
        tables = _each(plans[0])[0]
        since, latest = since or tables.day(extent[0]), tables.day(extent[1])
        arrivals = store.arrivals()
        if arrivals is not None:
            latest = max(latest, date.fromisoformat(arrivals[1]))
        through = through or latest
    if since is None or through is None:
        return Wanted()
    if through < since:
        raise Problem(f"--through {through} lies before {since}")
    return Wanted(span=(since, through))


def _bills(
    plans: Plans,
    account: Account,
    events: list[Event],
    wanted: Wanted,
    *,
    keep_events: bool = False,
) -> Iterator[Billed]:
    from ratedsl.billing.bill import bill_cycles  # noqa: PLC0415
    from ratedsl.billing.replay import by_clock_of, on_plans  # noqa: PLC0415

    plans = by_clock_of(plans, account)
    account = on_plans(account, plans)
    names = {line.id for line in account.lines}
    mine = [event for event in events if event.line in names]
    cycles = wanted.cycles(plans, account, mine) if names else []
    if cycles:
        yield from bill_cycles(plans, account, mine, cycles, keep_events=keep_events)


def _print_account(plans: list[Plans], store: Store, arguments: argparse.Namespace) -> None:
    from ratedsl.billing.why import explain_row  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415

    with store.snapshot():
        account = store.account(arguments.account)
        events = store.events_of(arguments.account)
        wanted = wanted_cycles(plans, store, arguments)
    for each in plans:
        _warn_of_sales(each, [account])
    colour = wants_colour(sys.stdout)
    billed = [
        made
        for one in plans
        for made in _bills(one, account, events, wanted, keep_events=arguments.trace)
    ]
    if not billed and arguments.cycle:
        raise Problem(f"no line of account `{mask_text(account.id)}` holds one of these plans")
    if not billed:
        raise Problem(f"account `{mask_text(account.id)}` has nothing to bill in that time")
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
            raise Problem(f"no event `{mask_text(wanted)}` in `{store.path}`")
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
        title = f"{mask_text(wanted)}: {where}, {row.start}, {row.outcome}"
        formula = f"{row.quantity} used, {row.billed} billed"
        why = Why(title, row.amount, formula, row.steps)
        colour = wants_colour(sys.stdout)
        currency = tables.plan.currency
        sys.stdout.write(render_trace(why, currency, colour=colour, width=shown_width()))
        return
    names = ", ".join(f"`{one.plan.id}`" for one in each_of(plans))
    raise Problem(f"the line of event `{mask_text(wanted)}` does not hold {names}")


def _rated(
    plans: Plans, account: Account, events: list[Event], wanted: Event
) -> tuple[RatedEvent, PlanTables] | None:
    """The event as rated after all before it, and the tables that rated it."""
    from ratedsl.billing.replay import by_clock_of, on_plans  # noqa: PLC0415
    from ratedsl.billing.sides import cycles_for, sides_of  # noqa: PLC0415
    from ratedsl.billing.since import first_of  # noqa: PLC0415
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

    if form == "html":
        from ratedsl.report.invoice_html import render_html  # noqa: PLC0415
        from ratedsl.report.page import PageError  # noqa: PLC0415

        try:
            sys.stdout.write(render_html(invoices))
        except PageError as error:
            raise Problem(str(error)) from error
        return
    shown = [render_invoice(one, form, colour=colour, width=shown_width()) for one in invoices]
    if form == "json" and len(shown) > 1:
        sys.stdout.write("[\n" + ",\n".join(text.rstrip() for text in shown) + "\n]\n")
    else:
        sys.stdout.write("\n".join(shown))


def _print_totals(plans: list[Plans], store: Store, arguments: argparse.Namespace) -> None:
    from ratedsl.billing.portfolio import add_up_bills  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415
    from ratedsl.report.portfolio import render_portfolio  # noqa: PLC0415

    wanted = wanted_cycles(plans, store, arguments)
    with progress(f"rating {arguments.plan.name}") as advance:
        totals = add_up_bills(
            (one.invoice, one.margin)
            for each in plans
            for one in all_bills(each, store, wanted, advance)
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
    wanted: Wanted,
    advance: Callable[[int, int], None],
) -> Iterator[Billed]:
    """The bills of every account on the plan, or on one of several; one account at a time."""
    from ratedsl.billing.replay import (  # noqa: PLC0415
        by_clock_of,
        cycles_labelled,
        on_plans,
        subscribes,
    )
    from ratedsl.billing.sides import cycles_for, sides_of  # noqa: PLC0415
    from ratedsl.billing.since import first_of, with_earlier_legs  # noqa: PLC0415
    from ratedsl.rating.tables import PlanTables  # noqa: PLC0415

    with store.snapshot():
        accounts = store.accounts()
        if isinstance(plans, PlanTables):
            billed = [account for account in accounts if subscribes(account, plans.plan.id)]
            if not billed and accounts:
                sys.stderr.write(
                    f"no line holds `{plans.plan.id}`: {len(accounts)} accounts are billed as if"
                    " they did\n"
                )
            billed = billed or accounts
        else:
            billed = [account for account in accounts if on_plans(account, plans).lines]
        _warn_of_sales(plans, billed)
        for number, account in enumerate(billed):
            advance(number, len(billed))
            if wanted.label is None:
                events = store.events_of(account.id)
            else:
                own = by_clock_of(plans, account)
                held = on_plans(account, own)
                found = cycles_for(own, held)
                cycles = cycles_labelled(found, wanted.label)
                if not cycles:
                    continue
                first = first_of(sides_of(own, held), [], cycles[0])
                load = partial(store.events_of, account.id)
                if store.arrivals(account.id) is not None:
                    # What is late may change any bill before.
                    events = load()
                else:
                    events = load(first.start_ms, cycles[-1].end_ms)
                    events = with_earlier_legs(found, events, first, load)
            yield from _bills(plans, account, events, wanted)


def _warn_of_sales(plans: Plans, accounts: list[Account]) -> None:
    """Name the lines that took the plan up when it was not sold; they are billed all the same."""
    from ratedsl.billing.replay import sold_outside  # noqa: PLC0415

    for plan in (tables.plan for tables in _each(plans)):
        found = [one for account in accounts for one in sold_outside(account, plan)]
        if found:
            line, day = min(found, key=lambda one: (one[1], one[0]))
            many = f"{len(found)} lines took" if len(found) > 1 else "a line took"
            sys.stderr.write(
                f"{many} `{plan.id}` up when it was not sold, the first `{mask_text(line)}`"
                f" on {day}\n"
            )


def shown_width() -> int:
    """How many cells the terminal is wide."""
    from shutil import get_terminal_size  # noqa: PLC0415

    return get_terminal_size((80, 24)).columns
