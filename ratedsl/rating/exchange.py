"""Amounts of one currency in another, at the plan's dated rates, exactly."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ratedsl.plan.model import Exchange, Plan


class Conversion(NamedTuple):
    """What one unit of a currency is worth in another, and the fact that says so."""

    factor: Fraction
    fact: Exchange

    @property
    def words(self) -> str:
        """The rate as the plan states it."""
        return f"{self.fact.amount} {self.fact.of} per {self.fact.per}"


class ExchangeTable:
    """The exchange rates of a plan, by pair of currencies and day."""

    def __init__(self, plan: Plan) -> None:
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
