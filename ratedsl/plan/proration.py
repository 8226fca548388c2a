"""Which share of a period's fee a part of the period costs (language, "prorated")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from ratedsl.plan.calendar import Calendar
from ratedsl.plan.model import Proration

WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class PartPeriod:
    """The part of a period, local dates with exclusive ends, in which a line held the plan.

    `begins` and `ends` say whether the holding itself begins or ends inside the period: only
    such a day can fail to count.
    """

    start: date
    end: date
    period_start: date
    period_end: date

    @property
    def begins(self) -> bool:
        """Whether the plan was taken up inside the period."""
        return self.start > self.period_start

    @property
    def ends(self) -> bool:
        """Whether the plan was given up inside the period; `end` is the day on which it was."""
        return self.end < self.period_end

    @property
    def is_whole(self) -> bool:
        """Whether the part is all of the period."""
        return not (self.begins or self.ends)


def share_of(
    part: PartPeriod, proration: Proration | None, calendar: Calendar
) -> tuple[Fraction, str]:
    """The share of the fee, at most one, and how it came about in words."""
    if part.is_whole:
        return WHOLE, ""
    if proration is None or proration.method == "not":
        return WHOLE, "part period charged in full"
    if proration.method == "second":
        used = calendar.midnight(part.end) - calendar.midnight(part.start)
        whole = calendar.midnight(part.period_end) - calendar.midnight(part.period_start)
        return Fraction(used, whole), f"{used // 1000} of {whole // 1000} s"
    days = _counted_days(part, proration)
    if proration.method == "day":
        whole = (part.period_end - part.period_start).days
    elif proration.method == "30-day actual":
        whole = 30 * _months(part)
    else:
        days = _days_360(part.start, part.end)
        whole = _days_360(part.period_start, part.period_end)
    return min(Fraction(max(days, 0), whole), WHOLE), f"{max(days, 0)} of {whole} days"


def _counted_days(part: PartPeriod, proration: Proration) -> int:
    """Days from the first to the day of the end, as far as the plan counts those two."""
    days = (part.end - part.start).days
    if part.begins and proration.counting == "last":
        days -= 1
    if part.ends and proration.counting in ("last", "both"):
        days += 1
    return days


def _months(part: PartPeriod) -> int:
    """The length of the whole period in months, at least one."""
    after = part.period_end + timedelta(days=1)
    before = part.period_start + timedelta(days=1)
    return max((after.year - before.year) * 12 + after.month - before.month, 1)


def _days_360(start: date, end: date) -> int:
    """Days between two dates in a year of twelve months of thirty days (ISDA 30/360)."""
    first, last = min(start.day, 30), end.day
    if last == 31 and first == 30:
        last = 30
    return (end.year - start.year) * 360 + (end.month - start.month) * 30 + last - first
