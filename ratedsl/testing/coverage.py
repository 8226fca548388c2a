"""Which clauses of a plan its tests exercise, by count and by name.

A clause is exercised when it had a part in some result: whatever leads back to its line in the
steps of a charge, the parts of an event, a tax, or an alert. What leads back to a record or to a
rule only implies the facts in force under it; those few implications stand here in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from ratedsl.billing.assemble import Billed
from ratedsl.billing.tax.sourcing import source_of
from ratedsl.lang.source import Span
from ratedsl.plan.model import Allowance, Cap, Plan, Rate, Tier
from ratedsl.rating.balances import grant_on
from ratedsl.rating.choice import Chosen
from ratedsl.rating.parts import Outcome, Part, RatedEvent
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.words import steps, takes_later_price
from ratedsl.testing.clauses import Clause, Place, clauses_of
from ratedsl.testing.seen import Seen


@dataclass
class Coverage:
    """The clauses of one plan, and the places that its tests have exercised so far."""

    plan: Plan
    clauses: dict[Place, Clause] = field(init=False)
    exercised: set[Place] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.clauses = clauses_of(self.plan)
        self._rates = {one.id: one for one in (*self.plan.rates, *self.plan.costs)}
        self._allowances = {one.id: one for one in self.plan.allowances}
        self._caps = {one.id: one for one in self.plan.caps}

    def watch(self, seen: Seen) -> None:
        """Count what a test came to."""
        done: set[object] = set()
        for rated in seen.rated:
            # Most events of a test are alike: the same one many times need be looked at once.
            kind = _kind(rated)
            if kind not in done:
                done.add(kind)
                self._mark(self._event(rated, self._rater_of(rated, seen)))
        for rater in seen.raters.values():
            self._mark(alert.at for alert in rater.alerts)
            for balance in rater.allowances.balances.values():
                if balance.carried_in and balance.allowance.rollover is not None:
                    self._mark([balance.allowance.rollover.at])
            for purse in rater.wallets.purses.values():
                if purse.limited and purse.wallet.expiry is not None:
                    self._mark([purse.wallet.expiry.at])
            self._mark(self._moved(rater))
        for billed in seen.bills.values():
            self._mark(self._bill(billed))
        if any(margin.costs for margin in seen.margins.values()):
            rounding = self.plan.rounding_for("cost")
            self._mark([rounding.at if rounding else None])
        for settlement in seen.settlements.values():
            self._mark(row.at for one in settlement.statements for row in one.items)

    def _rater_of(self, rated: RatedEvent, seen: Seen) -> AccountRater:
        """The rater of the plan that rated an event; this plan's where none of them has."""
        for rater in seen.raters.values():
            if any(rated.rate is rate for rate in rater.plan.rates):
                return rater
        return seen.raters[self.plan.id]

    def _mark(self, places: Iterable[Span | None]) -> None:
        for at in places:
            if at is not None:
                self.exercised.add((at.path, at.line))

    # ---- events ---------------------------------------------------------------------------

    def _event(self, rated: RatedEvent, rater: AccountRater) -> Iterator[Span | None]:
        tables = rater.tables
        yield from (step.at for step in steps(rated, tables))
        day = tables.day(rated.event.start)
        held = {line.id for line in rater.account.lines}
        chosen = rater.chosen(rated.event) if rated.event.line in held else None
        of_costs = [one.rated for one in rated.costs]
        for one in (rated, *rated.beside, *of_costs):
            for part in one.parts:
                yield part.at
                if part.outcome is Outcome.COVERED:
                    yield from self._covered(part, chosen, day)
                elif part.price == "by tiers" or part.reason == "tier":
                    yield from self._tiers(self._rates.get(part.record), part, day)
            if one.rate is not None and one.parts:
                own = chosen if one not in of_costs else None
                yield from self._rate(one.rate, one, own, tables)
            if any(words.startswith("the cap") for words, _ in one.notes):
                yield from (self._cap(cap, day) for cap in self._caps.values())
        if any(part.outcome is Outcome.RATED for part in rated.parts):
            rounding = self.plan.rounding_for("event")
            yield rounding.at if rounding else None
        if chosen is not None:
            yield from self._own_rate(rated, chosen)

    def _moved(self, rater: AccountRater) -> Iterator[Span]:
        """What the plan says of lines that joined it from another plan, rest, or keep prices."""
        plan = rater.plan
        for line in rater.account.lines:
            if plan.suspend is not None and line.suspensions:
                yield plan.suspend.at
            if plan.keeps is not None and line.subscriptions:
                yield plan.keeps.at
            moves = [one.joined for one in line.subscriptions if one.joined is not None]
            if plan.change is not None and any(move.joined == plan.id for move in moves):
                yield plan.change.at

    def _covered(self, part: Part, chosen: Chosen | None, day: date) -> Iterator[Span | None]:
        """The grant in force, and the `covers` that fits."""
        allowance = self._allowances.get(part.record)
        if allowance is None:
            return
        grant = grant_on(allowance, day)
        yield grant.at if grant else None
        for one, covers in chosen.allowances if chosen else ():
            if one.id == allowance.id:
                fitting = [by for by in covers if by.window in ("", part.window)] or [*covers]
                yield fitting[0].at

    def _own_rate(self, rated: RatedEvent, chosen: Chosen) -> Iterator[Span]:
        """`after own rate`: what is rated although an allowance is there for it."""
        if any(one.outcome is Outcome.RATED for one in rated.parts):
            for allowance, _ in chosen.allowances:
                if allowance.after.kind == "own rate":
                    yield allowance.after.at

    def _tiers(self, rate: Rate | None, part: Part, day: date) -> Iterator[Span]:
        """The tiers that the part lies in, or the one that prices all of the total."""
        if rate is None or rate.tiers is None:
            return
        tiers = [tier for tier in rate.tiers.tiers if tier.period.holds(day)]
        units = 1 if rate.basis == "event" else part.units
        whole = rate.tiers.mode in ("volume", "stair-step")
        low, high = part.before, part.before + units
        floor = 0
        for tier in tiers:
            top = tier.bound
            if (top is None or low < top) and high > floor and not (whole and _below(tier, high)):
                yield tier.at
            floor = floor if top is None else top
            if whole and not _below(tier, high):
                return

    def _rate(
        self, rate: Rate, rated: RatedEvent, chosen: Chosen | None, tables: PlanTables
    ) -> Iterator[Span]:
        """The rules of a rate that leave no step of their own."""
        if rate.tiers is not None and any(one.price == "by tiers" for one in rated.parts):
            yield rate.tiers.at
        if rate.matrix is not None and any(one.price for one in rated.parts):
            yield rate.matrix.at
        if rate.deck is not None and any(one.record == rate.id for one in rated.parts):
            yield rate.deck.unit.at
        timeline = chosen.timeline if chosen is not None else None
        if rate.across is not None and timeline is not None:
            start, length = rated.event.start, rated.event.quantity
            if length > 0 and timeline.at(start)[1] < start + length:
                yield rate.across.at
        if rate.across_dates is not None and takes_later_price(rated, tables):
            yield rate.across_dates.at
        for rule in rate.free:
            if rule.kind == "value" and any(one.outcome is Outcome.RATED for one in rated.parts):
                yield rule.at
            if rule.kind == "events" and any(one.outcome is Outcome.FREE for one in rated.parts):
                yield rule.at

    def _cap(self, cap: Cap, day: date) -> Span | None:
        """The amount in force of a cap that was reached, or that alerts."""
        return next((one.at for one in cap.amounts if one.period.holds(day)), None)

    # ---- bills ----------------------------------------------------------------------------

    def _bill(self, billed: Billed) -> Iterator[Span | None]:
        invoice = billed.invoice
        for charge in billed.charges:
            yield charge.at
            yield from (step.at for step in charge.steps)
            if any(tax.within for tax in self.plan.taxes):
                source = source_of(self.plan, charge)
                yield source.at if source else None
        for tax in billed.taxes:
            yield tax.step.at
            yield from (step.at for step in tax.steps)
        last = invoice.end - timedelta(days=1)
        for alert in invoice.alerts:
            if alert.record in self._caps:
                yield self._cap(self._caps[alert.record], invoice.start)
        scopes = ["item"] if billed.charges else []
        scopes += ["tax per item", "tax per invoice"] if billed.taxes else []
        for scope in (*scopes, "invoice"):
            rounding = self.plan.rounding_for(scope)
            yield rounding.at if rounding else None
        for use in invoice.allowances:
            allowance = self._allowances.get(use.record)
            if allowance is not None:
                yield from _held(allowance, carried=_some(use.carried_in), first=invoice.start,
                                 last=last)  # fmt: skip


def _held(allowance: Allowance, *, carried: bool, first: date, last: date) -> Iterator[Span]:
    """What a bill shows of an allowance: its grant, and units that were rolled over."""
    grant = grant_on(allowance, first) or grant_on(allowance, last)
    if grant is not None:
        yield grant.at
    if carried and allowance.rollover is not None:
        yield allowance.rollover.at


def _some(quantity: str) -> bool:
    return bool(quantity) and quantity.split(None, 1)[0] != "0"


def _below(tier: Tier, total: int) -> bool:
    """Whether a total lies above the tier."""
    if tier.bound is None:
        return False
    return total > tier.bound if tier.inclusive else total >= tier.bound


def _kind(rated: RatedEvent) -> object:
    """What tells events apart that exercise other clauses."""
    event = rated.event
    return (
        event.line,
        event.service,
        event.start,
        event.quantity,
        rated.prefix,
        rated.notes,
        tuple((fee.kind, fee.at) for fee in rated.fees),
        tuple(
            (part.at, part.outcome, part.before, part.units, part.window) for part in rated.parts
        ),
        tuple(_kind(one) for one in rated.beside),
        tuple(_kind(one.rated) for one in rated.costs),
    )
