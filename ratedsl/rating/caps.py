"""Limits on money: a rate's minimum and maximum per event, and caps over a cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ratedsl.lang.source import Span
from ratedsl.plan.model import Cap, Rate
from ratedsl.rating.parts import ZERO, AlertRaised, Outcome, Part, RatedEvent
from ratedsl.rating.pricing import exact
from ratedsl.rating.rounding import to_decimal
from ratedsl.rating.sessions import Session


def hold_to_limits(
    result: RatedEvent,
    rate: Rate,
    charge: Fraction,
    parts: list[Part],
    session: Session | None,
) -> tuple[Fraction, list[Part]]:
    """The charge held between the rate's minimum and maximum per event.

    Of a session it is the charge of all legs that is held; the leg is charged what that comes
    to less what the earlier ones were.
    """
    minimum, maximum = rate.minimum, rate.maximum
    before = ZERO if session is None else session.charged
    charge += ZERO if session is None else session.exact
    rated = bool(before) or any(part.outcome is Outcome.RATED for part in parts)
    if minimum is not None and rated and charge < minimum.amount:
        charge = exact(minimum.amount)
        result.notes += ((f"raised to the minimum of {minimum.amount}", minimum.at),)
    if maximum is not None and maximum.then != "authorisation" and charge > maximum.amount:
        charge = exact(maximum.amount)
        # The usage that the maximum pays for ends where it is reached, whatever a minimum added.
        left = charge if session is None else max(charge - session.exact, ZERO)
        free = maximum.then == "free"
        outcome, reason = (Outcome.FREE, "") if free else (Outcome.REJECTED, "cut")
        fees = sum((fee.amount for fee in result.fees), ZERO)
        parts = cut(parts, max(left - fees, ZERO), outcome, reason, maximum.at)
        result.notes += ((f"held to the maximum of {maximum.amount}", maximum.at),)
    return charge - before, parts


@dataclass(slots=True)
class _Limit:
    """A cap's limit in a cycle, and the amount at which it alerts."""

    cap: Cap
    whole: Fraction
    alert: Fraction | None


class CapBook:
    """What caps have seen in the cycle, for each line, and the alerts they raised."""

    def __init__(self) -> None:
        self.spent: dict[tuple[str, str], Fraction] = {}
        self.alerts: list[AlertRaised] = []
        self._alerted: set[tuple[str, str]] = set()
        self._limits: dict[str, _Limit | None] = {}

    def open_cycle(self) -> None:
        """Forget the cycle before."""
        self.spent.clear()
        self.alerts.clear()
        self._alerted.clear()
        self._limits.clear()

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
        for cap in caps:
            limit = self._limit(cap, cycle)
            if limit is None:
                continue
            left = limit.whole - self.spent.get((cap.id, line), ZERO)
            blocks = cap.then == "blocked"
            if charge > left or (blocks and left <= 0):
                outcome, reason = (Outcome.REJECTED, "blocked") if blocks else (Outcome.FREE, "")
                if left <= 0:
                    result.fees = ()
                fees = sum((fee.amount for fee in result.fees), ZERO)
                # A blocked event ends where the money does, a freed one goes on without it.
                parts = cut(parts, max(left - fees, ZERO), outcome, reason, cap.at)
                charge = max(left, ZERO)
                words = f"the cap `{cap.id}` of {to_decimal(limit.whole)} is reached"
                result.notes += ((words, cap.at),)
        if charge:
            for cap in caps:
                limit = self._limit(cap, cycle)
                if limit is not None:
                    self._spend(limit, result, charge)
        return charge, parts

    def _limit(self, cap: Cap, cycle: date) -> _Limit | None:
        if cap.id not in self._limits:
            amount = next((one for one in cap.amounts if one.period.holds(cycle)), None)
            found = None
            if amount is not None:
                whole = exact(amount.amount)
                found = _Limit(cap, whole, whole * exact(cap.alert) / 100 if cap.alert else None)
            self._limits[cap.id] = found
        return self._limits[cap.id]

    def _spend(self, limit: _Limit, result: RatedEvent, charge: Fraction) -> None:
        cap = limit.cap
        key = (cap.id, result.event.line)
        before = self.spent.get(key)
        spent = self.spent[key] = charge if before is None else before + charge
        if limit.alert is not None and key not in self._alerted and spent >= limit.alert:
            self._alerted.add(key)
            self.alerts.append(AlertRaised(cap.id, result.event.start, spent, limit.whole, cap.at))


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
