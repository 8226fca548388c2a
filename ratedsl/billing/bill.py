"""One account's bill: its usage rated, its fees, discounts and taxes, as an invoice.

This is the one way from events to an invoice: replay, preview, inline tests and totals all
go through `bill_cycles`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from ratedsl.billing.assemble import Billed, assemble
from ratedsl.billing.at_once import Uninvoiced, open_at_once
from ratedsl.billing.credit import share_credits
from ratedsl.billing.late import Added, bill_late, late_events, with_added
from ratedsl.billing.part import PlanPart, plan_part
from ratedsl.billing.sides import Plans, as_corrected, cycles_for, sides_of, whole_of
from ratedsl.billing.since import cycles_with_payments, earlier_bills, first_of
from ratedsl.billing.usage import UsageRows
from ratedsl.plan.calendar import BillCycle
from ratedsl.rating.events import Account, Event
from ratedsl.rating.parts import RatedEvent
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.several import SeveralRater
from ratedsl.rating.tables import PlanTables

ZERO = Fraction(0)
_CHECK_EVERY = 256


class Cancelled(Exception):
    """The caller no longer wants the bill."""


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


def bill_cycles(
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
    cycle's events. What arrived after the bill of its cycle had closed is on a later one.
    Raises Cancelled soon after `cancelled` says so.
    """
    make = partial(
        _bills_of,
        *(plans, account),
        keep_events=keep_events,
        prepare=prepare,
        cancelled=cancelled,
        requested=requested,
        invoiced=invoiced,
    )
    own = cycles_for(plans, account)
    late = late_events(events, own)
    if not late:
        return make(events, cycles, heard=heard)
    plan = sides_of(plans, account)[-1].tables.plan
    return bill_late(make, plan, own, events, cycles, late, heard)


def _bills_of(
    plans: Plans,
    account: Account,
    events: Sequence[Event],
    cycles: Sequence[BillCycle],
    *,
    keep_events: bool,
    prepare: Callable[[AccountRater], None] | None,
    cancelled: Callable[[], bool],
    heard: Callable[[RatedEvent], None] | None,
    requested: Callable[[SeveralRater, Event], None] | None,
    invoiced: Fraction,
    added: Added | None = None,
) -> Iterator[Billed]:
    """The bills of cycles from events that are all in time; `added` stands on the next of them."""
    events = as_corrected(plans, account, events)
    replay = _Replay(plans, account, events, cycles[0], keep_events=keep_events)
    replay.cancelled, replay.heard, replay.requested = cancelled, heard, requested
    replay.added = [] if added is None else added
    for cycle in replay.before(cycles):
        for _ in replay.bills(cycle):
            pass
    for cycle in cycles:
        first = cycle is cycles[0]
        yield from replay.bills(cycle, prepare if first else None, invoiced if first else ZERO)


class _Replay:
    """One account's events on their way through the cycles, each into the bill of its own."""

    cancelled: Callable[[], bool]
    heard: Callable[[RatedEvent], None] | None
    requested: Callable[[SeveralRater, Event], None] | None
    added: Added

    def __init__(
        self,
        plans: Plans,
        account: Account,
        events: Sequence[Event],
        wanted: BillCycle,
        *,
        keep_events: bool,
    ) -> None:
        self.sides = share_credits(sides_of(plans, account), account)
        self.whole = account if isinstance(plans, PlanTables) else whole_of(self.sides)
        self.start = first_of(self.sides, events, wanted)
        self.rater = SeveralRater(self.sides, self.start)
        self.keep_events = keep_events
        self.at_once = [
            Uninvoiced(one.tables, one.tables.plan.at_once) if one.tables.plan.at_once else None
            for one in self.sides
        ]
        self.rows: list[UsageRows] = []
        names = {line.id for line in account.lines}
        since = self.start.start_ms
        self._events = [one for one in events if one.line in names and one.start >= since]
        self._next = 0

    def before(self, cycles: Sequence[BillCycle]) -> list[BillCycle]:
        """The cycles before these whose bills leave something behind that theirs depend on."""
        found = [earlier_bills(one.tables, one.account, cycles) for one in self.sides]
        # What a wallet paid on the bills before is gone from it.
        found.append(list(cycles_with_payments(self.rater, self.start, cycles[0])))
        return max(found, key=len)

    def bills(
        self,
        cycle: BillCycle,
        prepare: Callable[[AccountRater], None] | None = None,
        invoiced: Fraction = ZERO,
    ) -> Iterator[Billed]:
        """The bills at once of a cycle, and the one at its end."""
        self.rows = [
            UsageRows(one.tables.plan, one.tables.day, cycle.start, keep_events=self.keep_events)
            for one in self.sides
        ]
        open_at_once(self.at_once, cycle, invoiced)
        for _ in self._rate_until(cycle.start_ms):
            """What came before the cycle counts only for what it leaves behind."""
        if prepare is not None:
            self.rater.advance(cycle)
            prepare(self.rater.holding_on(cycle.start))
        for side, rated in self._rate_until(cycle.end_ms):
            rows = self.rows[side]
            rows.add(rated)
            pending = self.at_once[side]
            if pending is not None and pending.reached(rated):
                held, by = self.sides[side].account, self.rater.raters[side]
                part = pending.bill(held, self.whole, cycle, by, rows, rated.event.start)
                yield assemble([part], self.rater)
        yield self._close(cycle)

    def _rate_until(self, end: int) -> Iterator[tuple[int, RatedEvent]]:
        """Rate the events before an instant, each with the number of the side that rated it."""
        alone = self.rater.raters[0].rate if len(self.sides) == 1 else None
        while self._next < len(self._events):
            event = self._events[self._next]
            if event.start >= end:
                return
            if self._next % _CHECK_EVERY == 0 and self.cancelled():
                raise Cancelled
            self._next += 1
            if self.requested is not None:
                self.requested(self.rater, event)
            side, rated = (0, alone(event)) if alone else self.rater.rate(event)
            if self.heard is not None:
                self.heard(rated)
            yield side, rated

    def _close(self, cycle: BillCycle) -> Billed:
        """The bill at the end of a cycle whose events are rated."""
        self.rater.close(cycle)
        for counted, one in zip(self.rows, self.rater.raters, strict=True):
            for rated in one.close_cycle():
                counted.add_closing(rated)
                one.closed.append(rated)
        parts = [
            plan_part(
                *(one.tables, one.account, cycle, rated_by, counted, self.whole),
                pending.credits if pending else (),
                with_added(self.added, one.tables.plan.id),
            )
            for one, rated_by, counted, pending in zip(
                self.sides, self.rater.raters, self.rows, self.at_once, strict=True
            )
        ]
        return assemble(_concerned(parts), self.rater)


def _concerned(parts: Sequence[PlanPart]) -> list[PlanPart]:
    """The parts that have to do with their cycle, the plan that is held last in it at the end."""
    if len(parts) == 1:
        return list(parts)
    concerned = [one for one in parts if one.is_held or one.charges or one.rows.outcomes().events]
    return sorted(concerned, key=lambda one: one.last_start) or list(parts[-1:])
