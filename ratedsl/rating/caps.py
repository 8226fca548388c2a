"""Limits on money: a rate's minimum and maximum per event, and caps over a cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ratedsl.lang.source import Span
from ratedsl.plan.model import Cap, Rate
from ratedsl.rating.holders import Holder
from ratedsl.rating.parts import ZERO, AlertRaised, Outcome, Part, RatedEvent
from ratedsl.rating.pricing import exact
from ratedsl.rating.rounding import to_decimal
from ratedsl.rating.sessions import Session
from ratedsl.rating.spans import SpanKey, lives_on, span_key


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
    """A cap's limit in a span, and the amounts at which it alerts, lowest first."""

    cap: Cap
    whole: Fraction
    alerts: tuple[tuple[Fraction, Fraction], ...]


Key = tuple[str, str, SpanKey]


class CapBook:
    """What caps have seen in their spans, for each line or the account, and their alerts."""

    def __init__(self) -> None:
        self.spent: dict[Key, Fraction] = {}
        self.alerts: list[AlertRaised] = []
        self._alerted: dict[Key, int] = {}
        self._limits: dict[tuple[str, date], _Limit | None] = {}

    def open_cycle(self, opening: date) -> None:
        """Forget the cycle before, but for the spans that go on."""
        self.spent = {key: one for key, one in self.spent.items() if lives_on(key[2], opening)}
        self._alerted = {
            key: one for key, one in self._alerted.items() if lives_on(key[2], opening)
        }
        self.alerts = []
        self._limits.clear()

    def count(self, caps: Sequence[Cap], holder: Holder, amount: Fraction) -> None:
        """Count a charge that no event made, such as a flat amount of a cycle's start.

        What lines share is in the limit of none of them.
        """
        for cap in caps:
            if cap.span != "cycle" or cap.roaming:
                continue
            if cap.scope == "account" or holder.kind == "line":
                key = (cap.id, holder.name if cap.scope == "line" else "", ("cycle", None))
                self.spent[key] = self.spent.get(key, ZERO) + amount

    def hold(
        self,
        result: RatedEvent,
        caps: Sequence[Cap],
        charge: Fraction,
        parts: list[Part],
        cycle: date,
        day: date,
    ) -> tuple[Fraction, list[Part]]:
        """The charge held to what the caps still leave, which is then less by it."""
        held: list[tuple[_Limit, Key]] = []
        for cap in caps:
            span = span_key(cap.span, day, {}, "")
            limit = self._limit(cap, span[1] or cycle)
            if limit is None:
                continue
            key = (cap.id, result.event.line if cap.scope == "line" else "", span)
            held.append((limit, key))
            if cap.then == "continues":
                continue
            left = limit.whole - self.spent.get(key, ZERO)
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
            for limit, key in held:
                self._spend(limit, key, result, charge)
        return charge, parts

    def _limit(self, cap: Cap, opening: date) -> _Limit | None:
        key = (cap.id, opening)
        if key not in self._limits:
            amount = next((one for one in cap.amounts if one.period.holds(opening)), None)
            found = None
            if amount is not None:
                whole = exact(amount.amount)
                shares = [exact(share) for share in cap.alerts]
                found = _Limit(cap, whole, tuple((share, whole * share / 100) for share in shares))
            self._limits[key] = found
        return self._limits[key]

    def _spend(self, limit: _Limit, key: Key, result: RatedEvent, charge: Fraction) -> None:
        before = self.spent.get(key)
        spent = self.spent[key] = charge if before is None else before + charge
        if not limit.alerts:
            return
        done = self._alerted.get(key, 0)
        for share, amount in limit.alerts[done:]:
            if spent < amount:
                break
            done += 1
            cap = limit.cap
            self.alerts.append(
                AlertRaised(cap.id, result.event.start, spent, limit.whole, cap.at, share)
            )
        self._alerted[key] = done


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
