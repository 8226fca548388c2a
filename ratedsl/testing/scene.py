"""The account, state and usage that an inline test describes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from types import MappingProxyType

from ratedsl.billing.sides import Plans, cycles_for
from ratedsl.plan.calendar import BillCycle, BillCycles, moved
from ratedsl.plan.model import Act, Given, PlanTest, TestEvent
from ratedsl.plan.units import TIME
from ratedsl.rating.events import (
    Account,
    CreditNote,
    Deposit,
    Event,
    HeldItem,
    Line,
    Owed,
    Payment,
    Subscription,
    Suspension,
    TopUp,
)
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.tables import PlanTables
from ratedsl.testing.earlier import use_up

FIRST_LINE = "1"


@dataclass(frozen=True)
class Scene:
    """What a test sets up. `problem` says why it cannot be set up, and is empty otherwise.

    `events` are in order of time, `cycles` follow on each other: from that of the first event
    or bill to that of the last bill, or the first event's alone where there is no bill.
    `last_day` is the day on which something last happens: the last bill, or the last event.
    """

    account: Account
    events: list[Event]
    cycles: list[BillCycle]
    given: tuple[Given, ...]
    last_day: date
    next_cycle: date
    plans: Plans
    problem: str = ""

    @property
    def invoiced(self) -> Fraction:
        """What bills at once have charged before the test's first event."""
        amounts = (one.number for one in self.given if one.kind == "invoiced" and one.number)
        return sum((Fraction(amount) for amount in amounts), Fraction(0))

    def prepare(self, rater: AccountRater) -> None:
        """Use up what the test says was used; raises UnmetGiven where there was not so much."""
        for given in self.given:
            if given.kind == "used":
                use_up(rater, given, self.events[0].start if self.events else None)
            elif given.kind == "session" and given.number is not None:
                rater.rate(_earlier_leg(rater, self.events, given.record, int(given.number)))

    @property
    def last(self) -> int:
        """The instant of the last thing that happens."""
        ups = [one.at for one in self.account.top_ups]
        return max([*ups, *(event.start for event in self.events)], default=0)


def set_up(tables: PlanTables, test: PlanTest) -> Scene:
    """The scene of a test.

    Without `given started` the lines take up the plan on the first day of the bill cycle of
    the first event, or of the usage that the first invoice bills; `given tenure` moves that back.
    """
    names = _line_names(test)
    events = [event for one in test.events for event in [event_of(tables, one)] * one.times]
    events.sort(key=lambda event: (event.start, event.id))
    days = [*test.bills, *([] if test.bills else [tables.day(one.start) for one in events[-1:]])]
    last_day = days[-1] if days else _started(test)
    start = _cycles(tables.cycles, test, events, last_day)[0].start
    tenure = next((given for given in test.given if given.kind == "tenure"), None)
    if tenure is not None:
        day = test.bills[0] if test.bills else tables.day(events[0].start)
        start = moved(day, tenure.value, -int(tenure.number or 0))
    given = _attributes(test, "")
    lines = tuple(
        _line(tables.plan.id, test, name, start, first=name == names[0]) for name in names
    )
    owed, payments, deposits = _money(tables, test)
    account = Account(
        "test",
        lines,
        segment=given.get("segment", ""),
        numbers=frozenset(line.number for line in lines if line.number),
        timezone=given.get("timezone", ""),
        credits=tuple(
            CreditNote(act.item, act.money, act.day, act.supplied, act.line)
            for act in test.acts
            if act.kind == "credit" and act.money is not None
        ),
        owed=owed,
        payments=payments,
        deposits=deposits,
    )
    plans = _plans(tables, test)
    cycles = cycles_for(plans, account)
    problem = ""
    for day in test.bills:
        if cycles.before(cycles.on(day)).end != day:
            near = cycles.on(day)
            problem = f"no bill closes on {day}; bills close on {near.start} and {near.end}"
    passed = _cycles(cycles, test, events, last_day)
    ups = tuple(_top_ups(tables, test, passed[0].start_ms))
    account = replace(account, top_ups=ups)
    # The bill of the day on which something last happens closes with that day's start.
    next_cycle = cycles.on(last_day).end
    return Scene(account, events, passed, test.given, last_day, next_cycle, plans, problem)


def _money(
    tables: PlanTables, test: PlanTest
) -> tuple[tuple[Owed, ...], tuple[Payment, ...], tuple[Deposit, ...]]:
    """Earlier bills, what was paid for them, and deposits; bills are due as the plan says."""
    owed, payments, deposits = [], [], []
    due = timedelta(tables.plan.due.days if tables.plan.due else 0)
    for one in test.given:
        if one.day is None or one.number is None:
            continue
        if one.kind == "owed":
            owed.append(Owed(one.number, one.day, one.until or one.day + due))
        elif one.kind == "paid":
            payments.append(Payment(one.number, one.day))
        elif one.kind.startswith("deposit "):
            applied = one.until if one.kind == "deposit applied" else None
            returned = one.until if one.kind == "deposit returned" else None
            deposits.append(Deposit(one.number, one.day, applied=applied, returned=returned))
    return tuple(owed), tuple(payments), tuple(deposits)


