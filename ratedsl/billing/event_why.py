"""Why one stored event has its charge, as the bill has it on which it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ratedsl.billing.late import arrival, late_events
from ratedsl.billing.replay import by_clock_of, on_plans
from ratedsl.billing.sides import Plans, as_corrected, cycles_for, sides_of
from ratedsl.billing.since import first_of
from ratedsl.plan.calendar import BillCycle
from ratedsl.rating.events import Account, Event
from ratedsl.rating.several import SeveralRater
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.trace import EventRow, Step
from ratedsl.rating.words import event_row


@dataclass(frozen=True, slots=True)
class EventWhy:
    """An event as rated after all that its bill knew, and the plan that rated it.

    `billing` says on which bill a late event stands, and what came later and is not known here.
    """

    row: EventRow
    tables: PlanTables
    billing: tuple[Step, ...]


def explain_event(
    plans: Plans, account: Account, events: Sequence[Event], wanted: Event
) -> EventWhy | None:
    """The event among the account's, which are in order; None where its line holds no plan."""
    plans = by_clock_of(plans, account)
    held = on_plans(account, plans)
    names = {line.id for line in held.lines}
    if wanted.line not in names:
        return None
    mine = [one for one in events if one.line in names]
    sides, cycles = sides_of(plans, held), cycles_for(plans, held)
    late = late_events(mine, cycles)
    place = next(number for number, one in enumerate(mine) if one.id == wanted.id)
    own = cycles.at(wanted.start)
    billed = late.get(place, own)
    heard_of = [
        one
        for number, one in enumerate(mine)
        if number not in late or late[number].start <= billed.start
    ]
    known = as_corrected(plans, held, heard_of)
    first = first_of(sides, known, own)
    rater = SeveralRater(sides, first)
    for one in known:
        if one.start >= first.start_ms:
            side, rated = rater.rate(one)
            if one.id == wanted.id:
                tables = sides[side].tables
                later = any(
                    arrived.start > billed.start and first.start_ms <= mine[number].start
                    for number, arrived in late.items()
                    if mine[number].start <= wanted.start
                )
                steps = tuple(_billing(wanted, tables, own, billed, later=later))
                return EventWhy(event_row(rated, tables), tables, steps)
    return None


def _billing(
    event: Event, tables: PlanTables, own: BillCycle, billed: BillCycle, *, later: bool
) -> Iterator[Step]:
    at = tables.plan.at
    if billed.start != own.start:
        words = f"it arrived on {arrival(event)}, after the bill of {own.end} had closed"
        yield Step(f"{words}: it stands on the bill of {billed.end}", at)
    if later:
        words = f"as the bill of {billed.end} had it: usage before it arrived later"
        yield Step(words, at)
