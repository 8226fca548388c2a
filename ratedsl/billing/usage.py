"""Rated events gathered into the rows of an invoice, by line, rate, window and price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.costs import CostRows
from ratedsl.billing.invoice import Outcomes, Section
from ratedsl.billing.payments import with_payer
from ratedsl.billing.tax.sourcing import places_by_event
from ratedsl.plan.model import Plan
from ratedsl.plan.timeline import cuts
from ratedsl.plan.units import EVENT
from ratedsl.rating.parts import ZERO, FeeCharged, Outcome, Part, RatedEvent
from ratedsl.rating.shares import shares

Key = tuple[str, ...]


@dataclass(slots=True)
class _Row:
    """What the events of one row add up to."""

    rated: RatedEvent
    part: Part | None
    supplied: date
    units: int = 0
    events: int = 0
    started: int = 0
    places: tuple[str, ...] = ()
    sums: dict[int, int] = field(default_factory=dict)
    foreign: Fraction = ZERO
    kept: list[RatedEvent] = field(default_factory=list)

    def add(self, amount: Fraction) -> None:
        """Add an amount exactly: numerators by denominator, which are few for rounded ones."""
        denominator = amount.denominator
        self.sums[denominator] = self.sums.get(denominator, 0) + amount.numerator

    @property
    def exact(self) -> Fraction:
        """The sum of all amounts."""
        return sum((Fraction(top, bottom) for bottom, top in self.sums.items()), ZERO)


class UsageRows:
    """Adds rated events up; the rows then hold every charged unit and every cent once.

    Rows are kept apart at the dates on which a tax of the plan changes, so that each part is
    taxed by the rate of its own day, and by place where taxes depend on that of the event.
    With `keep_events` each row remembers its events.
    """

    def __init__(
        self, plan: Plan, day_of: Callable[[int], date], first: date, *, keep_events: bool
    ) -> None:
        self.plan = plan
        self.units = plan.measures()
        self.day_of = day_of
        self.first = first
        self.keep_events = keep_events
        self._cuts = [
            day
            for day in cuts(
                one.period
                for tax in plan.taxes
                if tax.dated_by == "supply"
                for one in (*tax.steps, *tax.base)
            )
            if day > first
        ]
        self._places = places_by_event(plan)
        self._first_text = first.isoformat()
        self._rows: dict[Key, _Row] = {}
        self._outcomes: Counter[Outcome] = Counter()
        self._reasons: Counter[str] = Counter()
        self.costs = CostRows(plan, day_of)

    def add(self, rated: RatedEvent) -> None:
        """Count an event and put its charge into its rows."""
        self._outcomes[rated.outcome] += 1
        self._add_reasons(rated)
        row = self._add_charge(rated)
        if row is not None:
            row.started += 1
        for one in rated.beside:
            self._add_reasons(one)
            self._add_charge(one)
        if self.plan.costs:
            self.costs.add(rated)

    def _add_reasons(self, rated: RatedEvent) -> None:
        for part in rated.parts:
            if part.outcome is Outcome.REJECTED:
                self._reasons[part.reason] += 1

    def add_closing(self, rated: RatedEvent) -> None:
        """Put the charge for a cycle's samples into its rows; the samples are counted already."""
        self._add_charge(rated)

    def _add_charge(self, rated: RatedEvent) -> _Row | None:
        """Put an event's charge into its rows; the last of them, or None where it has none."""
        row = None
        if not rated.payments:
            for share, amount, foreign in shares(rated):
                row = self._put(rated, share, amount, foreign)
            return row
        for index, (share, amount, foreign) in enumerate(shares(rated)):
            left, own = amount, foreign
            units = share.units if isinstance(share, Part) else 0
            for payment in rated.payments:
                if payment.share != index:
                    continue
                # Units go with the money that pays for them, a broken one with the rest.
                part = payment.amount / left
                paid = int(units * part)
                kept = share._replace(units=paid) if isinstance(share, Part) else share
                row = self._put(rated, kept, payment.amount, own * part, payment.wallet)
                units -= paid
                own -= own * part
                left -= payment.amount
            if left:
                rest = share._replace(units=units) if isinstance(share, Part) else share
                row = self._put(rated, rest, left, own)
        return row

    def _put(
        self,
        rated: RatedEvent,
        share: FeeCharged | Part,
        amount: Fraction,
        foreign: Fraction = ZERO,
        payer: str = "",
    ) -> _Row:
        part = share if isinstance(share, Part) else None
        price = share.price if isinstance(share, Part) else share.kind
        event = rated.event
        supplied, supplied_text = self.first, self._first_text
        if self._cuts:
            day = self.day_of(event.start)
            supplied = max((cut for cut in self._cuts if cut <= day), default=self.first)
            supplied_text = supplied.isoformat()
        record = share.record or (rated.rate.id if rated.rate else "")
        window = part.window if part else ""
        places = self._places(event) if self._places is not None else ()
        key: Key = (record, event.line, window, price, supplied_text, payer, *places)
        if rated.conversion is not None:
            # Each row is exchanged at one rate.
            key += (rated.conversion.words,)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = _Row(rated, part, supplied, places=places)
        row.events += 1
        row.add(amount)
        if foreign:
            row.foreign += foreign
        if part is not None:
            row.units += part.units
        if self.keep_events:
            row.kept.append(rated)
        return row

    def outcomes(self) -> Outcomes:
        """How many events ended in each way."""
        count = self._outcomes
        return Outcomes(
            events=sum(count.values()),
            rated=count[Outcome.RATED],
            free=count[Outcome.FREE],
            covered=count[Outcome.COVERED],
            rejected=count[Outcome.REJECTED],
            reasons=tuple(sorted(self._reasons.items())),
        )

    def charges(self) -> list[Charge]:
        """The rows in order of line, rate, window and price."""
        found: list[Charge] = []
        seen: Counter[str] = Counter()
        for key in sorted(self._rows, key=lambda key: (key[1], key[0], *key[2:])):
            charge = self._charge(key, self._rows[key])
            # A price that changes within the cycle makes a second row of the same kind.
            seen[charge.key] += 1
            if seen[charge.key] > 1:
                charge.key += f":{seen[charge.key]}"
            found.append(charge)
        return found

    def _charge(self, key: Key, row: _Row) -> Charge:
        record, line, window, price, supplied, payer = key[:6]
        titles = {one.id: one.title for one in self.plan.rates}
        titles |= {one.id: one.title for one in self.plan.allowances}
        rate = row.rated.rate
        dimension = self.units.dimension_of(
            row.rated.event.service, rate.of if rate is not None else ""
        )
        units, per_event = 0, False
        if row.part is None:
            quantity, unit_price = self.units.show(row.events, EVENT), f"{price} fee"
            title = f"{titles.get(record) or record}, {price}"
            fees = [fee for fee in row.rated.fees if fee.kind == price]
            fees = [fee for fee in fees if fee.record == record] or fees
            at = fees[0].at if fees else rate.at if rate else self.plan.at
        else:
            per_event = rate is not None and rate.basis == "event" and row.part.record == rate.id
            units = row.events if per_event else row.units
            quantity = self.units.show(units, EVENT if per_event else dimension)
            unit_price = price
            title = titles.get(record) or record
            at = row.part.at
        return Charge(
            key="usage:"
            + ":".join((record, line, window, price if row.part is None else "", supplied))
            + (f":paid:{payer}" if payer else ""),
            section=Section.USAGE,
            record=record,
            title=title,
            at=at,
            supplied=row.supplied,
            line=line,
            detail=self._detail(", ".join(part for part in (window, *row.places) if part), payer),
            quantity=quantity,
            unit_price=unit_price,
            formula=f"{quantity} {'' if unit_price.startswith('by ') else '× '}{unit_price}",
            events=row.events,
            service=row.rated.event.service,
            category=rate.category if rate else "",
            description=rate.description if rate else "",
            provider=rate.provider if rate else "",
            units=0 if per_event else units,
            dimension=dimension,
            started=row.started,
            places=row.places,
            exact=row.exact,
            rated=row.kept,
            foreign=row.foreign if row.rated.conversion else None,
            foreign_currency=rate.currency if rate else "",
            conversion=row.rated.conversion,
            payer=payer,
        )

    def _detail(self, window: str, payer: str) -> str:
        """What tells the row apart from others of its record."""
        if not payer:
            return window
        return with_payer(window, next(one for one in self.plan.wallets if one.id == payer))
