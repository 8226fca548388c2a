"""The reference engine: the rules of the language, event by event, exactly.

This module is the specification in code (language reference, "Order of work"): for each
event its rate, increments and windows, then allowances, then prices or tiers, setup fee,
minimum and maximum, caps, and the event's rounding. Amounts are rationals and quantities
integers; nothing is rounded but by the plan's own facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ratedsl.lang.source import Span
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import After, Allowance, Cap, Covers, Rate
from ratedsl.plan.units import TIME
from ratedsl.rating.balances import Balance
from ratedsl.rating.events import Account, Event, Line
from ratedsl.rating.parts import AlertRaised, Outcome, Part, RatedEvent
from ratedsl.rating.pricing import (
    ZERO,
    billed_units,
    cost,
    rejected_from,
    tier_cost,
)
from ratedsl.rating.rounding import round_money
from ratedsl.rating.tables import Chosen, PlanTables, price_in, setup_in, tiers_on


@dataclass(slots=True)
class Piece:
    """Units of an event in one window, on their way from usage to parts."""

    window: str
    start: int
    actual: int
    billed: int


class AccountRater:
    """Rates one account's events in order of time, carrying its state from one to the next.

    State is what allowances hold, what tiers have counted and what caps have seen, by line
    or for the account; it turns over at each bill cycle. `lines` are the lines that the plan
    rates, with the periods in which it does.
    """

    def __init__(self, tables: PlanTables, account: Account, first: BillCycle) -> None:
        self.tables = tables
        self.plan = tables.plan
        self.account = account
        self.cycle = first
        self.balances: dict[tuple[str, str], Balance] = {}
        self.counted: dict[tuple[str, str, str], int] = {}
        self.spent: dict[tuple[str, str], Fraction] = {}
        self.alerts: list[AlertRaised] = []
        self._alerted: set[tuple[str, str]] = set()
        self._rounding = self.plan.rounding_for("event")
        self._lines = {line.id: _holds(line, self.plan.id) for line in account.lines}
        self._open_cycle(first)

    # ---- cycles ---------------------------------------------------------------------------

    def advance(self, cycle: BillCycle) -> None:
        """Turn over to a later cycle, through every one between."""
        while self.cycle.start < cycle.start:
            self.cycle = self.tables.cycles.after(self.cycle)
            self._open_cycle(self.cycle)

    def _open_cycle(self, cycle: BillCycle) -> None:
        self.counted.clear()
        self.spent.clear()
        self._alerted.clear()
        self.alerts.clear()
        for allowance in self.plan.allowances:
            for holder, first_day in self._holders(allowance, cycle):
                key = (allowance.id, holder)
                balance = self.balances.get(key)
                if balance is None:
                    balance = self.balances[key] = Balance(allowance)
                balance.open_cycle(first_day)

    def _holders(self, allowance: Allowance, cycle: BillCycle) -> Iterator[tuple[str, date]]:
        """Who holds the allowance in a cycle, and the day on which its grant is looked up."""
        days: dict[str, date] = {}
        for line, periods in self._lines.items():
            for start, end in periods:
                first = max(start, cycle.start)
                if first < cycle.end and (end is None or first < end):
                    days.setdefault(line, first)
        if allowance.scope == "account":
            if days:
                yield "", min(days.values())
        else:
            yield from days.items()

    # ---- events ---------------------------------------------------------------------------

    def rate_all(self, events: Iterable[Event]) -> Iterator[RatedEvent]:
        """Rate events that come in order of start, ties by id."""
        for event in events:
            yield self.rate(event)

    def rate(self, event: Event) -> RatedEvent:
        """Rate one event; it must not start before the one rated last."""
        if event.start >= self.cycle.end_ms:
            self.advance(self.tables.cycles.at(event.start))
        day = self.tables.day(event.start)
        periods = self._lines.get(event.line, ())
        if not any(start <= day and (end is None or day < end) for start, end in periods):
            return _single(event, Outcome.REJECTED, self.plan.at, reason="not-subscribed")
        chosen = self.tables.choose(event)
        rate = chosen.rate
        if event.quantity <= 0:
            return _single(event, Outcome.FREE, rate.at if rate else self.plan.at, rate)
        pieces, window = self._pieces(event, chosen)
        billed = sum(piece.billed for piece in pieces)
        parts, setup_due, after = self._cover(event, chosen, pieces, day)
        return self._price(
            event,
            chosen,
            [piece for piece in pieces if piece.billed],
            parts,
            setup_due,
            after,
            billed,
            window,
            day,
        )

    def _pieces(self, event: Event, chosen: Chosen) -> tuple[list[Piece], str]:
        """The event's units by window, increments applied, and the window of its start."""
        rate, timeline = chosen.rate, chosen.timeline
        if rate is None:
            return [Piece("", event.start, event.quantity, event.quantity)], ""
        units = max(event.quantity, rate.minimum_units)
        if rate.basis == "event":
            window = timeline.at(event.start)[0] if timeline else ""
            return [Piece(window, event.start, 1, 1)], window
        billed = billed_units(units, rate.increments)
        if timeline is None:
            return [Piece("", event.start, event.quantity, billed)], ""
        window, until = timeline.at(event.start)
        timed = self.tables.dimension(event.service) == TIME
        end = event.start + event.quantity
        if not timed or end <= until or rate.across is None or rate.across.mode == "start":
            return [Piece(window, event.start, event.quantity, billed)], window
        pieces = []
        start = event.start
        for name, length in timeline.pieces(event.start, end):
            whole = (
                billed_units(length, rate.increments) if rate.across.mode == "restart" else length
            )
            pieces.append(Piece(name, start, length, whole))
            start += length
        if rate.across.mode == "carry":
            # What increments add to the event belongs to the window in which it ends.
            pieces[-1].billed += billed - event.quantity
        return pieces, window

    def _cover(
        self, event: Event, chosen: Chosen, pieces: list[Piece], day: date
    ) -> tuple[list[Part], bool, tuple[Allowance, After] | None]:
        """Draw what allowances cover; `pieces` keep what is left.

        Says too whether the setup fee is due as far as allowances go, and what the first
        exhausted allowance says comes after it, unless that is the rate's own price.
        """
        parts: list[Part] = []
        setup_due = False
        after: tuple[Allowance, After] | None = None
        increments = chosen.rate.increments if chosen.rate else None
        for allowance, covers in chosen.allowances:
            balance = self._balance(allowance, event.line)
            for piece in pieces:
                if piece.billed <= 0 or balance is None:
                    continue
                if not self._window_fits(covers, piece, chosen):
                    continue
                before = balance.left
                actual = allowance.draws == "actual"
                drawn = balance.draw(
                    piece.actual if actual else piece.billed,
                    whole_event=allowance.ends == "whole event",
                )
                if drawn:
                    taken = _take(piece, drawn, actual, increments)
                    parts.append(
                        Part(
                            Outcome.COVERED,
                            taken,
                            allowance.id,
                            allowance.at,
                            piece.window,
                            before=before,
                        )
                    )
                    setup_due = setup_due or allowance.setup == "charged"
                if piece.billed > 0 and after is None and allowance.after.kind != "own rate":
                    after = (allowance, allowance.after)
        return parts, setup_due or not parts, after

    def _balance(self, allowance: Allowance, line: str) -> Balance | None:
        holder = "" if allowance.scope == "account" else line
        return self.balances.get((allowance.id, holder))

    def _window_fits(self, covers: tuple[Covers, ...], piece: Piece, chosen: Chosen) -> bool:
        for one in covers:
            if not one.window:
                return True
            if chosen.timeline and one.window in chosen.timeline.names:
                if one.window == piece.window:
                    return True
                continue
            alone = self.tables.timeline((one.window,))
            if alone is not None and alone.at(piece.start)[0] == one.window:
                return True
        return False

    # ---- money ----------------------------------------------------------------------------

    def _price(
        self,
        event: Event,
        chosen: Chosen,
        pieces: list[Piece],
        parts: list[Part],
        setup_due: bool,
        after: tuple[Allowance, After] | None,
        billed: int,
        window: str,
        day: date,
    ) -> RatedEvent:
        """Price what no allowance covered, add setup fee, limits, caps and rounding."""
        rate = chosen.rate
        result = RatedEvent(event, rate, (), ZERO, ZERO, billed=billed, prefix=chosen.prefix)
        covered = sum(part.units for part in parts)
        if pieces and after is not None:
            allowance, then = after
            parts += _after(allowance, then, pieces)
        elif pieces and rate is None:
            parts += [
                Part(
                    Outcome.REJECTED, piece.billed, "", self.plan.at, piece.window, reason="no-rate"
                )
                for piece in pieces
            ]
        elif rate is not None and rate.tiers is not None:
            parts += self._by_tiers(rate, event, pieces, covered, day)
        elif rate is not None:
            parts += [_at_price(rate, piece, day) for piece in pieces]
        used = any(part.outcome is not Outcome.REJECTED for part in parts)
        if rate is not None and used and rate.setups:
            uncovered = any(part.outcome is Outcome.RATED for part in parts)
            setup = setup_in(rate, window, day)
            if setup is not None and (setup_due or uncovered):
                result.setup, result.setup_at = Fraction(setup.amount), setup.at
        charge = result.setup
        for part in parts:
            # Most parts cost nothing, and adding rationals is what takes the time here.
            if part.amount:
                charge = charge + part.amount if charge else part.amount
        result.exact = charge
        if rate is not None:
            if rate.minimum is not None or rate.maximum is not None:
                charge, parts = self._limits(result, rate, parts)
            charge = round_money(charge, self._rounding)
            if chosen.caps and (charge or any(p.outcome is Outcome.RATED for p in parts)):
                charge, parts = self._caps(result, chosen.caps, charge, parts)
        else:
            charge = round_money(charge, self._rounding)
        result.charge = charge
        result.parts = tuple(parts)
        return result

    def _by_tiers(
        self, rate: Rate, event: Event, pieces: list[Piece], covered: int, day: date
    ) -> list[Part]:
        """Price by the running total: the charge is the total after less the total before."""
        rule = rate.tiers
        assert rule is not None
        tiers = tiers_on(rate, day)
        units = sum(piece.billed for piece in pieces)
        holder = event.line if rule.who == "line" else ""
        span = day.isoformat() if rule.span == "day" else rule.span
        key = (rate.id, holder, span)
        before = 0 if rule.span == "event" else self.counted.get(key, 0)
        if rule.counting == "all":
            before += covered
        if rule.span != "event":
            self.counted[key] = before + units
        if not units:
            return []
        if not tiers or tiers[-1].bound is not None:
            return [Part(Outcome.REJECTED, units, rate.id, rate.at, reason="no-price")]
        limit = rejected_from(tiers)
        priced = units if limit is None else max(0, min(units, limit - before))
        parts = []
        if priced:
            amount = tier_cost(tiers, rule.mode, before + priced) - tier_cost(
                tiers, rule.mode, before
            )
            outcome = Outcome.RATED if amount or _costs(tiers) else Outcome.FREE
            parts.append(
                Part(
                    outcome,
                    priced,
                    rate.id,
                    rule.at,
                    price="by tiers",
                    amount=amount,
                    before=before,
                )
            )
        if units > priced:
            parts.append(
                Part(
                    Outcome.REJECTED,
                    units - priced,
                    rate.id,
                    tiers[-1].at,
                    before=before,
                    reason="tier",
                )
            )
        return parts

    def _limits(
        self, result: RatedEvent, rate: Rate, parts: list[Part]
    ) -> tuple[Fraction, list[Part]]:
        """The charge held between the rate's minimum and maximum per event."""
        charge = result.exact
        rated = any(part.outcome is Outcome.RATED for part in parts)
        minimum, maximum = rate.minimum, rate.maximum
        if minimum is not None and rated and charge < minimum.amount:
            charge = Fraction(minimum.amount)
            result.notes += ((f"raised to the minimum of {minimum.amount}", minimum.at),)
        if maximum is not None and charge > maximum.amount:
            charge = Fraction(maximum.amount)
            outcome, reason = (
                (Outcome.FREE, "") if maximum.then == "free" else (Outcome.REJECTED, "cut")
            )
            left = max(charge - result.setup, ZERO)
            parts = _cut(parts, left, outcome, reason, maximum.at)
            result.notes += ((f"held to the maximum of {maximum.amount}", maximum.at),)
        return charge, parts

    def _caps(
        self, result: RatedEvent, caps: tuple[Cap, ...], charge: Fraction, parts: list[Part]
    ) -> tuple[Fraction, list[Part]]:
        """The charge held to what the caps still leave, which then is less by it."""
        event = result.event
        for cap in caps:
            limit = next((one for one in cap.amounts if one.period.holds(self.cycle.start)), None)
            if limit is None:
                continue
            key = (cap.id, event.line)
            spent = self.spent.get(key, ZERO)
            left = Fraction(limit.amount) - spent
            if charge > left or (left <= 0 and cap.then == "blocked"):
                outcome = Outcome.FREE if cap.then == "free" else Outcome.REJECTED
                reason = "" if cap.then == "free" else "blocked"
                if left <= 0:
                    result.setup, result.setup_at = ZERO, None
                parts = _cut(parts, max(left - result.setup, ZERO), outcome, reason, cap.at)
                # A blocked event ends where the money does, a freed one goes on without it.
                charge = max(left, ZERO)
                result.notes += ((f"the cap `{cap.id}` of {limit.amount} is reached", cap.at),)
        for cap in caps:
            self._spend(cap, event, charge)
        return charge, parts

    def _spend(self, cap: Cap, event: Event, charge: Fraction) -> None:
        limit = next((one for one in cap.amounts if one.period.holds(self.cycle.start)), None)
        if limit is None:
            return
        key = (cap.id, event.line)
        spent = self.spent[key] = self.spent.get(key, ZERO) + charge
        if cap.alert is None or key in self._alerted:
            return
        if spent * 100 >= Fraction(limit.amount) * Fraction(cap.alert):
            self._alerted.add(key)
            self.alerts.append(
                AlertRaised(cap.id, event.start, spent, Fraction(limit.amount), cap.at)
            )


