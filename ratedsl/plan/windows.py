"""Windows on the days of a calendar: which one is open at each wall-clock time.

Hours are half-open, and hours past midnight belong to the day on which they start: that
day's weekday, holidays and dates decide. `otherwise` is what the other windows named beside
it leave. Where windows overlap, the lower `order` wins.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, timedelta

from ratedsl.plan.model import Window

DAY = 86_400

Calendars = Mapping[str, Container[date]]
Segment = tuple[int, int, str]


def open_hours(window: Window, weekday: int, holidays: Iterable[str]) -> list[tuple[int, int]]:
    """The seconds in which a window opens on a kind of day; an end may pass midnight."""
    calendars = set(holidays)
    if calendars & set(window.except_holidays):
        return []
    return [
        (hours.start, hours.end if hours.end > hours.start else hours.end + DAY)
        for hours in window.hours
        if weekday in hours.days or calendars & set(hours.holidays)
    ]


def segments(windows: Sequence[Window], calendars: Calendars, day: date) -> list[Segment]:
    """The whole local day in order as (start second, end second, window id).

    The id is empty where no window is open and none of them is `otherwise`.
    """
    opened: list[tuple[int, int, int, str]] = []
    rest = ""
    for window in windows:
        if window.otherwise:
            rest = window.id
            continue
        rank = window.order if window.order is not None else 0
        for start, end in _on(window, calendars, day):
            opened.append((rank, start, min(end, DAY), window.id))
        for start, end in _on(window, calendars, day - timedelta(days=1)):
            if end > DAY:
                opened.append((rank, max(start - DAY, 0), end - DAY, window.id))
    edges = sorted({0, DAY, *(edge for _, start, end, _ in opened for edge in (start, end))})
    found: list[Segment] = []
    for start, end in itertools.pairwise(edges):
        holding = [(rank, name) for rank, low, high, name in opened if low <= start < high]
        name = min(holding)[1] if holding else rest
        if found and found[-1][2] == name:
            found[-1] = (found[-1][0], end, name)
        else:
            found.append((start, end, name))
    return found


def _on(window: Window, calendars: Calendars, day: date) -> list[tuple[int, int]]:
    if window.dates and not any(period.holds(day) for period in window.dates):
        return []
    holidays = [name for name, dates in calendars.items() if day in dates]
    return open_hours(window, day.weekday(), holidays)
