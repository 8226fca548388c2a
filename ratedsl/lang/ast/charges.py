"""Facts of what stands on an invoice beside usage."""

from __future__ import annotations

from ratedsl.lang.ast.facts import Fact
from ratedsl.lang.ast.values import Bound, Dated, Day, Number, Value, Word


class Amount(Fact):
    """Money of a fee, cap, discount or tax. `per` is its period or its counted thing.

    A fee by tiers has no money of its own; `every` counts the periods that it is for.
    """

    money: Value | None
    per: Word | None
    who: Word | None
    timing: Word | None
    of: tuple[Word, ...]
    around_tax: Word | None
    dated: Dated
    every: Number | None = None
    roaming: tuple[Word, ...] = ()


class FeeTier(Fact):
    """What each held thing costs up to a bound, or what all of them cost."""

    bound: Bound
    money: Value
    flat: bool
    dated: Dated


class Index(Fact):
    """By how much a fee rises on a day, and how the result is rounded."""

    percents: tuple[Number, ...]
    day: Day
    mode: Word
    step: Value


class Percent(Fact):
    """A percentage of named things, from a date, perhaps for each line."""

    number: Number
    of: tuple[Word, ...]
    dated: Dated
    who: Word | None = None


class PercentTier(Fact):
    """A percentage up to a bound of what is spent or used."""

    bound: Bound
    number: Number
    dated: Dated
