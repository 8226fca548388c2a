"""Every kind of usage that the rates of a service can tell apart, each once, with what applies.

A kind is a cell: one called number for each set of places, one visited network for each set,
each direction, and for each attribute the values at which some condition changes. The engine
itself says what applies to a cell, so that nothing is judged twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from ratedsl.plan.calendar import Calendar, moved
from ratedsl.plan.model import Allowance, Given, Plan, Rate, Test
from ratedsl.plan.units import EVENT, MESSAGE, TIME, VOLUME
from ratedsl.proofs.numbers import Numbers
from ratedsl.proofs.sweep import Kinds, called, tests_of, visited
from ratedsl.proofs.times import Times
from ratedsl.proofs.witness import Usage, priced
from ratedsl.rating.choice import Choices, Chosen
from ratedsl.rating.conditions import AUTOPAY, Conditions, Subscriber, subscribers_of
from ratedsl.rating.events import Account, Event, Line, Period, Subscription
from ratedsl.rating.places import PlaceIndex
from ratedsl.rating.timeline import Timelines

if TYPE_CHECKING:
    from ratedsl.rating.tables import PlanTables

_USUAL = {TIME: 61_000, VOLUME: 1_000_000, MESSAGE: 1, EVENT: 1}


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of usage, and what applies to it."""

    usage: Usage
    chosen: Chosen

    @property
    def included(self) -> tuple[Allowance, ...]:
        """The allowances that every line has for it."""
        return tuple(one for one, _ in self.chosen.allowances if not one.addon)

    @property
    def abroad(self) -> bool:
        """Whether the line is abroad."""
        return bool(self.usage.roaming)

    @property
    def direction(self) -> str:
        """Which way the usage goes."""
        return dict(self.usage.attributes).get("direction", "outgoing")


