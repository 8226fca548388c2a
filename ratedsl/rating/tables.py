"""What the engine looks up on the way: a plan's records, by what an event asks of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from ratedsl.plan.calendar import BillCycles, Calendar, is_zone, moved
from ratedsl.plan.model import (
    Allowance,
    Cap,
    Covers,
    Match,
    Plan,
    Price,
    Rate,
    Test,
    Tier,
)
from ratedsl.plan.signup import kept_dates, kept_until, signed_up
from ratedsl.plan.units import MONEY, MONEY_PARTS
from ratedsl.rating.conditions import Conditions, Facet, Numbers, Subscriber, number_of, quantity_of
from ratedsl.rating.costs import FlowIndex, flow_indexes
from ratedsl.rating.decks import rate_of_rows
from ratedsl.rating.events import Account, Event, Line, activation, taken_up
from ratedsl.rating.exchange import ExchangeTable
from ratedsl.rating.parts import FeeCharged
from ratedsl.rating.places import PlaceIndex, Places
from ratedsl.rating.pricing import exact
from ratedsl.rating.timeline import WindowTimeline

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


class PlanTables:
    """Indexes over one plan, made once and shared by all accounts."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.calendar = Calendar(plan.timezone)
        self.units = plan.measures()
        self.cycles = BillCycles(plan.cycle, self.calendar)
        self._cycles: dict[date, BillCycles] = {}
        self._by_account = plan.cycle.from_activation or any(
            fee.counted_from == "activation" for fee in plan.fees
        )
        self._zones: dict[str, PlanTables] = {}
        self._places: dict[str, PlaceIndex] = {}
        self.holidays = {one.id: one for one in plan.holidays}
        self._windows = {window.id: window for window in plan.windows}
        self._timelines: dict[tuple[str, ...], WindowTimeline] = {}
        self._chosen: dict[tuple[Hashable, ...], Chosen] = {}
        self._prices: dict[tuple[str, str, date], tuple[Price, ...]] = {}
        self._fees: dict[tuple[str, str, date], tuple[FeeCharged, ...]] = {}
        self._tiers: dict[tuple[str, date], tuple[Tier, ...]] = {}
        self._deck_chosen: dict[tuple[int, date], tuple[Chosen, Chosen]] = {}
        self._days: dict[int, date] = {}
        self.conditions = Conditions(self.units)
        # The numbers of the plan's lines with their periods, where somebody has told them.
        self.numbers: Numbers = {}
        self._facets: dict[str, tuple[Facet, ...]] = {}
        self.exchange = ExchangeTable(plan)
        self.flows = flow_indexes(plan)
        self._rates_of: dict[str, list[Rate]] = {}
        for rate in plan.rates:
            self._rates_of.setdefault(rate.match.service, []).append(rate)
        self.caps_of = {
            rate.id: tuple(
                cap
                for cap in sorted(plan.caps, key=lambda cap: (cap.order or 0, cap.id))
                if rate.id in cap.of or "usage" in cap.of
            )
            for rate in plan.rates
        }

    def cycles_of(self, account: Account) -> BillCycles:
        """The account's bill cycles: its own where the plan counts anything from activation.

        They are counted from the first day on which the lines that hold the plan held any
        plan, and with a trial from the end of the first of them.
        """
        if not self._by_account:
            return self.cycles
        if account.activated is not None:
            day: date | None = account.activated
        elif self.plan.trial is not None:
            ends = (self.trial_end(line) for line in account.lines)
            day = min((end for end in ends if end is not None), default=None)
        else:
            day = activation(account, self.plan.id)
        if day is None:
            return self.cycles
        found = self._cycles.get(day)
        if found is None:
            found = self._cycles[day] = BillCycles(self.plan.cycle, self.calendar, day)
        return found

    def of(self, account: Account) -> PlanTables:
        """The tables by whose clock the account is rated and billed: its own zone's, if asked."""
        return self.in_zone(account.timezone) if self.plan.subscriber_zone else self

    def in_zone(self, timezone: str) -> PlanTables:
        """The tables with the clock of a zone; these, where the plan or nobody knows it.

        What does not depend on the clock is shared by all of them.
        """
        if not self.plan.subscriber_zone or timezone in ("", self.plan.timezone):
            return self
        found = self._zones.get(timezone)
        if found is None:
            if not is_zone(timezone):
                return self
            plan = self.plan.model_copy(update={"timezone": timezone})
            found = self._zones[timezone] = PlanTables(plan)
            found._places, found._facets = self._places, self._facets
        found.numbers = self.numbers
        return found

    def trial_end(self, line: Line) -> date | None:
        """The first day on which the line is charged; None where the plan has no trial."""
        trial, start = self.plan.trial, taken_up(line, self.plan.id)
        if trial is None or start is None:
            return None
        return moved(start, trial.span, trial.count)

    @cached_property
    def others(self) -> tuple[PlanTables, ...]:
        """The tables of the plans that the plan's tests change from or to."""
        return tuple(PlanTables(one) for one in self.plan.others)

    def signed_up(self, signup: date) -> PlanTables:
        """The tables for lines that signed up on a day and keep its prices; the same ones for
        all days between which nothing has changed."""
        until = kept_until(self.plan, signup)
        key = (bisect_right(self._kept_dates, signup), until)
        if key not in self._signed_up:
            plan = signed_up(self.plan, signup)
            self._signed_up[key] = PlanTables(plan) if self._kept_dates else self
        return self._signed_up[key]

    @cached_property
    def _kept_dates(self) -> list[date]:
        return kept_dates(self.plan)

    @cached_property
    def _signed_up(self) -> dict[tuple[int, date | None], PlanTables]:
        return {}

    def day(self, instant: int) -> date:
        """The local date of an instant."""
        # No clock jumps and no day starts within a quarter of an hour.
        quarter = instant // 900_000
        found = self._days.get(quarter)
        if found is None:
            found = self._days[quarter] = self.calendar.day(instant)
        return found

    def dimension(self, service: str, attribute: str = "") -> str:
        """What a service, or an attribute of it, is measured in."""
        return self.units.dimension_of(service, attribute)

    def quantity_of(self, event: Event, attribute: str) -> int | None:
        """An attribute in base units: 0 where the event has none of it, None where its value is
        no quantity of whole base units."""
        text = event.attributes.get(attribute, "")
        if not text:
            return 0
        name = self.units.attributes[event.service, attribute]
        size = MONEY_PARTS if name == MONEY else self.units.by_name[name].size
        number = number_of(text)
        if number is not None:
            base: Fraction | None = number * size
        else:
            dimension = self.dimension(event.service, attribute)
            base = quantity_of(text, dimension, self.units) if name != MONEY else None
        return int(base) if base is not None and base >= 0 and base.denominator == 1 else None

    def cell_price(self, rate: Rate, event: Event, day: date) -> tuple[Price, ...]:
        """The price of a matrix for the values of an event on a day; none where it has no cell."""
        assert rate.matrix is not None
        values = tuple(event.attributes.get(name, "") for name in rate.matrix.attributes)
        for wanted in (values, ()):
            for cell in rate.matrix.cells:
                if cell.values == wanted and cell.period.holds(day):
                    return (Price(price=cell.price, at=cell.at),)
        return ()

    def prices_in(self, rate: Rate, window: str, day: date) -> tuple[Price, ...]:
        """The prices of a window (or of all times) in force on a day, those of first units
        first."""
        key = (rate.id, window, day)
        found = self._prices.get(key)
        if found is None:
            found = self._prices[key] = _prices_in(rate, window, day)
        return found

    def fees_in(self, rate: Rate, window: str, day: date) -> tuple[FeeCharged, ...]:
        """The fees in force on a day for an event that starts in a window."""
        if rate.deck is not None:
            return _fees_in(rate, window, day)
        key = (rate.id, window, day)
        found = self._fees.get(key)
        if found is None:
            found = self._fees[key] = _fees_in(rate, window, day)
        return found

    def tiers_on(self, rate: Rate, day: date) -> tuple[Tier, ...]:
        """The tiers in force on a day, lowest first."""
        key = (rate.id, day)
        found = self._tiers.get(key)
        if found is None:
            found = self._tiers[key] = tiers_on(rate, day)
        return found

    def deck_chosen(self, chosen: Chosen, day: date) -> Chosen:
        """What was chosen, with the rate that the deck's rows of the prefix make on a day."""
        rate = chosen.rate
        assert rate is not None
        found = self._deck_chosen.get((id(chosen), day))
        if found is None:
            if len(self._deck_chosen) > 100_000:
                self._deck_chosen.clear()
            of_row = replace(chosen, rate=rate_of_rows(rate, chosen.prefix, day))
            # Kept beside what it is of, whose identity is the key.
            found = self._deck_chosen[id(chosen), day] = (chosen, of_row)
        return found[1]

    # ---- what applies ---------------------------------------------------------------------

    def choose(self, event: Event, subscriber: Subscriber, day: date) -> Chosen:
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

    def _open_service(self, service: str) -> PlaceIndex:
        """Make what is looked up for every event of a service."""
        tests = [test for rate in self._rates_of.get(service, ()) for test in rate.conditions]
        for allowance in self.plan.allowances:
            for covers in allowance.covers:
                tests += covers.conditions if covers.match.service == service else ()
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

        rate, adding = _applying(self._rates_of.get(event.service, ()), hold, called, visited)
        # Calls that come in draw from no bundle: an allowance covers what the line does, unless
        # it says otherwise.
        allowances = [
            (allowance, covers)
            for allowance in sorted(self.plan.allowances, key=lambda one: (one.order or 0, one.id))
            if (
                covers := tuple(
                    c
                    for c in sorted(allowance.covers, key=_less_special_cover)
                    if c.match.service == event.service
                    and meets(c.match, called, visited)
                    and hold(c.conditions)
                )
            )
        ]
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
        return self.timeline(tuple(sorted(names - {""})))

    def timeline(self, names: tuple[str, ...]) -> WindowTimeline | None:
        """The timeline of some windows, or None for no windows."""
        if not names:
            return None
        if names not in self._timelines:
            windows = [self._windows[name] for name in names if name in self._windows]
            self._timelines[names] = WindowTimeline(windows, self.holidays, self.calendar)
        return self._timelines[names]


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


def _prices_in(rate: Rate, window: str, day: date) -> tuple[Price, ...]:
    return tuple(
        price for price in rate.prices if price.window in ("", window) and price.period.holds(day)
    )


def _fees_in(rate: Rate, window: str, day: date) -> tuple[FeeCharged, ...]:
    return tuple(
        FeeCharged(fee.kind, exact(fee.amount), fee.at)
        for fee in rate.fees
        if fee.window in ("", window) and fee.period.holds(day)
    )


def tiers_on(rate: Rate, day: date) -> tuple[Tier, ...]:
    """The tiers in force on a day, lowest first."""
    assert rate.tiers is not None
    return tuple(tier for tier in rate.tiers.tiers if tier.period.holds(day))
