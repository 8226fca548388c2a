"""Running totals that prices depend on: what tiers have counted, what was free before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import FreeFirst, Rate, Tier, Tiers
from ratedsl.rating.dated import tiers_on
from ratedsl.rating.events import Event
from ratedsl.rating.holders import Holder, Pools
from ratedsl.rating.parts import ZERO, Outcome, Part
from ratedsl.rating.pieces import Piece
from ratedsl.rating.pricing import cost_between, reaches, rejected_from, tier_cost
from ratedsl.rating.sessions import Progress, Session
from ratedsl.rating.spans import Held, SpanKey, lives_on, span_key
from ratedsl.rating.tables import PlanTables

TotalKey = tuple[str, Holder, SpanKey]
"""A rate's running total: whose it is, and in which span."""


class Counters:
    """Totals of one account by record, holder and span; each is forgotten when its span ends."""

    def __init__(self, tables: PlanTables, lines: Held, pools: Pools) -> None:
        self.tables = tables
        self.lines = lines
        self.pools = pools
        self.totals = tables.totalled
        """The rates whose increments count a running total."""
        self._holders: dict[tuple[str, str], Holder] = {}
        self._counted: dict[TotalKey, int] = {}
        self._others: dict[TotalKey, dict[str, int]] = {}
        self._progress: dict[tuple[str, str, SpanKey], Progress] = {}
        self._freed: dict[tuple[str, int, str, SpanKey], Fraction] = {}

    def open_cycle(self, cycle: BillCycle) -> None:
        """Forget what ended with the cycle before."""
        self._counted = {k: v for k, v in self._counted.items() if lives_on(k[2], cycle.start)}
        self._others = {k: v for k, v in self._others.items() if lives_on(k[2], cycle.start)}
        self._progress = {k: v for k, v in self._progress.items() if lives_on(k[2], cycle.start)}
        self._freed = {k: v for k, v in self._freed.items() if lives_on(k[3], cycle.start)}

    def progress(self, rate: Rate, event: Event, day: date) -> Progress:
        """How far the increments of a rate that count a running total have come for a line."""
        span = rate.increments[0].span
        key = (rate.id, event.line, span_key(span, day, self.lines, event.line))
        return self._progress.setdefault(key, Progress())

    def by_tiers(
        self,
        rate: Rate,
        event: Event,
        pieces: Sequence[Piece],
        covered: Sequence[Part],
        day: date,
        session: Session | None = None,
    ) -> list[Part]:
        """Price by the running total: the charge is the total after less the total before.

        `pieces` are what is left to price and `covered` what allowances paid for. Tiers per
        event go on from leg to leg of a session, at the prices of its start.
        """
        rule = rate.tiers
        assert rule is not None
        billed = sum(piece.billed for piece in pieces)
        units, paid = billed, sum(part.units for part in covered)
        if rate.basis == "event":
            units, paid = int(billed > 0), int(not billed and paid > 0)
        each = rule.span == "event"
        tiers = self.tables.dated.tiers(rate, session.day if each and session is not None else day)
        key = self._key(rate.id, rule, event.line, day)
        before = self._counted.get(key, 0)
        if each and session is not None:
            before = session.counted
        if rule.counting == "all":
            before += paid
        if not each:
            self._counted[key] = before + units
        elif session is not None:
            session.counted = before + units
        if not units:
            return []
        if not tiers or tiers[-1].bound is not None:
            return [Part(Outcome.REJECTED, billed, rate.id, rate.at, reason="no-price")]
        if any(tier.also for tier in tiers):
            return self._by_steps(rate, event, tiers, before + units, units, key)
        limit = rejected_from(tiers)
        priced = units if limit is None else max(0, min(units, limit - before))
        parts = []
        if priced:
            amount = _amount(tiers, rule, before, before + priced)
            outcome = Outcome.RATED if amount or _costs(tiers) else Outcome.FREE
            shown = billed if priced == units else priced
            parts.append(
                Part(
                    *(outcome, shown, rate.id, rule.at, "", "by tiers", amount, before),
                    holder=key[1],
                )
            )
        if units > priced:
            rest = billed if not priced else units - priced
            parts.append(
                Part(Outcome.REJECTED, rest, rate.id, tiers[-1].at, before=before, reason="tier")
            )
        return parts

    def _key(self, rate: str, rule: Tiers, line: str, day: date) -> TotalKey:
        """The total of tiers that the usage of a line counts in on a day."""
        holder = self._holders.get((rate, line))
        if holder is None:
            holder = self._holders[rate, line] = self.pools.counted(rule, line)
        if rule.span == "contract" and holder.kind == "pool":
            # The pool's contract starts with its first member.
            members = self.pools.members[holder.name]
            held = {name: periods for name, periods in self.lines.items() if name in members}
            return rate, holder, span_key(rule.span, day, held, "")
        return rate, holder, span_key(rule.span, day, self.lines, holder.name)

    def _by_steps(
        self,
        rate: Rate,
        event: Event,
        tiers: Sequence[Tier],
        total: int,
        units: int,
        key: TotalKey,
    ) -> list[Part]:
        """Price by the highest step that any of several measures reaches."""
        assert rate.tiers is not None
        names = {name for tier in tiers for name, _ in tier.also}
        others = {} if rate.tiers.span == "event" else self._others.setdefault(key, {})
        before = _step(tiers, total - units, others) if total > units else None
        for name in names:
            others[name] = others.get(name, 0) + max(self.tables.quantity_of(event, name) or 0, 0)
        reached = _step(tiers, total, others)
        if reached.rejected:
            return [Part(Outcome.REJECTED, units, rate.id, reached.at, reason="tier")]
        amount = Fraction(reached.flat)
        if before is not None and not before.rejected:
            amount -= Fraction(before.flat)
        outcome = Outcome.RATED if amount or _costs(tiers) else Outcome.FREE
        return [
            Part(
                *(outcome, units, rate.id, reached.at, "", "by tiers", amount, total - units),
                holder=key[1],
            )
        ]

    def free(
        self,
        rule: FreeFirst,
        rate: Rate,
        event: Event,
        wanted: Fraction,
        day: date,
        freed: dict[int, Fraction],
    ) -> Fraction:
        """How much of `wanted` is still free by a `free first` fact; it is then used up.

        `freed` is what was free of the event, or of its session, by the number of the fact.
        """
        number = rate.free.index(rule)
        if rule.span == "event":
            used = freed.get(number, ZERO)
        else:
            span = span_key(rule.span, day, self.lines, event.line)
            key = (rate.id, number, event.line, span)
            used = self._freed.get(key, ZERO)
        taken = min(wanted, max(Fraction(rule.amount) - used, ZERO))
        if rule.span == "event":
            freed[number] = used + taken
        else:
            self._freed[key] = used + taken
        return taken


