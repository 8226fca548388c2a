"""Usage that arrives after the bill of its cycle has closed: each event on one bill, once.

A bill knows what had arrived when it closed. Late usage is worked out by making the bills of its
cycle and of those after it again, with all that is known now: what they come to beyond what they
came to before is charged on the invoice of the cycle in which it arrives. So all bills together
come to what they would have been with all usage in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from ratedsl.billing.assemble import Billed
from ratedsl.billing.charge import Charge
from ratedsl.billing.correction import corrected, count_late, with_balances
from ratedsl.billing.invoice import Alert
from ratedsl.plan.calendar import BillCycle, BillCycles
from ratedsl.plan.model import Plan
from ratedsl.rating.events import ARRIVED, Event
from ratedsl.rating.parts import RatedEvent
from ratedsl.rating.trace import Step
from ratedsl.rating.words import brief_amount

Added = list[tuple[str, Charge]]
"""Charges for a coming bill, each with the plan whose part they stand in."""

Make = Callable[..., Iterator[Billed]]
"""Makes the bills of cycles from the events known to them: `bill_cycles` without late usage."""


def arrival(event: Event) -> date | None:
    """The local day on which an event arrived, or None where it came in time for any bill."""
    text = event.attributes.get(ARRIVED)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def late_events(events: Sequence[Event], cycles: BillCycles) -> dict[int, BillCycle]:
    """The events that arrived once the bill of their cycle had closed, by their place among all,
    each with the cycle in which it arrived."""
    found = {}
    for number, event in enumerate(events):
        if ARRIVED in event.attributes:
            day = arrival(event)
            if day is not None and day >= cycles.at(event.start).end:
                found[number] = cycles.on(day)
    return found


@dataclass
class _Replay:
    """The bills of all cycles as one moment of knowledge has them, in order of time."""

    bills: Iterator[Billed]
    added: Added
    heard: list[RatedEvent]

    def next(self) -> tuple[list[Billed], Billed]:
        """The bills at once of the next cycle, and its own."""
        at_once: list[Billed] = []
        for billed in self.bills:
            if not billed.invoice.at_once:
                return at_once, billed
            at_once.append(billed)
        raise AssertionError("every cycle has a bill")


def bill_late(
    make: Make,
    plan: Plan,
    own: BillCycles,
    events: Sequence[Event],
    cycles: Sequence[BillCycle],
    late: dict[int, BillCycle],
    heard: Callable[[RatedEvent], None] | None = None,
) -> Iterator[Billed]:
    """The bills of cycles where some of the events are `late`; `plan` says how these are billed."""
    last = cycles[-1].start
    billed_now = [
        own.at(events[number].start)
        for number, arrived in late.items()
        if cycles[0].start <= arrived.start <= last
    ]
    first = min([cycles[0], *billed_now], key=lambda one: one.start)
    every = [first]
    while every[-1].start < last:
        every.append(own.after(every[-1]))

    def replay(until: date) -> _Replay:
        """All bills, from what had arrived by the end of the cycle that starts `until`."""
        known = [
            event
            for number, event in enumerate(events)
            if number not in late or late[number].start <= until
        ]
        added: Added = []
        rated: list[RatedEvent] = []
        return _Replay(make(known, every, added=added, heard=rated.append), added, rated)

    made: list[Billed] = []
    running = replay(min(own.before(cycles[0]).start, first.start))
    for cycle in every:
        mine = [number for number, arrived in late.items() if arrived.start == cycle.start]
        changes: list[tuple[Billed, Billed]] = []
        if mine and cycle.start >= cycles[0].start:
            running = replay(cycle.start)
            again = [running.next()[1] for _ in made]
            changes = list(zip(made, again, strict=True))
            made = again
            if plan.late_usage != "correction":
                running.added += late_charges(changes, plan)
        at_once, billed = running.next()
        if cycle.start < cycles[0].start:
            made.append(billed)
            continue
        yield from at_once
        made.append(billed)
        if changes:
            those = {id(events[number]) for number in mine}
            came = [one for one in running.heard if id(one.event) in those]
            billed = with_balances(count_late(billed, came), changes)
            if plan.late_usage == "correction":
                billed = corrected(billed, changes, plan)
            if not plan.late_usage:
                billed = _unstated(billed, plan, len(mine))
        yield billed
    for rated in running.heard if heard is not None else ():
        assert heard is not None
        heard(rated)


def late_charges(changes: Sequence[tuple[Billed, Billed]], plan: Plan) -> Added:
    """What the usage of closed cycles comes to beyond what was billed, row by row."""
    found: Added = []
    for before, now in changes:
        cycle = now.parts[-1].cycle
        old = dict(_usage(before))
        new = dict(_usage(now))
        for name in sorted({**old, **new}):
            was, comes_to = old.get(name), new.get(name)
            exact = (comes_to.exact if comes_to else Fraction(0)) - (was.exact if was else 0)
            if exact:
                charge = comes_to or was
                assert charge is not None
                found.append((name[0], _late(charge, was, exact, cycle, plan)))
    return found


def _usage(billed: Billed) -> Iterator[tuple[tuple[str, int, str], Charge]]:
    """The rows of usage of each part; what was late on its own bill is not among them."""
    for part in billed.parts:
        for charge in part.rows.charges():
            yield (part.plan.id, id(part.tables), charge.key), charge


def _late(
    charge: Charge, was: Charge | None, exact: Fraction, cycle: BillCycle, plan: Plan
) -> Charge:
    events = charge.events - (was.events if was else 0)
    when = f"late, of {cycle.start} to {cycle.end - timedelta(days=1)}"
    before = brief_amount(was.exact if was else Fraction(0))
    return replace(
        charge,
        key=f"late:{cycle.start}:{charge.key}",
        detail=", ".join(part for part in (charge.detail, when) if part),
        quantity="",
        unit_price="",
        formula=f"{brief_amount(charge.exact)} now − {before} billed",
        events=max(events, 0),
        units=charge.units - (was.units if was else 0),
        started=0,
        exact=exact,
        amount=Fraction(0),
        net=Fraction(0),
        steps=(Step(f"it arrived after the bill of {cycle.end} had closed", plan.at),),
        rated=_late_of(charge, cycle),
        foreign=None,
        conversion=None,
    )


def _late_of(charge: Charge, cycle: BillCycle) -> list[RatedEvent]:
    """The events behind a charge of a cycle that arrived once its bill had closed."""
    return [one for one in charge.rated if (arrival(one.event) or date.min) >= cycle.end]


def _unstated(billed: Billed, plan: Plan, events: int) -> Billed:
    """The bill with an alert that the plan does not say how late usage is billed."""
    many = f"{events} events" if events > 1 else "an event"
    alert = Alert(
        record="",
        words=f"E316: {many} arrived after the bill of their cycle, and the plan does not say how "
        "they are billed: they stand on this invoice; add `late usage on next invoice`",
        when=str(billed.invoice.end),
        at=plan.at,
    )
    invoice = billed.invoice.model_copy(update={"alerts": (*billed.invoice.alerts, alert)})
    return replace(billed, invoice=invoice)


def with_added(added: Added, plan: str) -> list[Charge]:
    """Take the charges that are for a part of this plan, so that no later bill has them."""
    mine = [charge for name, charge in added if name == plan]
    added[:] = [one for one in added if one[0] != plan]
    return mine
