"""Units of usage and their sizes in whole base units.

Durations count in milliseconds, volumes in bytes, everything else in pieces, so a quantity
is always an integer. A count names what it counts (`messages`, `calls`).
"""

from __future__ import annotations

from dataclasses import dataclass

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
    """A quantity in words that lose nothing: `112 min`, `61 s`, `1.5 GB`, `984 min 1 s`.

    With `unit` it is shown in that unit where three decimals do; else in the largest unit for
    which they do, or a duration in minutes and seconds.
    """
    if dimension not in _SHOWN:
        noun = "message" if dimension == MESSAGE else "event"
        return f"{base} {noun}" if base == 1 else f"{base} {noun}s"
    if base == 0:
        return f"0 {unit or _SHOWN[dimension][0]}"
    if unit and base * 1000 % UNITS[unit].size == 0:
        return f"{_decimal(base, UNITS[unit].size)} {unit}"
    best = f"{base} {'ms' if dimension == TIME else 'B'}"
    for name in _SHOWN[dimension]:
        size = UNITS[name].size
        if abs(base) >= size and base * 1000 % size == 0:
            best = f"{_decimal(base, size)} {name}"
    minutes, rest = divmod(base, 60_000)
    if dimension == TIME and minutes > 0 and rest * 1000 % 60_000:
        return f"{minutes} min {_decimal(rest, 1000)} s"
    return best


def _decimal(base: int, size: int) -> str:
    """`base / size` as a decimal of at most three places, for which it must be exact."""
    whole, rest = divmod(base * 1000 // size, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")
