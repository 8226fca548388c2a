"""Limits on money: a rate's minimum and maximum per event, and caps over a cycle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from ratedsl.lang.source import Span
from ratedsl.plan.model import Cap, CapAmount, Rate
from ratedsl.rating.parts import AlertRaised, Outcome, Part, RatedEvent
from ratedsl.rating.pricing import ZERO


def hold_to_limits(
    result: RatedEvent, rate: Rate, charge: Fraction, parts: list[Part]
) -> tuple[Fraction, list[Part]]:
    """The charge held between the rate's minimum and maximum per event."""
    minimum, maximum = rate.minimum, rate.maximum
    rated = any(part.outcome is Outcome.RATED for part in parts)
    if minimum is not None and rated and charge < minimum.amount:
        charge = Fraction(minimum.amount)
        result.notes += ((f"raised to the minimum of {minimum.amount}", minimum.at),)
    if maximum is not None and charge > maximum.amount:
        charge = Fraction(maximum.amount)
        free = maximum.then == "free"
        outcome, reason = (Outcome.FREE, "") if free else (Outcome.REJECTED, "cut")
        fees = sum((fee.amount for fee in result.fees), ZERO)
        parts = cut(parts, max(charge - fees, ZERO), outcome, reason, maximum.at)
        result.notes += ((f"held to the maximum of {maximum.amount}", maximum.at),)
    return charge, parts


class CapBook:
    """What caps have seen in the cycle, for each line, and the alerts they raised."""

    def __init__(self) -> None:
        self.spent: dict[tuple[str, str], Fraction] = {}
        self.alerts: list[AlertRaised] = []
        self._alerted: set[tuple[str, str]] = set()

    def open_cycle(self) -> None:
        """Forget the cycle before."""
        self.spent.clear()
        self.alerts.clear()
        self._alerted.clear()

    def count(self, caps: Sequence[Cap], line: str, amount: Fraction) -> None:
        """Count a charge that no event made, such as a flat amount of a cycle's start."""
        for cap in caps:
            self.spent[cap.id, line] = self.spent.get((cap.id, line), ZERO) + amount

    def hold(
        self,
        result: RatedEvent,
        caps: Sequence[Cap],
        charge: Fraction,
        parts: list[Part],
        cycle: date,
    ) -> tuple[Fraction, list[Part]]:
        """The charge held to what the caps still leave, which is then less by it."""
        line = result.event.line
        limits = [(cap, amount) for cap in caps if (amount := _in_force(cap, cycle)) is not None]
        for cap, limit in limits:
            left = Fraction(limit.amount) - self.spent.get((cap.id, line), ZERO)
            blocks = cap.then == "blocked"
            if charge > left or (left <= 0 and blocks):
                outcome, reason = (Outcome.REJECTED, "blocked") if blocks else (Outcome.FREE, "")
                if left <= 0:
                    result.fees = ()
                fees = sum((fee.amount for fee in result.fees), ZERO)
                # A blocked event ends where the money does, a freed one goes on without it.
                parts = cut(parts, max(left - fees, ZERO), outcome, reason, cap.at)
                charge = max(left, ZERO)
                result.notes += ((f"the cap `{cap.id}` of {limit.amount} is reached", cap.at),)
        for cap, limit in limits:
            self._spend(cap, limit, result, charge)
        return charge, parts

    def _spend(self, cap: Cap, limit: CapAmount, result: RatedEvent, charge: Fraction) -> None:
        key = (cap.id, result.event.line)
        spent = self.spent[key] = self.spent.get(key, ZERO) + charge
        if cap.alert is None or key in self._alerted:
            return
        whole = Fraction(limit.amount)
        if spent * 100 >= whole * Fraction(cap.alert):
            self._alerted.add(key)
            self.alerts.append(AlertRaised(cap.id, result.event.start, spent, whole, cap.at))


def _in_force(cap: Cap, day: date) -> CapAmount | None:
    return next((one for one in cap.amounts if one.period.holds(day)), None)


def cut(parts: list[Part], money: Fraction, outcome: Outcome, reason: str, at: Span) -> list[Part]:
    """The parts as far as `money` pays for them; the units beyond have `outcome` instead.

    Within a part units are shared in proportion to its amount, rounded down to whole units.
    """
    kept: list[Part] = []
    for part in parts:
        if part.outcome is not Outcome.RATED or part.amount <= money:
            kept.append(part)
            money -= part.amount
            continue
        paid = int(part.units * money / part.amount)
        if money > 0:
            kept.append(part._replace(units=paid, amount=money))
        kept.append(
            part._replace(
                outcome=outcome, units=part.units - paid, amount=ZERO, reason=reason, at=at
            )
        )
        money = ZERO
    return kept
