"""Samples of a bill cycle, and the one quantity that each line is charged for them.

A service that is measured by its peak, last value or percentile is charged when the cycle
closes. The samples themselves are rated at no charge; what is kept of them is one number an
interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Sampling
from ratedsl.rating.choice import Chosen
from ratedsl.rating.events import Event
from ratedsl.rating.parts import ZERO, Outcome, Part, RatedEvent
from ratedsl.rating.tables import PlanTables


@dataclass(slots=True)
class _Samples:
    """The samples of one line by one rate: usage by interval, in order of time."""

    chosen: Chosen
    sampling: Sampling
    first: Event
    intervals: dict[int, int] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)
    count: int = 0


@dataclass(slots=True)
class Measured(Event):
    """A line's charge for the samples of a cycle: it has the quantity of the `taken` interval.

    That is the one of `rank` among `intervals` in order of size, `empty` of them without usage;
    `taken` is an instant in it.
    """

    sampling: Sampling | None = None
    intervals: int = 0
    empty: int = 0
    rank: int = 0
    taken: int = 0


class SampleBook:
    """The samples of one account in the current cycle."""

    def __init__(self, tables: PlanTables) -> None:
        self.tables = tables
        self.services = {
            one.id: one.sampling for one in tables.plan.services if one.sampling is not None
        }
        self._kept: dict[tuple[str, str], _Samples] = {}

    def takes(self, event: Event, chosen: Chosen) -> bool:
        """Whether an event is a sample by the rate chosen for it."""
        return event.service in self.services and chosen.rate is not None and not chosen.rate.of

    def add(self, event: Event, chosen: Chosen, cycle: BillCycle) -> RatedEvent:
        """Count a sample in; it costs nothing until its cycle closes."""
        assert chosen.rate is not None
        sampling = self.services[event.service]
        key = (chosen.rate.id, event.line)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = _Samples(chosen, sampling, event)
        if sampling.span == "event":
            interval = kept.count
            kept.starts.append(event.start)
        elif sampling.span == "day":
            interval = self.tables.day(event.start).toordinal()
        else:
            interval = (event.start - cycle.start_ms) // sampling.length
        kept.count += 1
        kept.intervals[interval] = kept.intervals.get(interval, 0) + event.quantity
        reason = "it is a sample, charged when the cycle closes"
        part = Part(Outcome.RATED, 0, chosen.rate.id, chosen.rate.at, reason=reason)
        return RatedEvent(event, chosen.rate, (part,), ZERO, ZERO)

    def close(self, cycle: BillCycle) -> Iterator[tuple[Event, Chosen]]:
        """What each line is charged for: an event with the measured quantity, and its rate.

        It starts with the first sample of the cycle, whose day's prices it takes.
        """
        kept, self._kept = self._kept, {}
        for (rate, _), one in sorted(kept.items()):
            yield self._measured(rate, one, cycle), one.chosen

    def _measured(self, rate: str, kept: _Samples, cycle: BillCycle) -> Measured:
        sampling, first, found = kept.sampling, kept.first, kept.intervals
        # Of equal intervals the earliest.
        ordered = sorted(found, key=lambda number: (found[number], number))
        empty, rank = 0, len(found)
        if sampling.how == "last":
            number: int | None = max(found)
        elif sampling.how == "peak":
            number = min(found, key=lambda one: (-found[one], one))
        else:
            if sampling.empty == "zero":
                empty = max(_intervals_of(sampling, cycle) - len(found), 0)
            # The nearest rank: the smallest value that so many percent of all lie at or below.
            top, bottom = (sampling.percent / 100).as_integer_ratio()
            rank = max(-(-top * (empty + len(found)) // bottom), 1)
            number = None if rank <= empty else ordered[rank - empty - 1]
        return Measured(
            f"{rate} {sampling.how}",
            first.line,
            first.service,
            first.start,
            0 if number is None else found[number],
            first.calling,
            first.called,
            first.direction,
            first.visited,
            MappingProxyType({k: v for k, v in first.attributes.items() if k != "session"}),
            sampling=sampling,
            intervals=empty + len(found),
            empty=empty,
            rank=rank,
            taken=first.start if number is None else self._instant(kept, number, cycle),
        )

    def _instant(self, kept: _Samples, number: int, cycle: BillCycle) -> int:
        if kept.sampling.span == "event":
            return kept.starts[number]
        if kept.sampling.span == "day":
            return self.tables.calendar.midnight(date.fromordinal(number))
        return cycle.start_ms + number * kept.sampling.length


def _intervals_of(sampling: Sampling, cycle: BillCycle) -> int:
    """How many intervals a cycle has, the last of which may be shorter."""
    if sampling.span == "event":
        return 0
    if sampling.span == "day":
        return (cycle.end - cycle.start).days
    return -(-(cycle.end_ms - cycle.start_ms) // sampling.length)
