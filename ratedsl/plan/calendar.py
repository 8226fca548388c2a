"""The plan's own calendar: local days, bill cycles, and the UTC instants at which they turn."""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ratedsl.plan.model import Cycle

SECOND = 1000


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


@dataclass(frozen=True, slots=True)
class BillCycle:
    """One cycle: local dates, `end` exclusive, and the same as instants."""

    start: date
    end: date
    start_ms: int
    end_ms: int

    @property
    def label(self) -> str:
        """The month in which the cycle starts, as `2026-05`."""
        return f"{self.start:%Y-%m}"


class BillCycles:
    """The bill cycles of a plan, found by date or instant, in order and without gaps."""

    def __init__(self, cycle: Cycle, calendar: Calendar) -> None:
        self.cycle = cycle
        self.calendar = calendar
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

    def count(self, first: date, day: date) -> int:
        """How many bill dates lie after the cycle of `first`, up to that of `day`."""
        start, end = self.on(first).start, self.on(day).start
        months = (end.year - start.year) * 12 + end.month - start.month
        return max(months // self.cycle.months, 0)

    def before(self, cycle: BillCycle) -> BillCycle:
        """The cycle before."""
        return self.on(cycle.start - timedelta(days=1))

    def _extend(self, day: date) -> None:
        low = min([day, *(one.start for one in self._known[:1])]) - timedelta(days=1)
        high = max([day, *(one.end for one in self._known[-1:])]) + timedelta(days=1)
        start = self._start_of(low)
        found = []
        while start <= high:
            end = self._next(start)
            found.append(
                BillCycle(start, end, self.calendar.midnight(start), self.calendar.midnight(end))
            )
            start = end
        self._known = found
        self._starts = [one.start_ms for one in found]

    def _start_of(self, day: date) -> date:
        """The latest bill date that is not after `day`."""
        months = self.cycle.months
        index = (day.year * 12 + day.month - 1) // months * months
        while self._bill_date(index) > day:
            index -= months
        while self._bill_date(index + months) <= day:
            index += months
        return self._bill_date(index)

    def _next(self, start: date) -> date:
        # The anchor day does not drift: each bill date is clamped from the plan's own day.
        return self._bill_date(start.year * 12 + start.month - 1 + self.cycle.months)

    def _bill_date(self, month_index: int) -> date:
        year, month = divmod(month_index, 12)
        last = monthrange(year, month + 1)[1]
        return date(year, month + 1, min(self.cycle.day, last))


def utc_text(milliseconds: int) -> str:
    """An instant as `2026-03-02T09:15:00Z`, with milliseconds only where there are any."""
    seconds, rest = divmod(milliseconds, SECOND)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{rest:03}Z" if rest else f"{text}Z"
