"""Usage below zero that is credited: taken off the usage before it, as if that had never been.

So all that depends on usage comes out as it would have without it, to the last cent: increments,
free units, allowances, tiers, limits, caps, discounts and taxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ratedsl.plan.calendar import BillCycles
from ratedsl.plan.model import Plan
from ratedsl.plan.units import SERVICES
from ratedsl.rating.events import ARRIVED, Event
from ratedsl.rating.sessions import ATTRIBUTE

CORRECTS = "corrects"
"""The attribute by which a correction names the event that it corrects."""

_OWN = (ARRIVED, ATTRIBUTE, CORRECTS)


def credited(plans: Iterable[Plan]) -> frozenset[str]:
    """The services whose usage below zero all of the plans credit."""
    found = [
        {
            service
            for service in (*SERVICES, *(one.id for one in plan.services))
            if plan.negative_usage(service) == "credited"
        }
        for plan in plans
    ]
    return frozenset(set.intersection(*found)) if found else frozenset()


def with_corrections(
    events: Sequence[Event], services: frozenset[str], cycles: BillCycles
) -> Sequence[Event]:
    """The events, in order of start and id, with those of `services` as corrected.

    A correction is taken off the last units of the usage of its line that is like it (the same
    service, place, direction and attributes) and began before it in its bill cycle, the latest
    first; or off the one that it names. What finds no usage stays below zero.
    """
    if not any(one.quantity < 0 and one.service in services for one in events):
        return events
    found = list(events)
    alike: dict[object, list[int]] = {}
    by_id: dict[str, int] = {}
    for number, event in enumerate(events):
        if event.service not in services:
            continue
        cycle = cycles.at(event.start).start
        key = (cycle, *_kind(event))
        if event.quantity > 0:
            alike.setdefault(key, []).append(number)
            by_id[event.id] = number
        elif event.quantity < 0:
            name = event.attributes.get(CORRECTS)
            candidates = alike.get(key, [])
            if name is not None:
                other = by_id.get(name)
                candidates = []
                if other is not None and _owner(events[other], cycles) == _owner(event, cycles):
                    candidates = [other]
            _take_off(found, number, candidates)
    return found


def _take_off(events: list[Event], number: int, candidates: Sequence[int]) -> None:
    """Take a correction off some events, the last of them first."""
    for other in reversed(candidates):
        correction, event = events[number], events[other]
        taken = min(-correction.quantity, event.quantity)
        if taken:
            events[other] = replace(
                event,
                quantity=event.quantity - taken,
                corrected=(*event.corrected, (correction.id, -taken)),
            )
            events[number] = replace(
                correction,
                quantity=correction.quantity + taken,
                corrected=(*correction.corrected, (event.id, taken)),
            )


def _owner(event: Event, cycles: BillCycles) -> tuple[object, ...]:
    return event.line, event.service, cycles.at(event.start).start


def _kind(event: Event) -> tuple[object, ...]:
    return (
        *(event.line, event.service, event.called, event.visited, event.direction),
        _without_own(event.attributes),
    )


def _without_own(attributes: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(one for one in attributes.items() if one[0] not in _OWN)
