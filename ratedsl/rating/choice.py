"""What applies to a kind of event: its rate, allowances, caps and costs, looked for once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ratedsl.plan.model import Allowance, Cap, Covers, Match, Plan, Rate, Test
from ratedsl.rating.conditions import Conditions, Facet, Numbers, Subscriber
from ratedsl.rating.costs import FlowIndex, flow_indexes
from ratedsl.rating.events import Event
from ratedsl.rating.places import PlaceIndex, Places
from ratedsl.rating.shelf import Shelf
from ratedsl.rating.timeline import Timelines, WindowTimeline

Hold = Callable[[tuple[Test, ...]], bool]
"""Whether conditions hold for the event at hand."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What applies to one kind of event: its rate, and allowances in the order of their use.

    `beside` are the rates that add to it, each with its own caps; `costs` are what carrying the
    event costs, for each flow of money.
    """

    rate: Rate | None
    allowances: tuple[tuple[Allowance, tuple[Covers, ...]], ...]
    caps: tuple[Cap, ...]
    prefix: str
    timeline: WindowTimeline | None
    beside: tuple[Chosen, ...] = ()
    costs: tuple[tuple[FlowIndex, Chosen], ...] = ()


@dataclass(frozen=True, slots=True)
class _Covering:
    """One way to draw on an allowance."""

    allowance: Allowance
    covers: Covers

    @property
    def match(self) -> Match:
        return self.covers.match

    @property
    def conditions(self) -> tuple[Test, ...]:
        return self.covers.conditions


class Choices:
    """What applies to the events of one plan, kept for each kind of them.

    `numbers` are those of the plan's lines with their periods, where somebody has told them.
    """

    def __init__(self, plan: Plan, conditions: Conditions, timelines: Timelines) -> None:
        self.plan = plan
        self.conditions = conditions
        self.timelines = timelines
        self.numbers: Numbers = {}
        self._places: dict[str, PlaceIndex] = {}
        self._facets: dict[str, tuple[Facet, ...]] = {}
        self._chosen: dict[tuple[Hashable, ...], Chosen] = {}
        self.flows = flow_indexes(plan)
        rates_of: dict[str, list[Rate]] = {}
        for rate in plan.rates:
            rates_of.setdefault(rate.match.service, []).append(rate)
        self._rates_of = {service: Shelf(rates) for service, rates in rates_of.items()}
        covering: dict[str, list[_Covering]] = {}
        for allowance in sorted(plan.allowances, key=lambda one: (one.order or 0, one.id)):
            for covers in sorted(allowance.covers, key=_less_special_cover):
                one = _Covering(allowance, covers)
                covering.setdefault(covers.match.service, []).append(one)
        self._covering_of = {service: Shelf(ones) for service, ones in covering.items()}
        caps = sorted(plan.caps, key=lambda cap: (cap.order or 0, cap.id))
        self.caps_of = {
            rate.id: tuple(cap for cap in caps if rate.id in cap.of or "usage" in cap.of)
            for rate in plan.rates
        }

    def share(self, other: Choices) -> None:
        """Share with another plan's what does not depend on the clock, the only difference."""
        self._places, self._facets, self.numbers = other._places, other._facets, other.numbers

    def of(self, event: Event, subscriber: Subscriber, day: date) -> Chosen:
        """The rate, allowances and caps for an event of a line on its local day.

        They are the same for all events of its kind, so each kind is looked for once.
        """
        places = self._places.get(event.service)
        if places is None:
            places = self._open_service(event.service)
        called = places.of(event, subscriber, day, self.numbers)
        key: tuple[Hashable, ...] = (event.service, called.key, event.visited, event.direction)
        if places.relative:
            key += (called.countries,)
        facets = self._facets[event.service]
        if facets:
            key += tuple([facet(event, subscriber, day) for facet in facets])
        for flow in self.flows:
            known = flow.places(event.service).of(event, subscriber, day, self.numbers)
            key += (known.key, known.countries)
        found = self._chosen.get(key)
        if found is None:
            if len(self._chosen) > 100_000:
                self._chosen.clear()
            visited = places.visited(event.visited)
            at = places.at(called, event.visited)
            found = self._choose(event, subscriber, day, called.prefix, at, visited)
            self._chosen[key] = found
        return found

    def places_of(self, service: str) -> PlaceIndex:
        """The places that count for a service."""
        return self._places.get(service) or self._open_service(service)

    def _open_service(self, service: str) -> PlaceIndex:
        """Make what is looked up for every event of a service."""
        tests: list[Test] = []
        for shelf in (self._rates_of.get(service), self._covering_of.get(service)):
            tests += (test for one in (shelf.records if shelf else ()) for test in one.conditions)
        for cost in self.plan.costs:
            tests += cost.conditions if cost.match.service == service else ()
        self._facets[service] = self.conditions.facets(tests)
        places = self._places[service] = PlaceIndex(self.plan, service)
        return places

    def _choose(
        self,
        event: Event,
        subscriber: Subscriber,
        day: date,
        prefix: str,
        called: Places,
        visited: Places,
    ) -> Chosen:
        def hold(tests: tuple[Test, ...]) -> bool:
            return self.conditions.hold(tests, event, subscriber, day)

        shelf = self._rates_of.get(event.service)
        rates = shelf.near(called, event, subscriber) if shelf is not None else ()
        rate, adding = _applying(rates, hold, called, visited)
        # Calls that come in draw from no bundle: an allowance covers what the line does, unless
        # it says otherwise.
        drawing: dict[str, tuple[Allowance, list[Covers]]] = {}
        covering = self._covering_of.get(event.service)
        for one in covering.near(called, event, subscriber) if covering is not None else ():
            if meets(one.match, called, visited) and hold(one.conditions):
                drawing.setdefault(one.allowance.id, (one.allowance, []))[1].append(one.covers)
        allowances = [(allowance, tuple(covers)) for allowance, covers in drawing.values()]
        if rate is not None and rate.of:
            # They hold what the service is measured in, and this rate counts something else.
            allowances = []

        def caps_of(one: Rate) -> tuple[Cap, ...]:
            return tuple(
                cap
                for cap in self.caps_of[one.id]
                if not cap.roaming or not visited.isdisjoint(cap.roaming)
            )

        caps = caps_of(rate) if rate else ()
        beside = tuple(
            Chosen(one, (), caps_of(one), prefix, self._timeline_of(one)) for one in adding
        )
        timeline = self._timeline_of(rate)
        costs = tuple(self._costs(event, subscriber, day, hold)) if self.flows else ()
        return Chosen(rate, tuple(allowances), caps, prefix, timeline, beside, costs)

    def _costs(
        self, event: Event, subscriber: Subscriber, day: date, hold: Hold
    ) -> Iterator[tuple[FlowIndex, Chosen]]:
        """The cost that applies in each flow, and those that add to it."""
        for flow in self.flows:
            places = flow.places(event.service)
            called = places.of(event, subscriber, day, self.numbers)
            at, visited = places.at(called, event.visited), places.visited(event.visited)
            cost, adding = _applying(flow.costs.get(event.service, ()), hold, at, visited)
            if cost is not None:
                for one in (cost, *adding):
                    yield flow, Chosen(one, (), (), called.prefix, self._timeline_of(one))

    def _timeline_of(self, rate: Rate | None) -> WindowTimeline | None:
        if rate is None:
            return None
        names = {price.window for price in rate.prices} | {one.window for one in rate.fees}
        names |= {one.window for one in rate.increments}
        names |= rate.deck.table.windows.keys() if rate.deck is not None else set()
        return self.timelines.of(tuple(sorted(names - {""})))


