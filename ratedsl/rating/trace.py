"""The explanation of a charge: steps in words, each leading back to its clause."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ratedsl.lang.source import Span


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a calculation: what was done in words, and the clause that says so."""

    words: str
    at: Span | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One usage event behind a charge, ready to print: its number is already masked."""

    id: str
    start: str
    number: str
    quantity: str
    billed: str
    outcome: str
    amount: Decimal
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why an invoice row has its amount.

    `formula` is one line (`9.68 = 88 min × 0.11 USD per min`); `steps` lead from the clause
    to the amount; `events` are the usage events behind it, in order of time, at most
    `limit` of them, while `total_events` counts all.
    """

    title: str
    amount: Decimal
    formula: str
    steps: tuple[Step, ...] = ()
    events: tuple[EventRow, ...] = ()
    total_events: int = 0
