"""Which span of time a running total belongs to, and for how long it has to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from ratedsl.plan.model import Plan

Held = Mapping[str, tuple[tuple[date, date | None], ...]]
"""When each line holds the plan: local dates, the end exclusive or None."""

SpanKey = tuple[str, date | None]
"""A span and the local date on which it started; a cycle's total needs no date."""


def span_key(span: str, day: date, lines: Held, holder: str) -> SpanKey:
    """The span of a kind that holds a day. Weeks start on Mondays, months on their first day.

    A contract starts when the line takes up the plan, that of an account with its first line;
    a line that comes back has a new one.
    """
    match span:
        case "day":
            return span, day
        case "week":
            return span, day - timedelta(days=day.weekday())
        case "month":
            return span, day.replace(day=1)
        case "contract":
            return span, _taken_up(lines, holder, day)
    return span, None


def lives_on(key: SpanKey, opening: date) -> bool:
    """Whether a span goes on after the cycle that ended when the one of `opening` began."""
    span, start = key
    if span == "contract":
        return True
    if span in ("week", "month"):
        return start == span_key(span, opening, {}, "")[1]
    return False


def counted_spans(plan: Plan) -> frozenset[str]:
    """The spans over which a plan counts usage."""
    spans = {rate.tiers.span for rate in plan.rates if rate.tiers is not None}
    spans |= {rule.span for rate in plan.rates for rule in rate.free}
    spans |= {one.span for rate in plan.rates for one in rate.increments}
    spans |= {cap.span for cap in plan.caps}
    # So many days or cycles count from when the line took up the plan.
    spans |= {one.span if one.count == 1 else "contract" for one in plan.allowances}
    return frozenset(spans)


def counts_since(spans: AbstractSet[str], opening: date, taken_up: date) -> date:
    """The day from which usage matters to the totals of a cycle, which starts on `opening`."""
    starts = [span_key(span, opening, {}, "")[1] for span in spans & {"week", "month"}]
    if "contract" in spans:
        starts.append(taken_up)
    return min((start for start in starts if start is not None), default=opening)


def _taken_up(lines: Held, holder: str, day: date) -> date | None:
    if not holder:
        return min((start for periods in lines.values() for start, _ in periods), default=None)
    starts = [start for start, _ in lines.get(holder, ()) if start <= day]
    return max(starts, default=None)
