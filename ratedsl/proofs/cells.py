"""Every kind of usage that the rates of a service can tell apart, each once, with what applies.

A kind is a cell: one called number for each set of places, one visited network for each set,
each direction, and for each attribute the values at which some condition changes. The engine
itself says what applies to a cell, so that nothing is judged twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product
from math import prod
from types import MappingProxyType

from ratedsl.plan.calendar import moved
from ratedsl.plan.matching import ANYWHERE
from ratedsl.plan.model import Allowance, Given, Plan, Rate, Test
from ratedsl.plan.units import EVENT, MESSAGE, TIME, VOLUME
from ratedsl.proofs.numbers import Numbers
from ratedsl.proofs.times import Times
from ratedsl.proofs.values import Value, directions_of, one_at_a_time, values_of
from ratedsl.proofs.witness import Usage, priced
from ratedsl.rating.choice import Choices, Chosen
from ratedsl.rating.conditions import Subscriber, subscribers_of
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.tables import PlanTables

MOST_CELLS = 20_000
"""Of a service with more kinds of usage, attributes are varied one at a time."""

_NOWHERE: frozenset[str] = frozenset()
_USUAL = {TIME: 61_000, VOLUME: 1_000_000, MESSAGE: 1, EVENT: 1}
_ELSEWHERE = ("72405", "50501", "40401", "45400", "25001", "31026", "20801", "23410")


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
        self.tables = PlanTables(plan)
        self.units = self.tables.units
        self.times = Times(plan)
        self.choices: Choices = self.tables.choices
        self.bounded: set[str] = set()
        """The services of which not all combinations of attributes are tried."""
        self._cells: dict[str, list[Cell]] = {}
        self._first: dict[str, Cell] | None = None
        self._numbers: dict[str, Numbers] = {}
        self._subscribers: dict[tuple[Given, ...], Subscriber] = {}

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
            self._cells[service] = list(self._sweep(service))
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

    def chosen(self, usage: Usage) -> Chosen:
        """What applies to some usage."""
        subscriber = self._subscriber(usage.given, usage.day)
        return self.choices.of(self._event(usage), subscriber, usage.day)

    def holds(self, rate: Rate, usage: Usage) -> bool:
        """Whether the conditions of a rate hold for some usage."""
        subscriber = self._subscriber(usage.given, usage.day)
        return self.choices.conditions.hold(
            rate.conditions, self._event(usage), subscriber, usage.day
        )

    def _event(self, usage: Usage) -> Event:
        attributes = dict(usage.attributes)
        direction = attributes.pop("direction", "outgoing")
        return Event(
            *("", "1", usage.service),
            self.tables.calendar.instant(usage.day, usage.seconds),
            usage.quantity,
            called=usage.to,
            direction=direction,
            visited=usage.roaming,
            attributes=MappingProxyType(attributes),
        )

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

    def _sweep(self, service: str) -> Iterator[Cell]:
        tests = list(self._tests(service))
        directions = directions_of(tests)
        called = list(self._called(service))
        visited = list(self._visited(service))
        values = values_of(tests)
        many = len(called) * len(visited) * len(directions)
        if many * prod(len(one) for one in values.values()) > MOST_CELLS:
            self.bounded.add(service)
            combinations: Iterable[tuple[Value, ...]] = one_at_a_time(values)
        else:
            combinations = product(*([(name, v) for v in found] for name, found in values.items()))
        usual = self.usual(service)
        for pairs in combinations:
            for direction, number, network in product(directions, called, visited):
                usage = self._usage(service, usual, direction, number, network, pairs)
                if usage is not None:
                    yield Cell(usage, self.chosen(usage))

    def _usage(
        self,
        service: str,
        quantity: int,
        direction: str,
        number: str,
        network: str,
        pairs: Iterable[Value],
    ) -> Usage | None:
        attributes = [("direction", direction)] if direction != "outgoing" else []
        given: list[Given] = []
        for name, value in pairs:
            if not value:
                continue
            if name == "quantity":
                quantity = int(value)
            elif name == "tenure":
                number_of, unit = value.split()
                given.append(Given(kind="tenure", number=Decimal(number_of), value=unit))
            elif name == "lines":
                given.append(Given(kind="lines", number=Decimal(value)))
            elif name == "segment":
                given.append(Given(kind="attribute", record=name, value=value))
            else:
                attributes.append((name, value))
        if quantity <= 0:
            return None
        return Usage(
            service=service,
            day=self.times.first,
            quantity=quantity,
            to=number,
            roaming=network,
            attributes=tuple(attributes),
            given=tuple(given),
        )

    def _tests(self, service: str) -> Iterator[Test]:
        for rate in self.plan.rates:
            if rate.match.service == service:
                yield from rate.conditions
        for allowance in self.plan.allowances:
            for covers in allowance.covers:
                if covers.match.service == service:
                    yield from covers.conditions

    def _called(self, service: str) -> Iterator[str]:
        """A number for each set of places, one that no place holds, and none at all."""
        index, numbers = self.choices.places_of(service), self.numbers(service)
        seen = set()
        if index.relative:
            told_apart = ((one, index.called(one)) for one in numbers.known)
            kinds = ((one, (known.places, known.countries)) for one, known in told_apart)
        else:
            kinds = ((one, (places, _NOWHERE)) for one, places in index.places_by_prefix())
        for prefix, key in kinds:
            if key not in seen and (number := numbers.of(prefix)):
                seen.add(key)
                yield number
        if seen and (elsewhere := numbers.of("+")):
            yield elsewhere
        yield ""

    def _visited(self, service: str) -> Iterator[str]:
        """Home, and a network or country for each set of visited places."""
        index = self.choices.places_of(service)
        yield ""
        seen = set()
        abroad = any(rate.match.roaming for rate in self.plan.rates)
        if not abroad:
            return
        for front in (*sorted(index.networks - {ANYWHERE}), *_ELSEWHERE):
            network = front.ljust(5, "0") if front.isdigit() else front
            countries = index.countries_of(network) if index.relative else frozenset()
            key = (index.visited(network), countries)
            if key not in seen:
                seen.add(key)
                yield network

    def _subscriber(self, given: tuple[Given, ...], day: date) -> Subscriber:
        if given not in self._subscribers:
            start, segment, lines = day, "", 1
            for one in given:
                if one.kind == "tenure":
                    start = moved(day, one.value, -int(one.number or 0))
                elif one.kind == "lines":
                    lines = int(one.number or 1)
                else:
                    segment = one.value
            held = (Subscription(self.plan.id, start),)
            account = Account(
                "proof",
                tuple(Line(str(number + 1), subscriptions=held) for number in range(lines)),
                segment=segment,
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