def flat_at_zero(rate: Rate, day: date) -> Iterator[tuple[Tier, Fraction]]:
    """The flat amount of the first tier where the plan charges it even without usage."""
    if rate.tiers is None or rate.tiers.span != "cycle":
        return
    tiers = tiers_on(rate, day)
    if tiers and tiers[0].flat_at_zero and tiers[0].flat:
        yield tiers[0], Fraction(tiers[0].flat)


def _step(tiers: Sequence[Tier], total: int, others: Mapping[str, int]) -> Tier:
    """The first step within whose bounds all measures lie; the last one has none."""
    return next(
        tier
        for tier in tiers
        if reaches(tier, total)
        and all(
            others.get(name, 0) <= bound if tier.inclusive else others.get(name, 0) < bound
            for name, bound in tier.also
        )
    )


def _costs(tiers: Sequence[Tier]) -> bool:
    return any(tier.flat or (tier.price and tier.price.amount) for tier in tiers)


def _amount(tiers: Sequence[Tier], rule: Tiers, before: int, after: int) -> Fraction:
    """What a total costs more after an event. What is flat at zero is charged once a cycle."""
    if before > 0:
        return cost_between(tiers, rule.mode, before, after)
    whole = tier_cost(tiers, rule.mode, after)
    if before or rule.span == "cycle":
        return whole - tier_cost(tiers, rule.mode, before)
    return whole
