"""Facts of taxes, and of what goes with them."""

from __future__ import annotations

from ratedsl.lang.ast.facts import Fact
from ratedsl.lang.ast.values import Dated, Day, Number, Test, Value, Word


class TaxBase(Fact):
    """An addend of a tax base; an account may carry its own percentage as `stated_by`, or that
    of which this share is the rest."""

    number: Number
    of: tuple[Word, ...]
    stated_by: Word | None
    stated_rest: bool
    dated: Dated


class TaxBracket(Fact):
    """A percentage of the part of a base up to `bound`; the last one has no bound."""

    bound: Value | None
    number: Number
    of: tuple[Word, ...]
    dated: Dated


class TaxLimit(Fact):
    """`first` and `capped`: an amount per invoice or line, or the tax that is not passed."""

    variant: str
    value: Value | None
    word: Word | None
    dated: Dated


class Spared(Fact):
    """`exempt` and `reverse charge`: some charges, or all, where the tests hold."""

    of: tuple[Word, ...]
    tests: tuple[Test, ...]


class TaxRead(Fact):
    """Where a tax's figures were read, when, and when they are to be read again."""

    words: str
    read: Day | None
    review: Day | None
