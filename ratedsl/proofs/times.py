"""Days on which the windows of a plan can open differently, each kind of day once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from ratedsl.plan.easter import easter
from ratedsl.plan.model import Holidays, Plan, Rate, Window
from ratedsl.plan.windows import segments

_DAY = timedelta(days=1)
_YEAR = 371
# Movable holidays are laid out for so many years from the first day.
_YEARS = 6

_EARLIEST = date(2026, 1, 1)


class Times:
    """The days of a plan that have to be tried, from the first on which it can be held."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.first = first_day(plan)
        self._windows = {window.id: window for window in plan.windows}
        self._open: dict[tuple[tuple[str, ...], date], dict[str, tuple[date, int]]] = {}

    @cached_property
    def calendars(self) -> Mapping[str, Container[date]]:
        """The days of each holiday calendar, laid out."""
        return {one.id: frozenset(_days_of(one, self.first.year)) for one in self.plan.holidays}

    def opening(
        self, names: Iterable[str], start: date, end: date | None
    ) -> dict[str, tuple[date, int]]:
        """Of windows that compete, each that is ever open between two days, with the first day
        and second at which it is; `""` where none of them is open.

        Each kind of day is tried: every weekday, holiday and date on which a window begins or
        ends, for a year from the first day and in the years of the dates that are named.
        """
        key = tuple(sorted(names))
        known = self._open.get((key, start))
        if known is None:
            windows = [self._windows[name] for name in key if name in self._windows]
            known = self._open[key, start] = self._opening(windows, start)
        return {name: when for name, when in known.items() if end is None or when[0] < end}

    def _opening(self, windows: Sequence[Window], start: date) -> dict[str, tuple[date, int]]:
        used = {
            name
            for window in windows
            for name in (*window.except_holidays, *(n for h in window.hours for n in h.holidays))
        }
        calendars = {name: days for name, days in self.calendars.items() if name in used}
        dated = [window for window in windows if window.dates]
        found: dict[str, tuple[date, int]] = {}
        seen = set()
        for day in self._days(windows, used, start):
            kinds = tuple(
                (
                    one.weekday(),
                    tuple(one in days for days in calendars.values()),
                    tuple(any(p.holds(one) for p in window.dates) for window in dated),
                )
                for one in (day - _DAY, day)
            )
            if kinds in seen:
                continue
            seen.add(kinds)
            for low, high, name in segments(windows, calendars, day):
                if name not in found:
                    found[name] = (day, _within(low, high))
        return found

    def _days(self, windows: Sequence[Window], used: set[str], start: date) -> Iterator[date]:
        if not used and not any(window.dates for window in windows):
            # A week and a day tell all, since nothing but the weekday counts.
            yield from (start + _DAY * number for number in range(8))
            return
        yield from (start + _DAY * number for number in range(_YEAR))
        for holidays in self.plan.holidays:
            if holidays.id in used:
                for day in holidays.dates:
                    yield from (one for one in (day, day + _DAY) if one >= start)
        for window in windows:
            for period in window.dates:
                for edge in (period.start, period.end):
                    if edge is not None:
                        around = (edge + _DAY * number for number in range(-8, 9))
                        yield from (one for one in around if one >= start)


def first_day(plan: Plan) -> date:
    """The first day that matters: of the plan's sale, or of the first bill cycle of 2026."""
    if plan.sold.start is not None:
        return plan.sold.start
    starts = [
        one.period.start
        for rate in plan.rates
        for one in rate.prices
        if one.period.start is not None
    ]
    return max([_EARLIEST, *([min(starts)] if starts else [])])


def windows_of(rate: Rate) -> set[str]:
    """The windows that a rate names, in whatever it says."""
    names = {price.window for price in rate.prices} | {one.window for one in rate.fees}
    names |= {one.window for one in rate.increments}
    if rate.deck is not None:
        names |= rate.deck.table.windows.keys()
    return names - {""}


def _within(low: int, high: int) -> int:
    """A second in a stretch of the day: a whole hour, else a whole minute, else its first."""
    for step in (3600, 60):
        at = -(-low // step) * step
        if at < high:
            return at
    return low


def _days_of(holidays: Holidays, year: int) -> Iterator[date]:
    yield from holidays.dates
    for one in range(year - 1, year + _YEARS):
        yield from (easter(one) + _DAY * offset for offset in holidays.easter)