class Ground:
    """A plan as proofs look at it: its tables, its days, and the cells of its services."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.calendar = Calendar(plan.timezone)
        self.units = plan.measures()
        self.times = Times(plan)
        timelines = Timelines(plan, self.calendar)
        self.choices = Choices(plan, Conditions(self.units), timelines)
        self.bounded: set[str] = set()
        """The services of which not all combinations of attributes are tried."""
        self._cells: dict[str, list[Cell]] = {}
        self._first: dict[str, Cell] | None = None
        self._numbers: dict[str, Numbers] = {}
        self._instants: dict[tuple[date, int], int] = {}
        self._subscribers: dict[tuple[Given, ...], Subscriber] = {}

    @cached_property
    def tables(self) -> PlanTables:
        """What the engine rates and bills by: a plan with nothing to show needs none of it."""
        from ratedsl.rating.tables import PlanTables  # noqa: PLC0415

        tables = PlanTables(self.plan)
        # Places of a large deck are looked up once.
        tables.choices = self.choices
        return tables

    @property
    def services(self) -> list[str]:
        """The services that some rate prices."""
        return list(dict.fromkeys(rate.match.service for rate in self.plan.rates))

    def numbers(self, service: str) -> Numbers:
        """The numbers that a service tells apart."""
        if service not in self._numbers:
            self._numbers[service] = Numbers(self.choices.places_of(service).prefixes)
        return self._numbers[service]

    def cells(self, service: str) -> Sequence[Cell]:
        """The cells of a service; the plainest come first."""
        if service not in self._cells:
            self._cells[service] = list(self.sweep(service))
        return self._cells[service]

    def cell_of(self, rate: Rate) -> Cell | None:
        """The plainest cell to which a rate applies: no allowance pays for it, if there is one."""
        if self._first is None:
            self._first = {}
            for service in self.services:
                for cell in sorted(self.cells(service), key=lambda one: bool(one.included)):
                    if cell.chosen.rate is not None:
                        self._first.setdefault(cell.chosen.rate.id, cell)
        return self._first.get(rate.id)

    def cell_beside(self, rate: Rate) -> Cell | None:
        """The plainest cell to which a rate applies that adds to another one."""
        return next(
            (
                cell
                for cell in self.cells(rate.match.service)
                if any(one.rate is rate for one in cell.chosen.beside)
            ),
            None,
        )

    def chosen(self, usage: Usage) -> Chosen:
        """What applies to some usage."""
        subscriber = self._subscriber(usage.given, usage.day)
        return self.choices.of(self._event(usage), subscriber, usage.day)

    def hold(self, tests: Sequence[Test], usage: Usage) -> bool:
        """Whether conditions hold for some usage."""
        subscriber = self._subscriber(usage.given, usage.day)
        return self.choices.conditions.hold(tests, self._event(usage), subscriber, usage.day)

    def lists(self, service: str, attribute: str) -> bool:
        """Whether the service names all values that the attribute can have."""
        return any(
            one.name == attribute and one.values
            for described in self.plan.services
            if described.id == service
            for one in described.attributes
        )

    def _event(self, usage: Usage) -> Event:
        attributes = dict(usage.attributes)
        direction = attributes.pop("direction", "outgoing")
        return Event(
            *("", "1", usage.service),
            self._instant(usage.day, usage.seconds),
            usage.quantity,
            called=usage.to,
            direction=direction,
            visited=usage.roaming,
            attributes=MappingProxyType(attributes),
        )

    def _instant(self, day: date, seconds: int) -> int:
        """When usage is; most cells are tried at one and the same time."""
        if (day, seconds) not in self._instants:
            self._instants[day, seconds] = self.calendar.instant(day, seconds)
        return self._instants[day, seconds]

    def usual(self, service: str) -> int:
        """A quantity of a service that is neither small nor large."""
        dimension = self.units.dimension_of(service)
        sizes = [one.size for one in self.units.by_name.values() if one.dimension == dimension]
        return _USUAL.get(dimension) or min(sizes, default=1)

    def beyond(self, usage: Usage) -> Usage:
        """The usage once what a line includes of it is used up: said so, where one word does, or
        so much of it that no allowance can cover all."""
        covering = [pair for pair in self.chosen(usage).allowances if not pair[0].addon]
        if all(_in_one_word(one) for one, _ in covering):
            used = tuple(
                Given(kind="used", record=one.id, number=Decimal(one.grants[0].quantity))
                for one, _ in covering
            )
            return replace(usage, given=(*usage.given, *used))
        more = usage.quantity
        for one, covers in covering:
            held = max((grant.quantity for grant in one.grants), default=0)
            more += held * covers[0].counted // max(covers[0].drawn, 1)
        return usage.of(more)

    def even(self, service: str) -> int:
        """A quantity whose price mostly has an end as a decimal: an hour, a gigabyte."""
        dimension = self.units.dimension_of(service)
        return {TIME: 3_600_000, VOLUME: 10**9}.get(dimension) or self.usual(service)

    def priced(self, usage: Usage) -> tuple[Usage, Decimal] | None:
        """The usage, perhaps more of it, with what it is charged; None where that has no end."""
        return priced(self.tables, usage, self.even(usage.service))

    # ---- the sweep ------------------------------------------------------------------------

    def sweep(
        self,
        service: str,
        beside: Sequence[PlaceIndex] = (),
        numbers: Sequence[str] | None = None,
    ) -> Iterator[Cell]:
        """Each kind of usage of a service; with the places of others beside it told apart too.

        Where `numbers` are given, these alone are called.
        """
        indexes = (self.choices.places_of(service), *beside)
        if numbers is None:
            numbers = list(called(indexes, None if beside else self.numbers(service)))
        networks = list(visited(self.plan, indexes))
        kinds = Kinds(list(tests_of(self.plan, service)), len(numbers) * len(networks))
        if kinds.bounded:
            self.bounded.add(service)
        day, usual = self.times.first, self.usual(service)
        for usage in kinds.usages(service, day, usual, numbers, networks):
            yield Cell(usage, self.chosen(usage))

    def _subscriber(self, given: tuple[Given, ...], day: date) -> Subscriber:
        if given not in self._subscribers:
            start, segment, lines = day, "", 1
            autopay: tuple[Period, ...] = ()
            for one in given:
                if one.kind == "tenure":
                    start = moved(day, one.value, -int(one.number or 0))
                elif one.kind == "lines":
                    lines = int(one.number or 1)
                elif one.record == "payment":
                    autopay = (Period(day),) if one.value == AUTOPAY else ()
                elif one.record == "segment":
                    segment = one.value
            held = (Subscription(self.plan.id, start),)
            account = Account(
                "proof",
                tuple(Line(str(number + 1), subscriptions=held) for number in range(lines)),
                segment=segment,
                autopay=autopay,
            )
            self._subscribers[given] = subscribers_of(account, self.plan.id)["1"]
        return self._subscribers[given]


def _in_one_word(allowance: Allowance) -> bool:
    """Whether `given ALLOWANCE Q used` can say that a line has nothing left of it."""
    return (
        allowance.span == "cycle"
        and allowance.count == 1
        and allowance.scope != "pool"
        and not allowance.pooled
        and allowance.limit_per_line is None
        and len(allowance.grants) == 1
        and allowance.grants[0].money is None
        and allowance.grants[0].period.start is None
    )
