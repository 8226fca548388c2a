"""Units of usage and their sizes in whole base units.

Durations count in milliseconds, volumes in bytes, everything else in pieces, so a quantity
is always an integer. A count names what it counts (`messages`, `calls`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

TIME = "time"
VOLUME = "volume"
EVENT = "event"
MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: what it measures, and how many base units it holds."""

    name: str
    dimension: str
    size: int


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

SPANS = ("event", "day", "cycle")
"""Over what a tier's running total counts."""

PERIODS = ("day", "week", "month", "quarter", "year", "cycle")
"""How often a fee can recur."""

_SHOWN = {TIME: ("s", "min", "h"), VOLUME: ("B", "kB", "MB", "GB", "TB")}


def show_quantity(base: int, dimension: str, unit: str = "") -> str:
    """A quantity in words that lose nothing: `112 min`, `61 s`, `1.5 GB`.

    With `unit` it is shown in that unit; else in the largest unit that needs at most three
    decimals.
    """
    if unit:
        return f"{_decimal(base, UNITS[unit].size)} {unit}"
    if dimension not in _SHOWN:
        noun = "message" if dimension == MESSAGE else "event"
        return f"{base} {noun}" if base == 1 else f"{base} {noun}s"
    best = f"{base} {'ms' if dimension == TIME else 'B'}"
    for name in _SHOWN[dimension]:
        size = UNITS[name].size
        if abs(base) >= size and (base * 1000) % size == 0:
            best = f"{_decimal(base, size)} {name}"
    if base == 0:
        return f"0 {_SHOWN[dimension][0]}"
    return best


def _decimal(base: int, size: int) -> str:
    """`base / size` as a decimal without an exponent, exact where it ends in 12 places."""
    share = Fraction(base, size)
    if share.denominator == 1:
        return str(share.numerator)
    places = 12
    scaled = round(share * 10**places)
    return str(Decimal(scaled).scaleb(-places).normalize().__format__("f"))