def _holds(line: Line, plan: str) -> tuple[tuple[date, date | None], ...]:
    return tuple((one.start, one.end) for one in line.subscriptions if one.plan == plan)


def _single(
    event: Event, outcome: Outcome, at: Span, rate: Rate | None = None, reason: str = ""
) -> RatedEvent:
    units = max(event.quantity, 0)
    part = Part(outcome, units, rate.id if rate else "", at, reason=reason)
    return RatedEvent(event, rate, (part,), ZERO, ZERO, billed=units)


def _take(piece: Piece, drawn: int, actual: bool, increments: object) -> int:
    """Take what was drawn from a piece; gives the billed units that it covers.

    Where an allowance draws actual units, increments apply to what is left of the usage.
    """
    if not actual:
        piece.billed -= drawn
        piece.actual = max(0, piece.actual - drawn)
        return drawn
    covered = piece.billed
    piece.actual -= drawn
    piece.billed = billed_units(piece.actual, increments)  # type: ignore[arg-type]
    return max(covered - piece.billed, 0)


def _after(allowance: Allowance, then: After, pieces: list[Piece]) -> list[Part]:
    if then.kind == "blocked" or then.price is None:
        return [
            Part(
                Outcome.REJECTED,
                piece.billed,
                allowance.id,
                then.at,
                piece.window,
                reason="blocked",
            )
            for piece in pieces
        ]
    return [
        Part(
            Outcome.RATED if then.price.amount else Outcome.FREE,
            piece.billed,
            allowance.id,
            then.at,
            piece.window,
            then.price.text,
            cost(then.price, piece.billed),
        )
        for piece in pieces
    ]


