"""Facts of what stands on an invoice beside usage."""

from __future__ import annotations

from dataclasses import dataclass

from ratedsl.lang.ast.facts import Fact
from ratedsl.lang.ast.values import Dated, Number, Value, Word


@dataclass(slots=True, eq=False, repr=False)
class Amount(Fact):
    """Money of a fee, cap, discount or tax. `per` is its period or its counted thing."""

    money: Value
    per: Word | None
    who: Word | None
    timing: Word | None
    of: tuple[Word, ...]
    around_tax: Word | None
    dated: Dated


@dataclass(slots=True, eq=False, repr=False)
class Percent(Fact):
    """A percentage of named things, from a date."""

    number: Number
    of: tuple[Word, ...]
    dated: Dated
