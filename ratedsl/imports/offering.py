"""An offering of any catalog as neutral prices: what they say, and what nobody reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

PERIODS = {
    **dict.fromkeys(("day", "days", "daily"), "day"),
    **dict.fromkeys(("week", "weeks", "weekly"), "week"),
    **dict.fromkeys(("month", "months", "monthly"), "month"),
    **dict.fromkeys(("quarter", "quarters", "quarterly"), "quarter"),
    **dict.fromkeys(("year", "years", "yearly", "annual", "annually"), "year"),
    "cycle": "cycle",
}
"""What systems call the periods that a plan knows."""


@dataclass(frozen=True, slots=True)
class TaxItem:
    """A tax of a price."""

    id: str
    title: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Bounds:
    """The quantities that a price is for; no top is an open end."""

    top: int | None
    unit: str
    name: str
    words: str
    inclusive: bool = True


@dataclass(frozen=True, slots=True)
class OfferedPrice:
    """One price of an offering, as far as it is understood; `unread` are its other fields."""

    pointer: str
    id: str
    name: str
    kind: str
    description: str = ""
    amount: Decimal | None = None
    currency: str = ""
    percent: Decimal | None = None
    period: str = ""
    every: int = 1
    per: Decimal | None = None
    unit: str = ""
    start: date | None = None
    end: date | None = None
    taxes: tuple[TaxItem, ...] = ()
    term: tuple[int, str] | None = None
    of: tuple[str, ...] = ()
    uses: tuple[tuple[str, str], ...] = ()
    bounds: Bounds | None = None
    unread: tuple[str, ...] = ()

    def use(self, name: str) -> list[str]:
        """The values of a characteristic that the price is for."""
        return [value for known, value in self.uses if known == name]


@dataclass(slots=True)
class Offering:
    """An offering with its prices."""

    id: str
    name: str
    description: str = ""
    start: date | None = None
    end: date | None = None
    prices: list[OfferedPrice] = field(default_factory=list)
    unread: tuple[str, ...] = ()
    missing: list[str] = field(default_factory=list)
    """Prices that it names and that stand nowhere."""
