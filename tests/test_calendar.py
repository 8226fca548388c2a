"""Local days, bill cycles and windows on the time axis, clock changes included."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratedsl.plan.calendar import BillCycles, Calendar
from ratedsl.plan.easter import easter
from ratedsl.plan.model import Cycle, Hours, Window
from ratedsl.rating.timeline import WindowTimeline

LISBON = Calendar("Europe/Lisbon")
HOUR = 3_600_000


def at(calendar: Calendar, day: date, clock: str, *, second: bool = False) -> int:
    hours, minutes = (int(part) for part in clock.split(":"))
    return calendar.instant(day, hours * 3600 + minutes * 60, second_fold=second)


def test_a_spring_day_has_23_hours_and_an_autumn_day_25() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    day = timedelta(days=1)
    assert LISBON.midnight(spring + day) - LISBON.midnight(spring) == 23 * HOUR
    assert LISBON.midnight(autumn + day) - LISBON.midnight(autumn) == 25 * HOUR


def test_the_repeated_hour_has_a_first_and_a_second_pass() -> None:
    autumn = date(2026, 10, 25)
    first, second = at(LISBON, autumn, "01:30"), at(LISBON, autumn, "01:30", second=True)
    assert second - first == HOUR
    assert LISBON.local(first).strftime("%H:%M") == LISBON.local(second).strftime("%H:%M")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (31, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (30, ["2026-01-30", "2026-02-28", "2026-03-30", "2026-04-30"]),
        (1, ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]),
    ],
)
def test_a_bill_day_is_clamped_without_drifting(day: int, expected: list[str]) -> None:
    cycles = BillCycles(Cycle(months=1, day=day), LISBON)
    cycle = cycles.on(date.fromisoformat(expected[0]))
    found = [cycle.start]
    for _ in expected[1:]:
        cycle = cycles.after(cycle)
        found.append(cycle.start)
    assert [str(one) for one in found] == expected


def test_a_leap_year_has_its_29th_of_february() -> None:
    cycles = BillCycles(Cycle(months=1, day=31), LISBON)
    assert cycles.on(date(2028, 2, 29)).start == date(2028, 2, 29)
    assert cycles.on(date(2028, 2, 28)).start == date(2028, 1, 31)


@settings(deadline=None, derandomize=True)
@given(
    months=st.sampled_from([1, 3, 12]),
    day=st.integers(1, 31),
    instants=st.lists(st.integers(1_500_000_000_000, 2_000_000_000_000), min_size=1, max_size=5),
    zone=st.sampled_from(["Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Africa/Cairo"]),
)
def test_cycles_leave_no_gap_wherever_they_are_asked_for(months, day, instants, zone) -> None:
    cycles = BillCycles(Cycle(months=months, day=day), Calendar(zone))
    for instant in instants:
        cycle = cycles.at(instant)
        assert cycle.start_ms <= instant < cycle.end_ms
        assert cycles.after(cycle).start == cycle.end
        assert cycles.before(cycle).end == cycle.start


WINDOWS = (
    Window(id="peak", hours=(Hours(days=(0, 1, 2, 3, 4), start=8 * 3600, end=20 * 3600),),
           except_holidays=("pt",)),
    Window(id="night", hours=(Hours(days=(4, 5), start=23 * 3600, end=3 * 3600 + 1800),)),
    Window(id="rest", otherwise=True),
)  # fmt: skip
HOLIDAYS = {"pt": frozenset({date(2026, 4, 3), date(2026, 12, 25)})}


def plainly(instant: int, zone: str) -> str:
    """The open window, read off a clock on the wall."""
    wall = datetime.fromtimestamp(instant / 1000, ZoneInfo(zone))
    second = wall.hour * 3600 + wall.minute * 60 + wall.second
    before = wall.date() - timedelta(days=1)
    if wall.weekday() < 5 and wall.date() not in HOLIDAYS["pt"] and 28_800 <= second < 72_000:
        return "peak"
    if wall.weekday() in (4, 5) and second >= 82_800:
        return "night"
    if before.weekday() in (4, 5) and second < 12_600:
        return "night"
    return "rest"


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    seconds=st.one_of(
        st.integers(1_772_000_000, 1_800_000_000),
        st.integers(1_774_742_400, 1_774_756_800),  # the spring jump of 2026 in Europe
        st.integers(1_792_886_400, 1_792_900_800),  # and the autumn one
    ),
    zone=st.sampled_from(["Europe/Lisbon", "Europe/Berlin", "America/New_York"]),
)
def test_the_open_window_is_what_the_clock_on_the_wall_says(seconds: int, zone: str) -> None:
    timeline = WindowTimeline(WINDOWS, HOLIDAYS, Calendar(zone))
    instant = seconds * 1000
    name, until = timeline.at(instant)
    assert name == plainly(instant, zone)
    assert until > instant
    assert plainly(until - 1000, zone) == name


def test_an_event_over_the_repeated_hour_is_all_accounted_for() -> None:
    timeline = WindowTimeline(WINDOWS, HOLIDAYS, LISBON)
    start = at(LISBON, date(2026, 10, 24), "22:00")
    end = at(LISBON, date(2026, 10, 25), "09:00")
    pieces = timeline.pieces(start, end)
    assert sum(length for _, length in pieces) == end - start == 12 * HOUR
    # Saturday night's hours run until half past three on a clock that shows one to two twice.
    assert pieces == [
        ("rest", HOUR),
        ("night", 4 * HOUR + HOUR // 2 + HOUR),
        ("rest", 5 * HOUR + HOUR // 2),
    ]


@pytest.mark.parametrize("day", ["1818-03-22", "2024-03-31", "2026-04-05", "2038-04-25"])
def test_easter_is_when_it_was_and_will_be(day: str) -> None:
    assert easter(int(day[:4])).isoformat() == day
