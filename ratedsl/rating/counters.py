"""Running totals that prices depend on: what tiers have counted, what was free before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from ratedsl.plan.model import FreeFirst, Rate, Tier
from ratedsl.rating.events import Event
from ratedsl.rating.parts import ZERO, Outcome, Part
from ratedsl.rating.pricing import rejected_from, tier_cost
from ratedsl.rating.tables import PlanTables, tiers_on


class Counters:
    """Totals of one account by record, holder and span; they turn over at each bill cycle."""

    def __init__(self, tables: PlanTables) -> None:
        self.tables = tables
        self._counted: dict[tuple[str, str, str], int] = {}
        self._freed: dict[tuple[str, int, str, str], Fraction] = {}

    def open_cycle(self) -> None:
        """Forget the cycle before."""
        self._counted.clear()
        self._freed.clear()

    def by_tiers(
        self, rate: Rate, event: Event, units: int, covered: int, day: date, billed: int
    ) -> list[Part]:
        """Price by the running total: the charge is the total after less the total before.

        `units` is what is left to price and `covered` what allowances paid for, both in what
        the tiers count; `billed` is what the parts account for.
        """
        rule = rate.tiers
        assert rule is not None
        tiers = self.tables.tiers_on(rate, day)
        span = day.isoformat() if rule.span == "day" else rule.span
        key = (rate.id, event.line if rule.who == "line" else "", span)
        before = 0 if rule.span == "event" else self._counted.get(key, 0)
        if rule.counting == "all":
            before += covered
        if rule.span != "event":
            self._counted[key] = before + units
        if not units:
            return []
        if not tiers or tiers[-1].bound is not None:
            return [Part(Outcome.REJECTED, billed, rate.id, rate.at, reason="no-price")]
        limit = rejected_from(tiers)
        priced = units if limit is None else max(0, min(units, limit - before))
        start = ZERO if rule.span == "event" else tier_cost(tiers, rule.mode, before)
        parts = []
        if priced:
            amount = tier_cost(tiers, rule.mode, before + priced) - start
            outcome = Outcome.RATED if amount or _costs(tiers) else Outcome.FREE
            shown = billed if priced == units else priced
            parts.append(
                Part(
                    outcome, shown, rate.id, rule.at, price="by tiers", amount=amount, before=before
                )
            )
        if units > priced:
            rest = billed if not priced else units - priced
            parts.append(
                Part(Outcome.REJECTED, rest, rate.id, tiers[-1].at, before=before, reason="tier")
            )
        return parts

    def free(
        self, rule: FreeFirst, rate: Rate, event: Event, wanted: Fraction, day: date
    ) -> Fraction:
        """How much of `wanted` is still free by a `free first` fact; it is then used up."""
        span = {"event": event.id, "day": day.isoformat()}.get(rule.span, rule.span)
        key = (rate.id, rate.free.index(rule), event.line, span)
        used = self._freed.get(key, ZERO)
        taken = min(wanted, max(Fraction(rule.amount) - used, ZERO))
        if rule.span != "event":
            self._freed[key] = used + taken
        return taken


def flat_at_zero(rate: Rate, day: date) -> Iterator[tuple[Tier, Fraction]]:
    """The flat amount of the first tier where the plan charges it even without usage."""
    if rate.tiers is None or rate.tiers.span != "cycle":
        return
    tiers = tiers_on(rate, day)
    if tiers and tiers[0].flat_at_zero and tiers[0].flat:
        yield tiers[0], Fraction(tiers[0].flat)


def _costs(tiers: Sequence[Tier]) -> bool:
    return any(tier.flat or (tier.price and tier.price.amount) for tier in tiers)