def _applying(
    rates: Iterable[Rate], hold: Hold, called: Places, visited: Places
) -> tuple[Rate | None, list[Rate]]:
    """Of some rates the one that applies to an event, and those that add to it."""
    matching = [
        rate for rate in rates if meets(rate.match, called, visited) and hold(rate.conditions)
    ]
    competing = [rate for rate in matching if not rate.adds_to]
    competing.sort(key=lambda rate: (*_less_special(rate.match), rate.order or 0, rate.id))
    if not competing:
        return None, []
    return competing[0], [rate for rate in matching if rate.adds_to == competing[0].id]


def _less_special_cover(one: Covers) -> tuple[object, ...]:
    """The order in which the ways to cover an event are tried, whatever that of the text: those
    in a window, to a place and on conditions first, then those that draw least."""
    drawn = Fraction(one.drawn, one.counted)
    match = one.match
    return (
        *(not one.window, not match.to, not one.conditions, drawn),
        *(match.to, match.roaming, one.window),
    )


def _less_special(match: Match) -> tuple[bool, bool]:
    return (not match.to, "anywhere" in match.roaming)


def meets(match: Match, called: Places, visited: Places) -> bool:
    """Whether usage to and at these places is meant. Without `roaming`, only usage at home is."""
    if match.to and called.isdisjoint(match.to):
        return False
    if match.roaming:
        return not visited.isdisjoint(match.roaming)
    return not visited
