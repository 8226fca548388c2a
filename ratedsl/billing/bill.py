"""One account's bill: its usage rated, its fees, discounts and taxes, as an invoice.

This is the one way from events to an invoice: replay, preview, inline tests and totals all
go through `bill_cycle`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from ratedsl.billing.assemble import Billed, assemble
from ratedsl.billing.fees import holdings
from ratedsl.billing.part import plan_part
from ratedsl.billing.usage import UsageRows
from ratedsl.plan.calendar import BillCycle
from ratedsl.rating.events import Account, Event
from ratedsl.rating.parts import RatedEvent
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.spans import counts_since
from ratedsl.rating.tables import PlanTables

ZERO = Fraction(0)
_CHECK_EVERY = 256


class Cancelled(Exception):
    """The caller no longer wants the bill."""


def first_cycle(
    tables: PlanTables, account: Account, events: Sequence[Event], wanted: BillCycle
) -> BillCycle:
    """The cycle from which events must be replayed so that the wanted one is exact.

    Only what rolls over from one cycle to the next needs the past, and totals whose span is
    not the bill cycle; without them the wanted cycle stands on its own.
    """
    rolled = _first_rolled_over(tables, account, events, wanted)
    taken_up = min((one.start for one in holdings(account, tables.plan.id)), default=wanted.start)
    if events:
        taken_up = max(taken_up, tables.day(events[0].start))
    since = min(wanted.start, counts_since(tables.plan, wanted.start, taken_up))
    counted = tables.cycles_of(account).on(since) if since < wanted.start else wanted
    return min(rolled, counted, key=lambda cycle: cycle.start)


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


def bill_cycle(
    tables: PlanTables,
    account: Account,
    events: Sequence[Event],
    cycle: BillCycle,
    *,
    keep_events: bool = False,
    prepare: Callable[[AccountRater], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Billed:
    """The bill that closes at the end of `cycle`; the rest is as for `bill_cycles`."""
    (billed,) = bill_cycles(
        tables,
        account,
        events,
        [cycle],
        keep_events=keep_events,
        prepare=prepare,
        cancelled=cancelled,
    )
    return billed


def bill_cycles(
    tables: PlanTables,
    account: Account,
    events: Sequence[Event],
    cycles: Sequence[BillCycle],
    *,
    keep_events: bool = False,
    prepare: Callable[[AccountRater], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    heard: Callable[[RatedEvent], None] | None = None,
) -> Iterator[Billed]:
    """The bills of cycles that follow on each other, each closing at its cycle's end.

    `events` are the account's in order of start and id. Those of lines that the account does
    not list are another plan's and left out; those before the first cycle count only for what
    they leave behind. `prepare` may set a starting state in the first cycle; `heard` is told
    each rated event. Raises Cancelled soon after `cancelled` says so.
    """
    start = first_cycle(tables, account, events, cycles[0])
    rater = AccountRater(tables, account, start)
    names = {line.id for line in account.lines}
    mine = iter([one for one in events if one.line in names and one.start >= start.start_ms])
    event = next(mine, None)
    seen = 0
    for cycle in cycles:
        rows = UsageRows(tables.plan, tables.day, cycle.start, keep_events=keep_events)
        if prepare is not None and cycle is cycles[0]:
            rater.advance(cycle)
            prepare(rater)
        while event is not None and event.start < cycle.end_ms:
            if seen % _CHECK_EVERY == 0 and cancelled():
                raise Cancelled
            seen += 1
            rated = rater.rate(event)
            if heard is not None:
                heard(rated)
            if event.start >= cycle.start_ms:
                rows.add(rated)
            event = next(mine, None)
        rater.advance(cycle)
        yield assemble([plan_part(tables, account, cycle, rater, rows)])
