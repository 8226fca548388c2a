"""Units of usage and their sizes in whole base units.

Durations count in milliseconds, volumes in bytes, everything else in pieces, so a quantity
is always an integer. A count names what it counts (`messages`, `calls`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

TIME = "time"
VOLUME = "volume"
EVENT = "event"
MESSAGE = "message"
MONEY = "money"

MONEY_PARTS = 10**12
"""Base units of an amount of money that is counted as a quantity: as fine as any number."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: what it measures, and how many base units it holds."""

    name: str
    dimension: str
    size: int

    def whole(self, count: Decimal) -> int | None:
        """So many of it in base units; None where that is no whole number."""
        numerator, denominator = count.as_integer_ratio()
        base, rest = divmod(numerator * self.size, denominator)
        return None if rest else base


def _units() -> dict[str, Unit]:
    sizes = {
        TIME: {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000},
        VOLUME: {
            **{"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12},
            **{"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40},
        },
        # An event is called by what the service calls it.
        EVENT: dict.fromkeys(("event", "events", "call", "calls", "session", "sessions"), 1),
        MESSAGE: dict.fromkeys(("message", "messages"), 1),
    }
    return {
        name: Unit(name, dimension, size)
        for dimension, named in sizes.items()
        for name, size in named.items()
    }


UNITS = _units()
"""Every unit of usage by its name. Names are case-sensitive, since `mB` is not `MB`."""

SERVICES = {"voice": TIME, "data": VOLUME, "sms": MESSAGE, "mms": MESSAGE}
"""What each service is measured in."""

SPANS = ("event", "day", "week", "month", "cycle", "contract")
"""Over what a running total counts; a contract starts when the line takes up the plan."""

PERIODS = ("day", "week", "month", "quarter", "year", "cycle")
"""How often a fee can recur."""

_LADDERS = {TIME: ("s", "min", "h"), VOLUME: ("B", "kB", "MB", "GB", "TB")}
_MOST_PLACES = 12


class Units:
    """The units and services of one plan: those of every plan, and its own.

    `custom` are its own units by name; `services` says which unit its own services are
    measured in.
    """

    def __init__(
        self,
        custom: Mapping[str, Unit] | None = None,
        services: Mapping[str, str] | None = None,
        attributes: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.attributes = dict(attributes or {})
        self.by_name: dict[str, Unit] = {**UNITS, **(custom or {})}
        self._measured = dict(services or {})
        self.dimensions: dict[str, str] = dict(SERVICES)
        for service, unit in self._measured.items():
            if unit in self.by_name:
                self.dimensions[service] = self.by_name[unit].dimension

    def dimension_of(self, service: str, attribute: str = "") -> str:
        """What a service, or an attribute of it, is measured in; an unknown one counts its
        events."""
        if attribute:
            name = self.attributes.get((service, attribute), "")
            return name if name == MONEY else self.by_name[name].dimension if name else EVENT
        return self.dimensions.get(service, EVENT)

    def show(self, base: int, dimension: str, unit: str = "") -> str:
        """A quantity in words that lose nothing: `112 min`, `1.5 GB`, `984 min 1 s`.

        With `unit` it is shown in that unit where three decimals do. Else a volume is shown in
        the largest unit that it fills, and a duration in the largest for which three decimals
        do, or in minutes and seconds. Units of the plan's own are shown as its services are
        measured.
        """
        if dimension == MONEY:
            return _decimal(base, MONEY_PARTS, _MOST_PLACES)
        if dimension in (MESSAGE, EVENT):
            return f"{base} {dimension}" if base == 1 else f"{base} {dimension}s"
        if dimension not in _LADDERS:
            return self._custom(base, dimension, unit)
        if base == 0:
            return f"0 {unit or _LADDERS[dimension][0]}"
        if unit and base * 1000 % self.by_name[unit].size == 0:
            return f"{_decimal(base, self.by_name[unit].size, 3)} {unit}"
        return _volume(base) if dimension == VOLUME else _duration(base)

    def _custom(self, base: int, dimension: str, unit: str) -> str:
        measured = [
            name
            for name in self._measured.values()
            if name in self.by_name and self.by_name[name].dimension == dimension
        ]
        name = unit or next(iter(measured), dimension)
        size = self.by_name[name].size
        if base * 10**_MOST_PLACES % size:
            name, size = dimension, self.by_name[dimension].size
        return f"{_decimal(base, size, _MOST_PLACES)} {name}"


def _volume(base: int) -> str:
    """Units of volume are tenfold of each other, so that any of them is exact."""
    filled = [name for name in _LADDERS[VOLUME] if abs(base) >= UNITS[name].size]
    return f"{_decimal(base, UNITS[filled[-1]].size, _MOST_PLACES)} {filled[-1]}"


def _duration(base: int) -> str:
    minutes, rest = divmod(base, 60_000)
    if minutes > 0 and rest * 1000 % 60_000:
        return f"{minutes} min {_decimal(rest, 1000, 3)} s"
    best = f"{base} ms"
    for name in _LADDERS[TIME]:
        size = UNITS[name].size
        if abs(base) >= size and base * 1000 % size == 0:
            best = f"{_decimal(base, size, 3)} {name}"
    return best


def _decimal(base: int, size: int, places: int) -> str:
    """`base / size` as a decimal of at most `places` decimals, for which it must be exact."""
    whole, rest = divmod(abs(base) * 10**places // size, 10**places)
    sign = "-" if base < 0 else ""
    return f"{sign}{whole}.{rest:0{places}}".rstrip("0").rstrip(".")
