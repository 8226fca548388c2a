"""Amounts of one currency in another, at the plan's dated rates, exactly."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ratedsl.plan.model import Exchange, Plan, Rate, Rounding
from ratedsl.rating.parts import ZERO, Conversion, Outcome, Part, RatedEvent
from ratedsl.rating.rounding import round_money


class ExchangeTable:
    """The exchange rates of a plan, by pair of currencies and day."""

    def __init__(self, plan: Plan) -> None:
        self._currency = plan.currency
        self._rounding: Rounding | None = plan.rounding_for("exchange")
        self._facts: dict[frozenset[str], list[Exchange]] = {}
        for one in plan.exchange:
            self._facts.setdefault(frozenset((one.of, one.per)), []).append(one)
        self._known: dict[tuple[str, str, date], Conversion | None] = {}

    def on(self, source: str, target: str, day: date) -> Conversion | None:
        """The rate from one currency to another on a day; None where the plan has none."""
        key = (source, target, day)
        if key not in self._known:
            facts = self._facts.get(frozenset((source, target)), ())
            fact = next((one for one in facts if one.period.holds(day)), None)
            found = None
            if fact is not None:
                worth = Fraction(fact.amount)
                found = Conversion(worth if fact.of == target else 1 / worth, fact)
            self._known[key] = found
        return self._known[key]

    def amount(self, rate: Rate, amount: Fraction, day: date) -> Fraction:
        """An amount of a rate in the plan's currency on a day, rounded as stated."""
        if not rate.currency:
            return amount
        found = self.on(rate.currency, self._currency, day)
        return round_money(amount * found.factor, self._rounding) if found else ZERO

    def charge(
        self, result: RatedEvent, rate: Rate, charge: Fraction, parts: list[Part], day: date
    ) -> tuple[Fraction, list[Part]]:
        """An event's charge in the plan's currency at the rate of its day, rounded as stated.

        Without a rate on that day nothing is known of it, so what was to be charged is rejected.
        """
        found = self.on(rate.currency, self._currency, day)
        if found is None:
            result.fees = ()
            return ZERO, [
                part._replace(outcome=Outcome.REJECTED, amount=ZERO, reason="no-exchange")
                if part.outcome is Outcome.RATED
                else part
                for part in parts
            ]
        result.foreign, result.conversion = charge, found
        result.fees = tuple(fee._replace(amount=fee.amount * found.factor) for fee in result.fees)
        parts = [
            part._replace(amount=part.amount * found.factor) if part.amount else part
            for part in parts
        ]
        return round_money(charge * found.factor, self._rounding), parts
