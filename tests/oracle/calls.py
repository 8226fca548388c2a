"""What a call is billed and charged, second by second on the clock of the wall."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from itertools import groupby
from zoneinfo import ZoneInfo


def window_at(second: int, zone: str) -> str:
    """Which window is open: peak mon-fri 08:00-20:00, night 22:00-06:00, and the rest."""
    clock = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone))
    if clock.weekday() < 5 and 8 <= clock.hour < 20:
        return "peak"
    return "night" if clock.hour >= 22 or clock.hour < 6 else "rest"


def billed(used: int, blocks: list[tuple[int, int | None]], *, edge: bool = False) -> int:
    """Blocks laid one behind the other, each (size, until), until they hold what was used."""
    filled = 0
    while used and (filled < used or (edge and filled == used)):
        filled += next(size for size, until in blocks if until is None or filled < until)
    return filled


def charge(
    start: int,
    used: int,
    zone: str,
    blocks: list[tuple[int, int | None]],
    prices: dict[str, Fraction],
    across: str,
) -> tuple[int, Fraction]:
    """The seconds billed and the charge of a call of so many seconds, at prices per minute."""
    windows = [window_at(start + second, zone) for second in range(used)]
    runs = [(window, len(list(run))) for window, run in groupby(windows)]
    if not runs:
        return 0, Fraction(0)
    if across == "by start":
        runs = [(runs[0][0], billed(used, blocks))]
    elif across == "split, increments restart":
        runs = [(window, billed(length, blocks)) for window, length in runs]
    else:
        added = billed(used, blocks) - used
        runs[-1] = (runs[-1][0], runs[-1][1] + added)
    return (
        sum(length for _, length in runs),
        sum((prices[window] * length / 60 for window, length in runs), Fraction(0)),
    )
