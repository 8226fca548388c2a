"""The windows of a rate laid out on the UTC time axis."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ratedsl.plan.calendar import SECOND, Calendar
from ratedsl.plan.model import Plan, Window
from ratedsl.plan.windows import DAY, Calendars, segments

_CHUNK = 40 * DAY * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WindowTimeline:
    """Says which window is open at an instant, and until when.

    Every instant is judged by the clock on the wall: in a repeated hour the same windows
    open a second time, and hours that the clock jumps over never come. Laid out lazily, in
    chunks of forty days around what is asked for.
    """

    def __init__(self, windows: Sequence[Window], calendars: Calendars, calendar: Calendar) -> None:
        self.windows = windows
        self.names = frozenset(window.id for window in windows)
        self.calendars = calendars
        self.calendar = calendar
        self._chunks: dict[int, tuple[list[int], list[str]]] = {}

    def at(self, instant: int) -> tuple[str, int]:
        """The open window's id (empty if none is) and the instant at which that changes."""
        starts, names = self._chunk(instant // _CHUNK)
        index = bisect_right(starts, instant) - 1
        if index + 1 < len(starts):
            return names[index], starts[index + 1]
        # The chunk's own end is no change of the window by itself; the next chunk tells.
        return names[index], (instant // _CHUNK + 1) * _CHUNK

    def pieces(self, start: int, end: int) -> list[tuple[str, int]]:
        """`start` to `end` as (window id, milliseconds), in order, neighbours differing."""
        found: list[tuple[str, int]] = []
        while start < end:
            name, until = self.at(start)
            length = min(until, end) - start
            if found and found[-1][0] == name:
                found[-1] = (name, found[-1][1] + length)
            else:
                found.append((name, length))
            start = min(until, end)
        return found

    def _chunk(self, index: int) -> tuple[list[int], list[str]]:
        known = self._chunks.get(index)
        if known is None:
            known = self._chunks[index] = self._lay_out(index * _CHUNK, (index + 1) * _CHUNK)
        return known

    def _lay_out(self, start: int, end: int) -> tuple[list[int], list[str]]:
        starts: list[int] = []
        names: list[str] = []
        for low, high, offset in self.calendar.constant_offsets(start, end):
            # Within a piece local time is UTC plus a constant, so wall-clock days are even.
            day_number = (low + offset) // (DAY * SECOND)
            while day_number * DAY * SECOND - offset < high:
                day = (_EPOCH + timedelta(days=day_number)).date()
                midnight = day_number * DAY * SECOND - offset
                for from_second, to_second, name in segments(self.windows, self.calendars, day):
                    opens = max(midnight + from_second * SECOND, low)
                    closes = min(midnight + to_second * SECOND, high)
                    if opens < closes and (not names or names[-1] != name):
                        starts.append(opens)
                        names.append(name)
                day_number += 1
        return starts, names


class Timelines:
    """The timelines of one plan by the windows that are asked for, each made once."""

    def __init__(self, plan: Plan, calendar: Calendar) -> None:
        self._calendar = calendar
        self._calendars: Calendars = {one.id: one for one in plan.holidays}
        self._windows = {window.id: window for window in plan.windows}
        self._known: dict[tuple[str, ...], WindowTimeline] = {}

    def of(self, names: tuple[str, ...]) -> WindowTimeline | None:
        """The timeline of some windows, or None for no windows."""
        if not names:
            return None
        if names not in self._known:
            windows = [self._windows[name] for name in names if name in self._windows]
            self._known[names] = WindowTimeline(windows, self._calendars, self._calendar)
        return self._known[names]
