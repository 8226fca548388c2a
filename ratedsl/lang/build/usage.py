"""Builds the facts of rates and decks."""

from __future__ import annotations

from typing import Any

from ratedsl.lang import ast
from ratedsl.lang.build.values import ValueBuilder, Words
from ratedsl.lang.words import Lexeme

TierPrice = tuple[Any, Any, Any, bool]
"""A unit price, a flat amount, a percentage, and whether usage is rejected."""


class UsageBuilder(ValueBuilder):
    """Builds the facts of rates and decks."""

    # ---- rates -------------------------------------------------------------------------------

    def billed(
        self,
        block: str | None,
        steps: tuple[tuple[ast.Value, ast.Value | None], ...],
        per: ast.Word | None,
        window: ast.Word | None,
        edge: object,
    ) -> ast.Billed:
        return ast.Billed(
            "billed", self._line_span(), block or "", steps, per, window, edge is not None
        )

    def blocks(
        self, *steps: tuple[ast.Value, ast.Value | None]
    ) -> tuple[tuple[ast.Value, ast.Value | None], ...]:
        return steps

    def block_step(
        self, size: ast.Value, until: ast.Value | None
    ) -> tuple[ast.Value, ast.Value | None]:
        return size, until

    def edge(self, token: Lexeme) -> object:
        return token

    def minimum(self, value: ast.Value, per: ast.Word) -> ast.Setting:
        return self._setting("minimum", per, value=value)

    def maximum(self, value: ast.Value, per: ast.Word, *then: ast.Word | None) -> ast.Setting:
        return self._setting("maximum", per, *then, value=value)

    def event_fee(self, token: Lexeme) -> str:
        return str(token)

    def setup(
        self,
        kind: str,
        money: ast.Value,
        per: ast.Word,
        window: ast.Word | None,
        dated: ast.Dated,
    ) -> ast.Setup:
        return ast.Setup(kind, self._line_span(), money, per, window, dated)

    def price(
        self,
        price: ast.UnitPrice,
        of: ast.Word | None,
        first: ast.Value | None,
        window: ast.Word | None,
        dated: ast.Dated,
    ) -> ast.Price:
        return ast.Price("price", self._line_span(), price, of, first, window, dated)

    def percent_price(
        self, percent: ast.Number, of: ast.Word, plus: ast.Value | None
    ) -> tuple[ast.Number, ast.Word, ast.Value | None]:
        return percent, of, plus

    def price_percent(
        self,
        price: tuple[ast.Number, ast.Word, ast.Value | None],
        window: ast.Word | None,
        dated: ast.Dated,
    ) -> ast.PercentPrice:
        return ast.PercentPrice("price", self._line_span(), *price, window, dated)

    def priced(
        self, currency: ast.Word, block: str | None, count: ast.Number | None, unit: ast.Word
    ) -> ast.Priced:
        return ast.Priced("priced", self._line_span(), currency, block or "", count, unit)

    def file_mark(self, word: ast.Word) -> ast.Setting:
        return self._setting(self._keyword(), word)

    def free_first(self, value: ast.Value, of: ast.Word | None, per: ast.Word) -> ast.FreeFirst:
        return ast.FreeFirst("free", self._line_span(), value, of, per)

    def grace(self, value: ast.Value, per: ast.Word) -> ast.Setting:
        return self._setting("grace", per, value=value)

    def unanswered(self, word: ast.Word) -> ast.Setting:
        return self._setting("unanswered", word)

    def adds_to(self, word: ast.Word) -> ast.Setting:
        return self._setting("adds", word)

    def tiers(
        self,
        mode: ast.Word,
        of: ast.Word | None,
        per: ast.Word,
        who: ast.Word | None,
        pool: ast.Word | None,
        counting: ast.Word,
    ) -> ast.Tiers:
        return ast.Tiers("tiers", self._line_span(), mode, of, per, who, pool, counting)

    def up_to(self, value: ast.Value, *also: ast.Value) -> ast.Bound:
        return ast.Bound("up to", value, value.span, also)

    def below(self, value: ast.Value, *also: ast.Value) -> ast.Bound:
        return ast.Bound("below", value, value.span, also)

    def above(self) -> ast.Bound:
        return ast.Bound("above", None, self._line_span())

    def flat(self, money: ast.Value, at_zero: object) -> ast.Flat:
        return ast.Flat(money, at_zero is not None)

    def at_zero(self, token: Lexeme) -> object:
        return token

    def tier_unit(self, price: ast.UnitPrice, flat: ast.Flat | None) -> TierPrice:
        return price, flat, None, False

    def tier_flat(self, flat: ast.Flat) -> TierPrice:
        return None, flat, None, False

    def tier_percent(self, percent: ast.Number, flat: ast.Flat | None) -> TierPrice:
        return None, flat, percent, False

    def tier_rejected(self) -> TierPrice:
        return None, None, None, True

    def tier(self, bound: ast.Bound, price: TierPrice, dated: ast.Dated) -> ast.Tier:
        return ast.Tier("tier", self._line_span(), bound, *price, dated)

    def matrix(self, attributes: Words) -> ast.Setting:
        return self._setting("matrix", *attributes)

    def cell(self, values: Words, price: ast.UnitPrice, dated: ast.Dated) -> ast.Cell:
        return ast.Cell("cell", self._line_span(), values, price, dated)

    def cell_otherwise(self, price: ast.UnitPrice, dated: ast.Dated) -> ast.Cell:
        return ast.Cell("cell", self._line_span(), (), price, dated)

    def across_split(self, increments: ast.Word) -> ast.Setting:
        return self._setting("split", increments)

    def across_start(self) -> ast.Setting:
        return self._setting("start")

    def across_dates(self) -> ast.Setting:
        return self._setting("dates")
