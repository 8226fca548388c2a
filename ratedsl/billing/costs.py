"""What carrying usage costs, gathered into rows for margins and for settlement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ratedsl.lang.source import Span
from ratedsl.plan.model import Plan
from ratedsl.plan.timeline import cuts
from ratedsl.rating.costs import unknown_cost
from ratedsl.rating.parts import ZERO, Conversion, CostOfEvent, Flow, Part, RatedEvent
from ratedsl.rating.shares import shares


class CostKey(NamedTuple):
    """What tells the rows of cost apart.

    `of` is the rate, fee or allowance that it is a cost of; `since` the day of the last change
    of any exchange rate, so that a row is exchanged at one rate.
    """

    flow: Flow
    record: str
    price: str
    window: str
    since: str
    of: str
    is_fee: bool = False


@dataclass(slots=True)
class CostRow:
    """What the usage of one row adds up to, in the plan's currency and in the cost's own."""

    at: Span
    currency: str
    service: str = ""
    units: int = 0
    events: int = 0
    amount: Fraction = ZERO
    own: Fraction = ZERO
    conversion: Conversion | None = None


class CostRows:
    """Adds up what events cost; counts, by service and reason, those whose cost is not known."""

    def __init__(self, plan: Plan, day_of: Callable[[int], date]) -> None:
        self.plan = plan
        self.day_of = day_of
        self.rows: dict[CostKey, CostRow] = {}
        self.events = 0
        self.unknown: Counter[tuple[str, str]] = Counter()
        self._cuts = cuts(one.period for one in plan.exchange)

    def add(self, rated: RatedEvent) -> None:
        """Count an event and what each flow says that it costs."""
        self.events += 1
        reason = unknown_cost(rated)
        if reason:
            self.unknown[rated.event.service, reason] += 1
        for one in rated.costs:
            if not one.missing:
                self._add(rated, one)

    def _add(self, rated: RatedEvent, one: CostOfEvent) -> None:
        cost = one.rated.rate
        assert cost is not None
        since = self.since(self.day_of(rated.event.start)) if self._cuts else ""
        for share, amount, foreign in shares(one.rated):
            part = share if isinstance(share, Part) else None
            price = share.price if isinstance(share, Part) else share.kind
            window = part.window if part else ""
            key = CostKey(one.flow, cost.id, price, window, since, _sold_as(rated), part is None)
            row = self.rows.get(key)
            if row is None:
                at = part.at if part else cost.at
                currency = cost.currency or self.plan.currency
                row = CostRow(at, currency, rated.event.service, conversion=one.conversion)
                self.rows[key] = row
            row.events += 1
            row.units += part.units if part else 0
            row.amount += amount
            row.own += foreign if one.conversion else amount

    def since(self, day: date) -> str:
        """The last day up to `day` on which an exchange rate changed; empty where none does."""
        if not self._cuts:
            return ""
        return max((cut for cut in self._cuts if cut <= day), default=date.min).isoformat()

    def merge(self, other: CostRows) -> None:
        """Add the rows of another account."""
        self.events += other.events
        self.unknown.update(other.unknown)
        for key, theirs in other.rows.items():
            row = self.rows.get(key)
            if row is None:
                row = self.rows[key] = CostRow(
                    theirs.at, theirs.currency, theirs.service, conversion=theirs.conversion
                )
            row.units += theirs.units
            row.events += theirs.events
            row.amount += theirs.amount
            row.own += theirs.own


def _sold_as(rated: RatedEvent) -> str:
    """The record under which the event was sold: its rate, or what covered it."""
    if rated.rate is not None:
        return rated.rate.id
    return rated.parts[0].record if rated.parts else ""
