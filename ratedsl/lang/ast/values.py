"""Words, numbers and values: the leaves of a fact."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ratedsl.lang.ast.node import Node
from ratedsl.lang.source import Span


class Word(Node):
    """A name or a free word. `text` of a quoted word is without its quotes."""

    text: str
    span: Span


class Number(Node):
    """An exact decimal; `text` as written."""

    value: Decimal
    text: str
    span: Span


class Value(Node):
    """A number with its unit or currency, not yet told apart: `60 s`, `0.10 EUR`."""

    number: Number
    unit: Word
    span: Span


class Day(Node):
    """A calendar date, or None where the written one does not exist."""

    value: date | None
    span: Span


class Clock(Node):
    """A time of day in seconds since midnight, up to 24:00; None where it does not exist."""

    seconds: int | None
    span: Span


class Dated(Node):
    """From when and through when a fact holds; None where it does not say."""

    start: Day | None = None
    through: Day | None = None


class Match(Node):
    """`SERVICE to PLACES roaming PLACES`; empty places match everywhere."""

    service: Word
    to: tuple[Word, ...]
    roaming: tuple[Word, ...]
    span: Span


class UnitPrice(Node):
    """`MONEY per [started|full] [N] UNIT`; `block` is empty where it is pro rata."""

    money: Value
    block: str
    count: Number | None
    unit: Word
    span: Span


class Flat(Node):
    """A flat amount, charged once a tier is reached, or `at_zero` even without usage."""

    money: Value
    at_zero: bool = False


class Bound(Node):
    """Where a tier ends: `up to` holds its value, `below` leaves it out, `above` has none.

    `also` are the bounds of other measures.
    """

    kind: str
    value: Value | None
    span: Span
    also: tuple[Value, ...] = ()


class Test(Node):
    """One test of a condition. `operator` is `is`, `is not`, `in`, `not in` or a comparison."""

    attribute: Word
    operator: str
    values: tuple[Word, ...]
    number: Number | None
    unit: Word | None
    span: Span
