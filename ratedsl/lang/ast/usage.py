"""Facts of what usage costs: rates and decks."""

from __future__ import annotations

from ratedsl.lang.ast.facts import Fact
from ratedsl.lang.ast.values import Bound, Dated, Flat, Number, UnitPrice, Value, Word


class Billed(Fact):
    """Increments: blocks of a size, each until a length of the event, the last without end.

    `block` is empty where begun blocks count.
    """

    block: str
    steps: tuple[tuple[Value, Value | None], ...]
    per: Word | None
    window: Word | None
    edge_next: bool


class Price(Fact):
    """A unit price, perhaps of an attribute, of the first units only, in a window, dated."""

    price: UnitPrice
    of: Word | None
    first: Value | None
    window: Word | None
    dated: Dated


class PercentPrice(Fact):
    """A percentage of an attribute's value and perhaps a fixed amount, for each event."""

    percent: Number
    of: Word
    plus: Value | None
    window: Word | None
    dated: Dated


class Priced(Fact):
    """What the prices of a deck are in: a currency, per a unit."""

    currency: Word
    block: str
    count: Number | None
    unit: Word


class FreeFirst(Fact):
    """Usage, events or value that are free before anything is charged."""

    value: Value
    of: Word | None
    per: Word


class Setup(Fact):
    """`setup`, `attempt`, `release`: a fee per call, by the window in which it starts."""

    money: Value
    per: Word
    window: Word | None
    dated: Dated


class Tiers(Fact):
    """How the tiers of a rate are read."""

    mode: Word
    of: Word | None
    per: Word
    who: Word | None
    pool: Word | None
    counting: Word


class Tier(Fact):
    """One tier: its bound, and a unit price or a percentage, a flat amount, or a rejection."""

    bound: Bound
    price: UnitPrice | None
    flat: Flat | None
    percent: Number | None
    rejected: bool
    dated: Dated


class Cell(Fact):
    """The price for some values of a matrix's attributes; without values, for all others."""

    values: tuple[Word, ...]
    price: UnitPrice
    dated: Dated
