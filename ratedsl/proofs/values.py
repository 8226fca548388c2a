"""The values of attributes at which the conditions of a plan change, and the plainest of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from ratedsl.plan.model import Test
from ratedsl.plan.units import TIME, VOLUME

Value = tuple[str, str]
"""An attribute and its value; empty where usage does not have it."""


def directions_of(tests: Iterable[Test]) -> list[str]:
    """Which ways usage can go that the tests tell apart."""
    named = {v for test in tests if test.attribute == "direction" for v in test.values}
    return ["outgoing", "incoming", *sorted(named - {"outgoing", "incoming"})]


def values_of(tests: Iterable[Test]) -> Mapping[str, list[str]]:
    """For each attribute the values at which a condition changes; the first is the plainest."""
    found: dict[str, list[str]] = {}
    for test in tests:
        if test.attribute == "direction":
            continue
        values = found.setdefault(test.attribute, [""])
        values += [value for value in _edges(test) if value not in values]
    return found


def _edges(test: Test) -> Iterator[str]:
    if test.number is None:
        yield from test.values
        return
    if test.attribute == "tenure":
        yield from (f"{n} {test.unit}" for n in _around(int(test.number)))
    elif test.attribute == "quantity" and test.base is not None:
        yield from map(str, _around(test.base))
    elif test.base is not None:
        unit = {TIME: "ms", VOLUME: "B"}.get(test.dimension, test.unit)
        size = 1 if test.dimension in (TIME, VOLUME) else test.base / test.number
        yield from (f"{Decimal(n) / Decimal(size)} {unit}" for n in _around(test.base))
    elif test.number == test.number.to_integral_value():
        yield from map(str, _around(int(test.number)))
    else:
        yield from (str(test.number - 1), str(test.number), str(test.number + 1))


def _around(number: int) -> tuple[int, ...]:
    return tuple(one for one in (number - 1, number, number + 1) if one >= 0)


def one_at_a_time(values: Mapping[str, list[str]]) -> Iterator[tuple[Value, ...]]:
    """The plainest combination, then each other value with the plainest of all others."""
    yield ()
    for name, found in values.items():
        for value in found[1:]:
            yield ((name, value),)
