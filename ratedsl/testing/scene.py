"""The account, state and usage that an inline test describes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from ratedsl.plan.calendar import BillCycle, BillCycles, moved
from ratedsl.plan.matching import Atlas
from ratedsl.plan.model import Act, Given, PlanTest, Rate, TestEvent
from ratedsl.rating.events import Account, Event, HeldItem, Line, Subscription
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.tables import PlanTables

FIRST_LINE = "1"


class UnmetGiven(Exception):
    """What a test gives cannot be; the message says why."""


@dataclass(frozen=True)
class Scene:
    """What a test sets up. `problem` says why it cannot be set up, and is empty otherwise.

    `last_day` is the day on which something last happens: the bill, or the last event.
    """

    account: Account
    events: list[Event]
    cycle: BillCycle
    given: tuple[Given, ...]
    last_day: date
    problem: str = ""

    def prepare(self, rater: AccountRater) -> None:
        """Use up what the test says was used; raises UnmetGiven where there was not so much."""
        rates = {rate.id: rate for rate in rater.plan.rates}
        for given in self.given:
            if given.kind != "used" or given.number is None:
                continue
            units = int(given.number)
            if given.record in rates:
                # The same way as real usage, so that tiers and caps have seen it too.
                rater.rate(_earlier_usage(rater, rates[given.record], units))
                continue
            for (name, _), balance in rater.allowances.balances.items():
                if name != given.record:
                    continue
                if balance.allowance.span == "day" and self.events:
                    balance.open_day(rater.tables.day(self.events[0].start))
                if balance.draw(units, rater.account.lines[0].id, rater.cycle.end_ms) < units:
                    raise UnmetGiven(f"`{name}` grants less than the test says was used")
                break


def set_up(tables: PlanTables, test: PlanTest) -> Scene:
    """The scene of a test.

    Without `given started` the lines take up the plan on the first day of the bill cycle of
    the first event, or of the usage that the invoice bills; `given tenure` moves that back.
    """
    found = {given.kind: given for given in test.given}
    events = [event for one in test.events for event in [_event(tables, one)] * one.times]
    events.sort(key=lambda event: (event.start, event.id))
    last_day = test.invoice or (tables.day(events[-1].start) if events else _started(test))
    start = _billed_cycle(tables.cycles, test, last_day).start
    if events:
        start = min(start, tables.cycles.at(events[0].start).start)
    if "tenure" in found:
        start = _earlier(test.invoice or tables.day(events[0].start), found["tenure"])
    if "started" in found and found["started"].day is not None:
        start = found["started"].day
    ended = found["ended"].day if "ended" in found else None
    attributes = {given.record: given.value for given in test.given if given.kind == "attribute"}
    cancelled = [act.day for act in test.acts if act.kind == "cancel"]
    subscription = Subscription(tables.plan.id, start, min(cancelled, default=ended))
    items = _items(test, start)
    lines = tuple(
        Line(
            name,
            subscriptions=(subscription,),
            attributes=MappingProxyType(attributes),
            items=items if index == 0 else (),
        )
        for index, name in enumerate(_line_names(test, found.get("lines")))
    )
    account = Account("test", lines, segment=attributes.get("segment", ""))
    cycles = tables.cycles_of(account)
    cycle = _billed_cycle(cycles, test, last_day)
    problem = ""
    if test.invoice is not None and cycle.end != test.invoice:
        near = cycles.on(test.invoice)
        problem = f"no bill closes on {test.invoice}; bills close on {near.start} and {near.end}"
    return Scene(account, events, cycle, test.given, last_day, problem)


def _billed_cycle(cycles: BillCycles, test: PlanTest, last_day: date) -> BillCycle:
    """The cycle whose bill the test makes; without a bill the one in which its events lie."""
    cycle = cycles.on(last_day)
    return cycle if test.invoice is None else cycles.before(cycle)


def _started(test: PlanTest) -> date:
    """The day of `given started`, which a test without usage and bill has."""
    return next(one.day for one in test.given if one.kind == "started" and one.day is not None)


def _items(test: PlanTest, start: date) -> tuple[HeldItem, ...]:
    """What the first line holds, from the test's `given held` and its acts."""
    held = [
        HeldItem(given.record, int(given.number or 0), start)
        for given in test.given
        if given.kind == "held"
    ]
    for act in sorted(test.acts, key=lambda act: act.day):
        if act.kind == "add":
            held.append(HeldItem(act.item, act.number, act.day))
        elif act.kind == "remove":
            held = _without(held, act)
    return tuple(held)


def _without(held: list[HeldItem], act: Act) -> list[HeldItem]:
    """What is held once `act` has removed its number of an item, the latest taken up first."""
    left = act.number
    kept: list[HeldItem] = []
    for one in reversed(held):
        taken = min(one.quantity, left) if one.item == act.item and one.end is None else 0
        left -= taken
        if one.quantity > taken:
            kept.append(replace(one, quantity=one.quantity - taken))
        if taken:
            kept.append(replace(one, quantity=taken, end=act.day))
    return kept[::-1]


def _line_names(test: PlanTest, count: Given | None) -> list[str]:
    number = int(count.number) if count is not None and count.number else 1
    names = [str(index + 1) for index in range(number)]
    named = [event.line for event in test.events if event.line]
    if named and count is None:
        names = []
    return list(dict.fromkeys([*names, *named]))


def _event(tables: PlanTables, one: TestEvent) -> Event:
    start = tables.calendar.instant(one.day, one.seconds, second_fold=one.second_fold)
    attributes = dict(one.attributes)
    direction = attributes.pop("direction", "outgoing")
    return Event(
        id=f"{one.at.line:06}",
        line=one.line or FIRST_LINE,
        service=one.service,
        start=start,
        quantity=one.quantity,
        called=one.to,
        direction=direction,
        visited=one.roaming,
        attributes=MappingProxyType(attributes),
    )


def _earlier_usage(rater: AccountRater, rate: Rate, units: int) -> Event:
    """Usage that matches a rate, at the start of the rater's cycle."""
    atlas = Atlas(rater.plan)
    called = min(atlas.prefixes(rate.match.to[0])) if rate.match.to else ""
    visited = min(atlas.visited(rate.match.roaming[0])) if rate.match.roaming else ""
    attributes = {test.attribute: test.values[0] for test in rate.conditions if test.values}
    return Event(
        id="",
        line=next(iter(rater.account.lines)).id,
        service=rate.match.service,
        start=rater.cycle.start_ms,
        quantity=units,
        called=called,
        direction=attributes.pop("direction", "outgoing"),
        visited=visited,
        attributes=MappingProxyType(attributes),
    )


def _earlier(day: date, tenure: Given) -> date:
    """The day that lies the tenure before `day`; a day 29-31 is clamped."""
    return moved(day, tenure.value, -int(tenure.number or 0))
