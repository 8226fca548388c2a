"""Facts of what is granted and drawn down: allowances."""

from __future__ import annotations

from ratedsl.lang.ast.facts import Fact
from ratedsl.lang.ast.values import Dated, Match, Number, Test, UnitPrice, Value, Word


class Grant(Fact):
    """What an allowance gives, how often (each `count` of `per`), to whom."""

    value: Value
    count: Number | None
    per: Word
    who: Word | None
    pool: Word | None
    dated: Dated


class Sized(Fact):
    """A grant by formula: a factor times a fee, over a unit price, rounded."""

    factor: Number
    fee: Word
    net: bool
    price: UnitPrice
    mode: Word
    quantum: Value
    dated: Dated


class Covers(Fact):
    """What an allowance may be used for."""

    match: Match
    window: Word | None
    tests: tuple[Test, ...]
    factor: tuple[Value, Value] | None


class After(Fact):
    """What happens once an allowance is used up: `own rate`, `blocked`, `slowed`, or a price,
    of which a span may cost `cap` at most."""

    kind: str
    price: UnitPrice | None = None
    cap: Value | None = None
    per: Word | None = None
    speed: Value | None = None


class Rollover(Fact):
    """How long and how much of an unused grant lives on; `age` says which of it goes first."""

    count: Number
    span_word: Word
    limit: Value | None
    used: Word | None
    age: str
