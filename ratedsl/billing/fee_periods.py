"""The periods of a fee: the bill cycles, or its own from the day that its plan says.

A fee that changes how often it is charged runs in spans of one rhythm each; a period ends
where its span does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ratedsl.plan.calendar import DAYS, MONTHS, BillCycles, moved
from ratedsl.plan.model import Cycle, Fee, FeeAmount


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a fee keeps its rhythm; `end` is exclusive, None is open."""

    rhythm: FeeAmount
    start: date | None
    end: date | None


def spans_of(fee: Fee) -> list[Span]:
    """The fee's spans of one rhythm, in order."""
    found = []
    for _, group in groupby(fee.amounts, key=lambda one: (one.span, one.every, one.timing)):
        same = list(group)
        found.append(Span(same[0], same[0].period.start, same[-1].period.end))
    return found


def periods(
    fee: Fee, span: Span, taken_up: date, cycles: BillCycles, first: date, last: date
) -> Iterator[tuple[date, date]]:
    """The fee's periods that hold any day from `first` to `last`, for who took it up then."""
    rhythm = span.rhythm
    if follows_cycle(rhythm, cycles.cycle):
        for cycle in cycles.between(first, last):
            yield cycle.start, cycle.end
        return
    anchor = _anchor(fee, span, taken_up, cycles)
    number = 0
    while (start := moved(anchor, rhythm.span, number * rhythm.every)) <= last:
        number += 1
        end = moved(anchor, rhythm.span, number * rhythm.every)
        if end > first:
            yield start, end


def _anchor(fee: Fee, span: Span, taken_up: date, cycles: BillCycles) -> date:
    if fee.counted_from == "activation":
        return min(cycles.activation or taken_up, taken_up)
    if fee.counted_from == "cycle":
        return cycles.on(taken_up).start
    # A new rhythm begins with its first day.
    return taken_up if span.start is None else max(taken_up, span.start)


def follows_cycle(amount: FeeAmount, cycle: Cycle) -> bool:
    """Whether the fee's period is the bill cycle, or as long."""
    if amount.span == "cycle":
        return amount.every == 1
    if cycle.days:
        return DAYS.get(amount.span, 0) * amount.every == cycle.days
    return MONTHS.get(amount.span, 0) * amount.every == cycle.months