def _plans(tables: PlanTables, test: PlanTest) -> Plans:
    """The plan of the tables alone, or with those that the lines change from and to."""
    named = {act.item for act in test.acts if act.kind == "change"}
    named |= {given.value for given in test.given if _is_plan(given)}
    return (*tables.others, tables) if named - {tables.plan.id} else tables


def _is_plan(given: Given) -> bool:
    return given.kind == "attribute" and given.record == "plan"


def _top_ups(tables: PlanTables, test: PlanTest, start: int) -> Iterator[TopUp]:
    """What wallets hold from the test's first cycle on, and what is added to them."""
    for given in test.given:
        if given.kind == "balance" and given.number is not None:
            yield TopUp(given.record, given.number, start, given.line, opening=True)
    for act in test.acts:
        if act.kind == "top up" and act.money is not None:
            at = tables.calendar.instant(act.day, act.seconds)
            yield TopUp(act.item, act.money, at, act.line)


def _cycles(
    cycles: BillCycles, test: PlanTest, events: list[Event], last_day: date
) -> list[BillCycle]:
    """The bill cycles that the test goes through."""
    billed = [cycles.before(cycles.on(day)) for day in test.bills]
    first = [cycles.at(events[0].start)] if events else []
    found = [min([*first, *billed] or [cycles.on(last_day)], key=lambda cycle: cycle.start)]
    while billed and found[-1].start < billed[-1].start:
        found.append(cycles.after(found[-1]))
    return found


def _started(test: PlanTest) -> date:
    """The day of `given started`, which a test without usage and bill has."""
    return next(one.day for one in test.given if one.kind == "started" and one.day is not None)


def _line(plan: str, test: PlanTest, name: str, start: date, *, first: bool) -> Line:
    """A line of the account: when it holds the plan, its attributes and items."""
    started = _day(test, "started", name) or start
    ended = _day(test, "ended", name)
    cancelled = [act.day for act in test.acts if act.kind == "cancel" and act.line in ("", name)]
    numbers = {one.line: one.value for one in test.given if one.record == "number"}
    return Line(
        name,
        number=numbers.get(name) or (numbers.get("", "") if first else ""),
        subscriptions=_subscriptions(plan, test, name, started, min(cancelled, default=ended)),
        attributes=MappingProxyType(_attributes(test, name)),
        items=_items(test, started, ("", name) if first else (name,)),
        suspensions=tuple(
            Suspension(act.day, act.until)
            for act in test.acts
            if act.kind == "suspend" and act.line in ("", name)
        ),
    )


def _subscriptions(
    plan: str, test: PlanTest, line: str, start: date, end: date | None
) -> tuple[Subscription, ...]:
    """What a line holds: the plan of its start, and those that the test changes it to."""
    held = [Subscription(_attributes(test, line).get("plan", plan), start, end)]
    for act in sorted(test.acts, key=lambda act: act.day):
        if act.kind == "change" and act.line in ("", line):
            held[-1] = replace(held[-1], end=act.day)
            held.append(Subscription(act.item, act.day, end))
    return tuple(held)


def _day(test: PlanTest, kind: str, line: str) -> date | None:
    """The day of a `given started` or `given ended`: the line's own before that of all."""
    found = {given.line: given.day for given in test.given if given.kind == kind}
    return found.get(line, found.get(""))


def _attributes(test: PlanTest, line: str) -> dict[str, str]:
    """The attributes of a line: its own before those of all."""
    given = [one for one in test.given if one.kind == "attribute" and one.line in ("", line)]
    return {one.record: one.value for one in sorted(given, key=lambda one: one.line)}


def _items(test: PlanTest, start: date, names: tuple[str, ...]) -> tuple[HeldItem, ...]:
    """What a line holds, from the test's `given held` and its acts."""
    held = [
        HeldItem(given.record, int(given.number or 0), start)
        for given in test.given
        if given.kind == "held" and given.line in names
    ]
    for act in sorted(test.acts, key=lambda act: act.day):
        if act.line not in names:
            continue
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


def _line_names(test: PlanTest) -> list[str]:
    """The account's lines: those that `given N lines` counts, and all that the test names.

    What names no line is the first line's, which is called 1.
    """
    count = next((given for given in test.given if given.kind == "lines"), None)
    used = [given for given in test.given if given.kind in ("held", "used")]
    taken = [act for act in test.acts if act.kind in ("add", "remove")]
    own = {
        *(event.line for event in test.events),
        *(given.line for given in used),
        *(act.line for act in taken),
    }
    named = own | {one.line for one in test.given} | {one.line for one in test.acts}
    named |= {one.line for one in test.expectations}
    names = [str(index + 1) for index in range(int(count.number or 0))] if count else []
    if not names and ("" in own or named <= {""}):
        names = [FIRST_LINE]
    return list(dict.fromkeys([*names, *sorted(named - {""})]))


def event_of(tables: PlanTables, one: TestEvent) -> Event:
    """The event that a fact describes, by the clock of the tables."""
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


def _earlier_leg(rater: AccountRater, events: list[Event], session: str, units: int) -> Event:
    """A leg of so many units that ends where the first one of the test starts."""
    first = next(event for event in events if event.attributes.get("session") == session)
    timed = rater.tables.dimension(first.service) == TIME
    start = max(first.start - units if timed else first.start, rater.cycle.start_ms)
    return replace(first, id="", start=start, quantity=units)