def _at_price(rate: Rate, piece: Piece, day: date) -> Part:
    price = price_in(rate, piece.window, day)
    if price is None:
        return Part(
            Outcome.REJECTED, piece.billed, rate.id, rate.at, piece.window, reason="no-price"
        )
    unit = price.price
    outcome = Outcome.RATED if unit.amount else Outcome.FREE
    return Part(
        outcome, piece.billed, rate.id, price.at, piece.window, unit.text, cost(unit, piece.billed)
    )


def _costs(tiers: Iterable[object]) -> bool:
    return any(t.flat or (t.price and t.price.amount) for t in tiers)  # type: ignore[attr-defined]


def _cut(parts: list[Part], money: Fraction, outcome: Outcome, reason: str, at: Span) -> list[Part]:
    """The parts as far as `money` pays for them; the units beyond have `outcome` instead.

    Within a part units are shared in proportion to its amount, rounded down to whole units.
    """
    kept: list[Part] = []
    for part in parts:
        if part.outcome is not Outcome.RATED:
            kept.append(part)
            continue
        if part.amount <= money:
            kept.append(part)
            money -= part.amount
            continue
        paid = int(part.units * money / part.amount) if part.amount else 0
        if money > 0 or paid:
            kept.append(part._replace(units=paid, amount=money))
        kept.append(
            part._replace(
                outcome=outcome, units=part.units - paid, amount=ZERO, reason=reason, at=at
            )
        )
        money = ZERO
    return kept
