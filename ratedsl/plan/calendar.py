"""The plan's own calendar: local days, bill cycles, and the UTC instants at which they turn."""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ratedsl.plan.model import Cycle

SECOND = 1000


def is_zone(name: str) -> bool:
    """Whether a name is one of the IANA database: no path, no file of the machine."""
    try:
        if re.fullmatch(r"[A-Za-z_]+(?:[-/+][A-Za-z0-9_]+)*", name):
            ZoneInfo(name)
            return True
    except (KeyError, ValueError, OSError):
        pass
    return False


@dataclass(frozen=True)
class Calendar:
    """Turns UTC milliseconds into local time of one zone, and back."""

    timezone: str
    zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", ZoneInfo(self.timezone))

    def local(self, milliseconds: int) -> datetime:
        """The local wall-clock time of an instant, with its offset; whole seconds."""
        return datetime.fromtimestamp(milliseconds // SECOND, self.zone)

    def day(self, milliseconds: int) -> date:
        """The local date of an instant."""
        return self.local(milliseconds).date()

    def midnight(self, day: date) -> int:
        """The instant at which a local day starts."""
        return self.instant(day, 0)

    def instant(self, day: date, seconds: int, *, second_fold: bool = False) -> int:
        """The instant of a wall-clock time: `seconds` after midnight as a clock on the wall
        shows it. In a repeated hour the first pass is meant, or the second if asked for; a
        time that a jump of the clock leaves out is read with the offset before the jump."""
        wall = datetime(day.year, day.month, day.day, fold=int(second_fold), tzinfo=self.zone)
        wall += timedelta(seconds=seconds)
        return int(wall.replace(fold=int(second_fold)).timestamp()) * SECOND

    def offset(self, milliseconds: int) -> int:
        """Milliseconds to add to UTC for local wall-clock time at an instant."""
        found = self.local(milliseconds).utcoffset()
        return 0 if found is None else int(found.total_seconds()) * SECOND

    def constant_offsets(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """`start` to `end` in pieces (start, end, offset) within which the clock never jumps."""
        pieces: list[tuple[int, int, int]] = []
        step = 86_400 * SECOND
        low = start
        while low < end:
            offset = self.offset(low)
            high = min(low + step, end)
            if self.offset(high) != offset:
                high = self._jump(low, high, offset)
            if pieces and pieces[-1][2] == offset:
                pieces[-1] = (pieces[-1][0], high, offset)
            else:
                pieces.append((low, high, offset))
            low = high
        return pieces

    def _jump(self, low: int, high: int, offset: int) -> int:
        """The first whole second in (low, high] at which the offset is another one."""
        first, last = low // SECOND, -(-high // SECOND)
        while last - first > 1:
            middle = (first + last) // 2
            if self.offset(middle * SECOND) == offset:
                first = middle
            else:
                last = middle
        return last * SECOND


MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS = {"day": 1, "week": 7}

# Where cycles from activation are counted from where no account says otherwise.
_ANCHOR = date(1970, 1, 1)


def moved(anchor: date, span: str, number: int) -> date:
    """The date moved by whole days, weeks, months, quarters or years.

    A day 29 to 31 is clamped to the month's last day. Moving always starts from the anchor,
    so that the day does not drift.
    """
    if span in DAYS:
        return anchor + timedelta(days=DAYS[span] * number)
    return _on_month(anchor.year * 12 + anchor.month - 1 + MONTHS[span] * number, anchor.day)


def _on_month(index: int, day: int) -> date:
    """The day of a month that is counted from the year 0, or the month's last day."""
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class BillCycle:
    """One cycle: local dates, `end` exclusive, and the same as instants.

    `label` is the month in which it starts, as `2026-05`, or the day, where several cycles
    may start in a month.
    """

    start: date
    end: date
    start_ms: int
    end_ms: int
    label: str


class BillCycles:
    """Bill cycles found by date or instant, in order and without gaps.

    `activation` is where cycles from activation, and fees from there, are counted from.
    """

    def __init__(self, cycle: Cycle, calendar: Calendar, activation: date | None = None) -> None:
        self.cycle = cycle
        self.activation = activation
        self.calendar = calendar
        if cycle.from_activation:
            self.anchor = activation or _ANCHOR
            self._day = self.anchor.day
        else:
            self.anchor = date(1970, cycle.month, 1)
            self._day = cycle.day
        self._known: list[BillCycle] = []
        self._starts: list[int] = []

    def at(self, instant: int) -> BillCycle:
        """The cycle that holds an instant."""
        if not (self._known and self._starts[0] <= instant < self._known[-1].end_ms):
            self._extend(self.calendar.day(instant))
        return self._known[bisect_right(self._starts, instant) - 1]

    def on(self, day: date) -> BillCycle:
        """The cycle that holds a local date."""
        return self.at(self.calendar.midnight(day))

    def after(self, cycle: BillCycle) -> BillCycle:
        """The next cycle."""
        return self.on(cycle.end)

    def before(self, cycle: BillCycle) -> BillCycle:
        """The cycle before."""
        return self.on(cycle.start - timedelta(days=1))

    def between(self, first: date, last: date) -> list[BillCycle]:
        """The cycles from the one that holds `first` to the one that holds `last`."""
        cycle = self.on(first)
        found = [cycle]
        while cycle.end <= last:
            cycle = self.after(cycle)
            found.append(cycle)
        return found

    def count(self, first: date, day: date) -> int:
        """How many bill dates lie after the cycle of `first`, up to that of `day`."""
        return max(self._index(day) - self._index(first), 0)

    def _extend(self, day: date) -> None:
        low = min([day, *(one.start for one in self._known[:1])]) - timedelta(days=1)
        high = max([day, *(one.end for one in self._known[-1:])]) + timedelta(days=1)
        index = self._index(low)
        found = []
        start = self._bill_date(index)
        while start <= high:
            index += 1
            end = self._bill_date(index)
            label = start.isoformat() if self.cycle.days else f"{start:%Y-%m}"
            midnight = self.calendar.midnight
            found.append(BillCycle(start, end, midnight(start), midnight(end), label))
            start = end
        self._known = found
        self._starts = [one.start_ms for one in found]

    def _index(self, day: date) -> int:
        """Which cycle holds a date, counted from the one that starts at the anchor."""
        if self.cycle.days:
            return (day - self.anchor).days // self.cycle.days
        months = (day.year - self.anchor.year) * 12 + day.month - self.anchor.month
        index = months // self.cycle.months
        while self._bill_date(index) > day:
            index -= 1
        while self._bill_date(index + 1) <= day:
            index += 1
        return index

    def _bill_date(self, index: int) -> date:
        anchor = self.anchor
        if self.cycle.days:
            return anchor + timedelta(days=self.cycle.days * index)
        # The anchor day does not drift: each bill date is clamped from the anchor's own day.
        months = anchor.year * 12 + anchor.month - 1 + self.cycle.months * index
        return _on_month(months, self._day)


def utc_text(milliseconds: int) -> str:
    """An instant as `2026-03-02T09:15:00Z`, with milliseconds only where there are any."""
    seconds, rest = divmod(milliseconds, SECOND)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{rest:03}Z" if rest else f"{text}Z"
