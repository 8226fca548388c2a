"""The kinds of usage that a service tells apart, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from math import prod

from ratedsl.plan.matching import ANYWHERE
from ratedsl.plan.model import Given, Plan, Test
from ratedsl.proofs.numbers import Numbers
from ratedsl.proofs.values import Value, directions_of, one_at_a_time, values_of
from ratedsl.proofs.witness import Usage
from ratedsl.rating.places import PlaceIndex

MOST_CELLS = 20_000
"""Of a service with more kinds of usage, attributes are varied one at a time."""

_NOWHERE: frozenset[str] = frozenset()
_ELSEWHERE = ("72405", "50501", "40401", "45400", "25001", "31026", "20801", "23410")
_OF_THE_LINE = ("segment", "payment")


def tests_of(plan: Plan, service: str) -> Iterator[Test]:
    """All that the plan asks of the usage of a service."""
    for rate in (*plan.rates, *plan.costs):
        if rate.match.service == service:
            yield from rate.conditions
    for allowance in plan.allowances:
        for covers in allowance.covers:
            if covers.match.service == service:
                yield from covers.conditions
    for offer in plan.offers:
        if offer.match.service == service:
            yield from offer.conditions
    for described in plan.services:
        # Values that nobody asks for are values all the same.
        if described.id == service:
            for one in described.attributes:
                if one.values:
                    yield Test(attribute=one.name, operator="in", values=one.values)


def called(indexes: Sequence[PlaceIndex], numbers: Numbers | None = None) -> Iterator[str]:
    """A number for each set of places, one that no place holds, and none at all.

    With several indexes numbers are told apart by what each of them knows. `numbers` are those
    of a single one, where they are known.
    """
    if numbers is None:
        numbers = Numbers({prefix for one in indexes for prefix in one.prefixes})
    seen = set()
    kinds: Iterable[tuple[str, object]]
    if len(indexes) > 1 or indexes[0].relative:
        kinds = ((one, _known(indexes, one)) for one in numbers.known)
    else:
        kinds = ((one, indexes[0].holding(one)) for one in numbers.known)
    for prefix, key in kinds:
        if key not in seen and (number := numbers.of(prefix)):
            seen.add(key)
            yield number
    if seen and (elsewhere := numbers.of("+")):
        yield elsewhere
    yield ""


def _known(indexes: Sequence[PlaceIndex], prefix: str) -> tuple[object, ...]:
    found = [one.called(prefix) for one in indexes]
    return tuple((one.places, one.countries) for one in found)


def visited(plan: Plan, indexes: Sequence[PlaceIndex]) -> Iterator[str]:
    """Home, and a network or country for each set of visited places."""
    yield ""
    matches = [*(one.match for one in plan.rates), *(one.match for one in plan.offers)]
    if not any(one.roaming for one in matches):
        return
    known = {network for one in indexes for network in one.networks} - {ANYWHERE}
    numbers, seen = Numbers(known), set()
    for front in (*sorted(known), *_ELSEWHERE):
        network = numbers.network(front) if front.isdigit() else front
        key = tuple(
            (one.visited(network), one.countries_of(network) if one.relative else _NOWHERE)
            for one in indexes
        )
        if network and key not in seen:
            seen.add(key)
            yield network


class Kinds:
    """How the usage of a service can differ beside its places; `bounded` says that there are too
    many combinations of attributes to try them all."""

    def __init__(self, tests: Collection[Test], places: int) -> None:
        self.directions = directions_of(tests)
        self.values: Mapping[str, list[str]] = values_of(tests)
        many = places * len(self.directions) * prod(len(one) for one in self.values.values())
        self.bounded = many > MOST_CELLS

    def combinations(self) -> Iterator[tuple[Value, ...]]:
        """The values of attributes; the plainest come first."""
        if self.bounded:
            return one_at_a_time(self.values)
        return product(*([(name, v) for v in found] for name, found in self.values.items()))

    def usages(
        self, service: str, day: date, usual: int, numbers: Sequence[str], networks: Sequence[str]
    ) -> Iterator[Usage]:
        """Each kind of usage of these places."""
        for pairs in self.combinations():
            for direction, number, network in product(self.directions, numbers, networks):
                usage = _usage(service, day, usual, direction, number, network, pairs)
                if usage is not None:
                    yield usage


def _usage(
    service: str,
    day: date,
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
        elif name in _OF_THE_LINE:
            given.append(Given(kind="attribute", record=name, value=value))
        else:
            attributes.append((name, value))
    if quantity <= 0:
        return None
    return Usage(
        service=service,
        day=day,
        quantity=quantity,
        to=number,
        roaming=network,
        attributes=tuple(attributes),
        given=tuple(given),
    )
