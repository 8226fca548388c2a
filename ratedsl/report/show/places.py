"""What charges speak of, in plain text: zones, windows, holidays, services and units."""

from __future__ import annotations

from collections.abc import Sequence

from ratedsl.plan.model import (
    Attribute,
    Holidays,
    Hours,
    Plan,
    Sampling,
    Service,
    UnitDefinition,
    Window,
    Zone,
)
from ratedsl.plan.units import TIME
from ratedsl.report.show.words import Rows, counted, dates, named, ordered

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def zone_rows(one: Zone) -> Rows:
    """The places that a zone holds; long lists of prefixes by their length."""
    rows = [named(one.title, one.id)]
    if one.prefixes:
        rows.append("prefix " + ", ".join(_prefix(*prefix) for prefix in one.prefixes))
    for listed, digest in zip(one.lists, one.digests, strict=True):
        rows.append(f"{len(listed.prefixes):,} prefixes of the list {digest[:12]}")
    if one.excepted:
        rows.append("but not " + ", ".join(f"+{digits}" for digits in one.excepted))
    if one.countries:
        rows.append("country " + ", ".join(one.countries))
    if one.networks:
        rows.append("network " + ", ".join(one.networks))
    return [*rows, *(f"lines of {whose}" for whose in one.lines)]


def _prefix(digits: str, title: str) -> str:
    return f"{digits} {title}" if title else digits


def window_rows(one: Window) -> Rows:
    """When a window is open."""
    rows = [named(one.title, one.id)]
    if one.otherwise:
        rows.append("hours otherwise")
    rows += [f"hours {_hours(hours)}" for hours in one.hours]
    rows += [f"dates {dates(period)}" for period in one.dates]
    if one.except_holidays:
        rows.append("except " + ", ".join(one.except_holidays))
    return [*rows, *ordered(one.order)]


def _hours(hours: Hours) -> str:
    when = [_weekdays(hours.days)] if hours.days else []
    when += hours.holidays
    return f"{', '.join(when)} {_clock(hours.start)}-{_clock(hours.end)}".lstrip()


def _weekdays(days: Sequence[int]) -> str:
    if len(days) == len(_DAYS):
        return "daily"
    return ", ".join(_DAYS[day] for day in days)


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    tail = f":{rest:02}" if rest else ""
    return f"{minutes // 60:02}:{minutes % 60:02}{tail}"


def holiday_rows(one: Holidays) -> Rows:
    """The days of a calendar."""
    rows = [named(one.title, one.id)]
    if one.dates:
        rows.append(", ".join(map(str, one.dates)))
    for days in one.easter:
        rows.append(f"easter {days:+} days" if days else "easter")
    return rows


def negative_words(negative: str) -> str:
    """What becomes of usage below zero."""
    return {
        "zero": "below zero counts as zero",
        "credited": "below zero is taken off the usage before it",
    }.get(negative, "below zero is rejected")


def service_rows(one: Service, plan: Plan) -> Rows:
    """How a service is measured, and what its usage carries."""
    rows = [f"{named(one.title, one.id)}: measured in {one.unit}"]
    if one.negative:
        rows.append(negative_words(one.negative))
    rows += [_attribute(attribute) for attribute in one.attributes]
    if one.sampling is not None:
        rows.append(_sampling(one.sampling, plan))
    return rows


def _attribute(one: Attribute) -> str:
    values = f", one of {', '.join(one.values)}" if one.values else ""
    unit = f" in {one.unit}" if one.unit else ""
    return f"attribute {one.name}: {one.kind}{unit}{values}"


def _sampling(one: Sampling, plan: Plan) -> str:
    share = f" {one.percent:f}%" if one.percent else ""
    span = plan.measures().show(one.length, TIME) if one.span == "length" else one.span
    return f"charged by {one.how}{share} of samples per {span}, empty ones {one.empty}"


def unit_rows(one: UnitDefinition) -> Rows:
    """What a unit of the plan's own is worth."""
    size = one.dimension if one.size == 1 else counted(one.size, one.dimension)
    return [f"{named(one.title, one.id)}: {size}"]
