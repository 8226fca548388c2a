"""The cycle from which an account's usage must be replayed so that a bill is exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ratedsl.billing.credit import looks_back
from ratedsl.billing.holding import holdings
from ratedsl.plan.calendar import BillCycle, BillCycles
from ratedsl.rating.events import Account, Event
from ratedsl.rating.sessions import ATTRIBUTE, session_keys
from ratedsl.rating.several import SeveralRater, Side
from ratedsl.rating.spans import counts_since
from ratedsl.rating.tables import PlanTables


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
    since = min(wanted.start, counts_since(tables.spans, wanted.start, taken_up))
    counted = tables.cycles_of(account).on(since) if since < wanted.start else wanted
    begun = _first_of_sessions(tables.cycles_of(account), events, wanted)
    billed = earlier_bills(tables, account, [wanted])
    paid = _first_paid(tables, account, wanted)
    return min([rolled, counted, begun, paid, *billed[:1]], key=lambda cycle: cycle.start)


def first_of(sides: Sequence[Side], events: Sequence[Event], wanted: BillCycle) -> BillCycle:
    """The earliest of the cycles from which the sides of an account must be replayed."""
    found = (first_cycle(one.tables, one.account, events, wanted) for one in sides)
    return min(found, key=lambda cycle: cycle.start)


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


def cycles_with_payments(
    rater: SeveralRater, start: BillCycle, wanted: BillCycle
) -> Iterator[BillCycle]:
    """The cycles before the wanted one whose bills wallets may have paid a part of."""
    cycle = start
    while cycle.start < wanted.start and any(one.wallets for one in rater.raters):
        yield cycle
        cycle = rater.raters[0].cycles.after(cycle)
