"""What the engine looks up on the way: a plan's records, by what an event asks of them."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from fractions import Fraction
from functools import cached_property

from ratedsl.plan.calendar import BillCycles, Calendar, is_zone, moved
from ratedsl.plan.model import Plan, Rate
from ratedsl.plan.signup import kept_dates, kept_until, signed_up
from ratedsl.plan.units import MONEY, MONEY_PARTS
from ratedsl.rating.choice import Choices
from ratedsl.rating.conditions import Conditions, number_of, quantity_of
from ratedsl.rating.dated import DatedFacts
from ratedsl.rating.events import Account, Event, Line, activation, taken_up
from ratedsl.rating.exchange import ExchangeTable
from ratedsl.rating.spans import counted_spans
from ratedsl.rating.timeline import Timelines


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
        self._days: dict[int, date] = {}
        self.timelines = Timelines(plan, self.calendar)
        self.choices = Choices(plan, Conditions(self.units), self.timelines)
        self.dated = DatedFacts()
        self.exchange = ExchangeTable(plan)

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
        found.choices.share(self.choices)
        return found

    def trial_end(self, line: Line) -> date | None:
        """The first day on which the line is charged; None where the plan has no trial."""
        trial, start = self.plan.trial, taken_up(line, self.plan.id)
        if trial is None or start is None:
            return None
        return moved(start, trial.span, trial.count)

    @cached_property
    def tiered(self) -> tuple[Rate, ...]:
        """The rates with tiers."""
        return tuple(rate for rate in self.plan.rates if rate.tiers is not None)

    @cached_property
    def totalled(self) -> frozenset[str]:
        """The rates whose increments count a running total."""
        return frozenset(
            rate.id
            for rate in self.plan.rates
            if any(one.span != "event" for one in rate.increments)
        )

    @cached_property
    def spans(self) -> frozenset[str]:
        """The spans over which the plan counts usage."""
        return counted_spans(self.plan)

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
