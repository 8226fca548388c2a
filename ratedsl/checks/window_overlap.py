"""E207: the windows of one rate do not overlap unless their order says which wins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from ratedsl.checks.lone_otherwise import windows_of
from ratedsl.checks.rivals import Traits, rivals
from ratedsl.checks.traits import of_order
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.model import Plan, Rate, Window
from ratedsl.plan.windows import DAY, open_hours

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def check_window_overlap(plan: Plan) -> Iterator[Diagnostic]:
    """Of two windows that are open at one time, `order` says which applies; one `otherwise` only.

    All kinds of days are tried: each weekday, inside and outside of each holiday calendar.
    """
    windows = {window.id: window for window in plan.windows}
    told: set[str] = set()
    tried: set[tuple[str, str]] = set()
    # Most rates name the same windows as one before them.
    first: dict[frozenset[str], Rate] = {}
    for rate in (*plan.rates, *plan.costs):
        first.setdefault(frozenset(windows_of(rate)), rate)
    for names, rate in first.items():

        def overlap(one: Window, two: Window) -> bool:
            pair = one.id, two.id
            if two.id in told or pair in tried:
                return False
            tried.add(pair)
            return bool(_both(plan, one, two))

        named = [windows[name] for name in sorted(names) if name in windows]
        for one, two in rivals(named, overlap, _traits):
            told.add(two.id)
            yield Diagnostic(
                "E207",
                f"windows `{one.id}` and `{two.id}` {_both(plan, one, two)}",
                two.at,
                "overlaps",
                f"change the hours of one, or give both an `order` (used by rate `{rate.id}`)",
                (Label(one.at, "with this"),),
            )


def _traits(window: Window) -> Traits:
    """The quarters of the hour in which it can be open, whatever the day."""
    if window.otherwise:
        return {"hours": {"otherwise"}}
    slots: set[int] = set()
    for hours in window.hours:
        end = hours.end if hours.end > hours.start else hours.end + DAY
        slots.update(quarter % 96 for quarter in range(hours.start // 900, -(-end // 900)))
    return {**of_order(window.order), "hours": slots}


def _both(plan: Plan, one: Window, two: Window) -> str:
    """In words, when both are open; empty where they never are."""
    if one.otherwise and two.otherwise:
        return "are both `otherwise`"
    if one.otherwise or two.otherwise:
        return ""
    if one.order is not None and two.order is not None and one.order != two.order:
        return ""
    if one.dates and two.dates and not _dates_meet(one, two):
        return ""
    calendars = sorted(
        {name for window in (one, two) for hours in window.hours for name in hours.holidays}
        | {*one.except_holidays, *two.except_holidays}
    )
    kinds = list(
        chain.from_iterable(combinations(calendars, size) for size in range(len(calendars) + 1))
    )
    # The day itself, and hours of the day before that pass midnight.
    for weekday in range(7):
        for kind in kinds:
            today = open_hours(one, weekday, kind)
            if when := _meet(today, open_hours(two, weekday, kind)):
                return f"are both open on {_day(weekday, kind)} at {when}"
            for after in kinds:
                following = [
                    (start + DAY, end + DAY)
                    for start, end in open_hours(two, (weekday + 1) % 7, after)
                ]
                if when := _meet(today, following):
                    return f"are both open on {_day((weekday + 1) % 7, after)} at {when}"
                ahead = [
                    (start + DAY, end + DAY)
                    for start, end in open_hours(one, (weekday + 1) % 7, after)
                ]
                if when := _meet(open_hours(two, weekday, kind), ahead):
                    return f"are both open on {_day((weekday + 1) % 7, after)} at {when}"
    return ""


def _dates_meet(one: Window, two: Window) -> bool:
    return any(
        (a.end is None or b.start is None or b.start < a.end)
        and (b.end is None or a.start is None or a.start < b.end)
        for a in one.dates
        for b in two.dates
    )


def _meet(one: list[tuple[int, int]], two: list[tuple[int, int]]) -> str:
    for start, end in one:
        for low, high in two:
            if max(start, low) < min(end, high):
                second = max(start, low) % DAY
                return f"{second // 3600:02}:{second // 60 % 60:02}"
    return ""


def _day(weekday: int, calendars: tuple[str, ...]) -> str:
    if calendars:
        return f"a {_NAMES[weekday]} that is a holiday of `{calendars[0]}`"
    return f"a {_NAMES[weekday]}"
