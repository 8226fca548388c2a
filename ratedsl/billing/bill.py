"""One account's bill: its usage rated, its fees, discounts and taxes, as an invoice.

This is the one way from events to an invoice: replay, preview, inline tests and totals all
go through `bill_cycle`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from ratedsl.billing.assemble import Billed, assemble
from ratedsl.billing.at_once import Uninvoiced, open_at_once
from ratedsl.billing.credit import looks_back
from ratedsl.billing.holding import holdings
from ratedsl.billing.part import PlanPart, plan_part
from ratedsl.billing.usage import UsageRows
from ratedsl.plan.calendar import BillCycle, BillCycles
from ratedsl.rating.changes import settle
from ratedsl.rating.events import Account, Event, Subscription
from ratedsl.rating.parts import RatedEvent
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.sessions import ATTRIBUTE, session_keys
from ratedsl.rating.several import SeveralRater, Side, by_signup, side_of
from ratedsl.rating.spans import counts_since
from ratedsl.rating.tables import PlanTables

ZERO = Fraction(0)
_CHECK_EVERY = 256

Plans = PlanTables | Sequence[PlanTables]
"""One plan, or several whose lines move between them."""


class Cancelled(Exception):
    """The caller no longer wants the bill."""


def first_cycle(
    tables: PlanTables, account: Account, events: Sequence[Event], wanted: BillCycle
) -> BillCycle:
    """The cycle from which events must be replayed so that the wanted one is exact.

    Only what rolls over from one cycle to the next needs the past, totals whose span is not
    the bill cycle, sessions that go on from one cycle to the next, and what bills leave behind;
    without them the wanted cycle stands on its own.
    """
    rolled = _first_rolled_over(tables, account, events, wanted)
    taken_up = min((one.start for one in holdings(account, tables.plan.id)), default=wanted.start)
    if events:
        taken_up = max(taken_up, tables.day(events[0].start))
    since = min(wanted.start, counts_since(tables.plan, wanted.start, taken_up))
    counted = tables.cycles_of(account).on(since) if since < wanted.start else wanted
    begun = _first_of_sessions(tables.cycles_of(account), events, wanted)
    billed = earlier_bills(tables, account, [wanted])
    paid = _first_paid(tables, account, wanted)
    return min([rolled, counted, begun, paid, *billed[:1]], key=lambda cycle: cycle.start)


def earlier_bills(
    tables: PlanTables, account: Account, cycles: Sequence[BillCycle]
) -> list[BillCycle]:
    """The cycles before these whose bills leave something behind that they depend on."""
    held = [one.start for one in holdings(account, tables.plan.id)]
    if not held or not looks_back(tables.plan, account, cycles):
        return []
    own = tables.cycles_of(account)
    # What starts with a cycle stands on the bill that closes as the cycle starts.
    cycle = own.before(own.on(min(held)))
    found = []
    while cycle.start < cycles[0].start:
        found.append(cycle)
        cycle = own.after(cycle)
    return found


def _first_of_sessions(cycles: BillCycles, events: Sequence[Event], wanted: BillCycle) -> BillCycle:
    """The cycle in which the first of the sessions began that have a leg in the wanted one.

    A session lives from a cycle to the next one, as long as each has a leg of it.
    """
    legs = [one for one in events if ATTRIBUTE in one.attributes and one.start < wanted.end_ms]
    cycle = wanted
    sessions = session_keys(one for one in legs if one.start >= wanted.start_ms)
    while sessions:
        before = cycles.before(cycle)
        sessions &= session_keys(
            one for one in legs if before.start_ms <= one.start < before.end_ms
        )
        if sessions:
            cycle = before
    return cycle


def with_earlier_legs(
    cycles: BillCycles,
    events: list[Event],
    first: BillCycle,
    load: Callable[[int, int], list[Event]],
) -> list[Event]:
    """Events from a first cycle on, with those of the cycles before it in which sessions of
    theirs began; `load` gives the events from one instant until another."""
    sessions = session_keys(events)
    while sessions:
        before = cycles.before(first)
        earlier = load(before.start_ms, before.end_ms)
        sessions &= session_keys(earlier)
        if sessions:
            first, events = before, [*earlier, *events]
    return events


def first_of(sides: Sequence[Side], events: Sequence[Event], wanted: BillCycle) -> BillCycle:
    """The earliest of the cycles from which the sides of an account must be replayed."""
    found = (first_cycle(one.tables, one.account, events, wanted) for one in sides)
    return min(found, key=lambda cycle: cycle.start)


def _first_paid(tables: PlanTables, account: Account, wanted: BillCycle) -> BillCycle:
    """The first cycle whose payments a wallet still feels: that of its first top-up, or of the
    last one before the wanted cycle that states what was there."""
    firsts = []
    for wallet in tables.plan.wallets:
        mine = [one for one in account.top_ups if one.wallet == wallet.id]
        for line in {one.line for one in mine}:
            known = [one.at for one in mine if one.line == line and one.at < wanted.start_ms]
            stated = [
                one.at for one in mine if one.line == line and one.opening and one.at in known
            ]
            if known:
                firsts.append(max(stated, default=min(known)))
    return tables.cycles_of(account).at(min(firsts)) if firsts else wanted


def _first_rolled_over(
    tables: PlanTables, account: Account, events: Sequence[Event], wanted: BillCycle
) -> BillCycle:
    """The first cycle whose allowances can live on into the wanted one."""
    if not any(allowance.rollover for allowance in tables.plan.allowances):
        return wanted
    starts = [one.start for one in holdings(account, tables.plan.id)]
    days = [*starts, *(tables.day(event.start) for event in events[:1])]
    first = min([day for day in days if day < wanted.start], default=wanted.start)
    # Usage older than the longest rollover cannot matter any more.
    longest = max(one.rollover.cycles for one in tables.plan.allowances if one.rollover)
    cycle, cycles = wanted, tables.cycles_of(account)
    for _ in range(longest + 1):
        if cycle.start <= first:
            break
        cycle = cycles.before(cycle)
    return cycle


def sides_of(plans: Plans, account: Account) -> list[Side]:
    """What the account's lines hold of each plan, their changes settled.

    The lines hold a plan that stands alone already; of several, those that they never hold are
    left out, and the one that they took up last comes last.
    """
    if isinstance(plans, PlanTables):
        return by_signup(Side(plans, account))
    account = replace(account, activated=_activated(plans, account))
    by_id = {one.plan.id: one.plan for one in plans}
    settled = settle(account, by_id, plans[0].cycles_of(account))
    sides = [each for one in plans for each in by_signup(side_of(one, settled))]
    held = [side for side in sides if any(line.subscriptions for line in side.account.lines)]
    return sorted(held, key=_taken_up) or [Side(plans[-1], account)]


def cycles_for(plans: Plans, account: Account) -> BillCycles:
    """The bill cycles of an account under one plan, or those that several plans share."""
    if isinstance(plans, PlanTables):
        return plans.cycles_of(account)
    return plans[0].cycles_of(replace(account, activated=_activated(plans, account)))


def _activated(plans: Sequence[PlanTables], account: Account) -> date | None:
    """The first day of any of the plans, or the end of the trial that starts there."""
    by_id = {one.plan.id: one for one in plans}
    days = [
        (one.start, by_id[one.plan].trial_end(line) or one.start)
        for line in account.lines
        for one in line.subscriptions
        if one.plan in by_id
    ]
    return min(days)[1] if days else None


def _taken_up(side: Side) -> tuple[date, str]:
    held = (one.start for line in side.account.lines for one in line.subscriptions)
    return max(held), side.tables.plan.id


def bill_cycle(
    plans: Plans,
    account: Account,
    events: Sequence[Event],
    cycle: BillCycle,
    *,
    keep_events: bool = False,
    prepare: Callable[[AccountRater], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Billed:
    """The bill that closes at the end of `cycle`; the rest is as for `bill_cycles`."""
    *_, billed = bill_cycles(
        plans,
        account,
        events,
        [cycle],
        keep_events=keep_events,
        prepare=prepare,
        cancelled=cancelled,
    )
    return billed


def bill_cycles(  # noqa: PLR0912
    plans: Plans,
    account: Account,
    events: Sequence[Event],
    cycles: Sequence[BillCycle],
    *,
    keep_events: bool = False,
    prepare: Callable[[AccountRater], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    heard: Callable[[RatedEvent], None] | None = None,
    requested: Callable[[SeveralRater, Event], None] | None = None,
    invoiced: Fraction = ZERO,
) -> Iterator[Billed]:
    """The bills of cycles that follow on each other, each closing at its cycle's end.

    `events` are the account's in order of start and id. Those of lines that the account does
    not list are another plan's and left out; those before the first cycle count only for what
    they leave behind. `prepare` may set a starting state in the first cycle; `requested` is
    told each event before it is rated, `heard` after it. Several plans, which share their
    currency, clock and bill cycle, make one bill: each line is billed by what it holds. Bills
    at once come before the one of their cycle; so much was `invoiced` at once before the first
    cycle's events. Raises Cancelled soon after `cancelled` says so.
    """
    sides = sides_of(plans, account)
    whole = account if isinstance(plans, PlanTables) else whole_of(sides)
    start = first_of(sides, events, cycles[0])
    rater = SeveralRater(sides, start)
    at_once = [
        Uninvoiced(one.tables, one.tables.plan.at_once) if one.tables.plan.at_once else None
        for one in sides
    ]
    rate_alone = rater.raters[0].rate if len(sides) == 1 else None
    names = {line.id for line in account.lines}
    mine = iter([one for one in events if one.line in names and one.start >= start.start_ms])
    event = next(mine, None)
    seen = 0
    earlier = [earlier_bills(one.tables, one.account, cycles) for one in sides]
    # What a wallet paid on the bills before is gone from it.
    earlier.append(list(_cycles_with_payments(rater, start, cycles[0])))
    for cycle in (*max(earlier, key=len), *cycles):
        rows = [
            UsageRows(one.tables.plan, one.tables.day, cycle.start, keep_events=keep_events)
            for one in sides
        ]
        open_at_once(at_once, cycle, invoiced if cycle is cycles[0] else ZERO)
        prepared = prepare is None or cycle is not cycles[0]
        while event is not None and event.start < cycle.end_ms:
            if prepare is not None and not prepared and event.start >= cycle.start_ms:
                rater.advance(cycle)
                prepare(rater.holding_on(cycle.start))
                prepared = True
            if seen % _CHECK_EVERY == 0 and cancelled():
                raise Cancelled
            seen += 1
            if requested is not None:
                requested(rater, event)
            side, rated = (0, rate_alone(event)) if rate_alone else rater.rate(event)
            if heard is not None:
                heard(rated)
            if event.start >= cycle.start_ms:
                rows[side].add(rated)
                pending = at_once[side]
                if pending is not None and pending.reached(rated):
                    held, by = sides[side].account, rater.raters[side]
                    part = pending.bill(held, whole, cycle, by, rows[side], event.start)
                    if cycle.start >= cycles[0].start:
                        yield assemble([part], rater)
            event = next(mine, None)
        if prepare is not None and not prepared:
            rater.advance(cycle)
            prepare(rater.holding_on(cycle.start))
        rater.close(cycle)
        for counted, one_plan in zip(rows, rater.raters, strict=True):
            for rated in one_plan.close_cycle():
                counted.add_closing(rated)
                one_plan.closed.append(rated)
        parts = [
            plan_part(
                *(one.tables, one.account, cycle, rated_by, counted, whole),
                pending.credits if pending else (),
            )
            for one, rated_by, counted, pending in zip(
                sides, rater.raters, rows, at_once, strict=True
            )
        ]
        billed = assemble(billed_parts(parts), rater)
        if cycle.start >= cycles[0].start:
            yield billed


def _cycles_with_payments(
    rater: SeveralRater, start: BillCycle, wanted: BillCycle
) -> Iterator[BillCycle]:
    """The cycles before the wanted one whose bills wallets may have paid a part of."""
    cycle = start
    while cycle.start < wanted.start and any(one.wallets for one in rater.raters):
        yield cycle
        cycle = rater.raters[0].cycles.after(cycle)


def billed_parts(parts: Sequence[PlanPart]) -> list[PlanPart]:
    """The parts that have to do with their cycle, the plan that is held last in it at the end."""
    if len(parts) == 1:
        return list(parts)
    concerned = [one for one in parts if one.is_held or one.charges or one.rows.outcomes().events]
    return sorted(concerned, key=lambda one: one.last_start) or list(parts[-1:])


def whole_of(sides: Sequence[Side]) -> Account:
    """The account with what its lines hold of all the plans that it is billed by."""
    held: dict[str, list[Subscription]] = {}
    for side in sides:
        for line in side.account.lines:
            held.setdefault(line.id, []).extend(line.subscriptions)
    account = sides[0].account
    return replace(
        account,
        lines=tuple(
            replace(line, subscriptions=tuple(sorted(held[line.id], key=lambda one: one.start)))
            for line in account.lines
        ),
    )
