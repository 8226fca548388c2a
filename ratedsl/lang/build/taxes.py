"""Builds the facts of taxes, exemptions, jurisdictions and bundles."""

from __future__ import annotations

from ratedsl.lang import ast
from ratedsl.lang.build.values import ValueBuilder, Words
from ratedsl.lang.words import Lexeme

Tests = tuple[ast.Test, ...]


class TaxBuilder(ValueBuilder):
    """Builds the facts of taxes, exemptions, jurisdictions and bundles."""

    # ---- base and shape ----------------------------------------------------------------------

    def tax_percent(self, percent: ast.Number, of: Words | None, dated: ast.Dated) -> ast.Percent:
        return ast.Percent("percent", self._line_span(), percent, of or (), dated)

    def tax_amount(
        self, money: ast.Value, per: ast.Word, of: Words | None, dated: ast.Dated
    ) -> ast.Amount:
        span = self._line_span()
        return ast.Amount("amount", span, money, per, None, None, of or (), None, dated)

    def bracket_up_to(
        self, bound: ast.Value, percent: ast.Number, of: Words | None, dated: ast.Dated
    ) -> ast.TaxBracket:
        return ast.TaxBracket("bracket", self._line_span(), bound, percent, of or (), dated)

    def bracket_above(
        self, percent: ast.Number, of: Words | None, dated: ast.Dated
    ) -> ast.TaxBracket:
        return ast.TaxBracket("bracket", self._line_span(), None, percent, of or (), dated)

    def tax_base(
        self, percent: ast.Number, of: Words, stated: tuple[ast.Word, bool] | None, dated: ast.Dated
    ) -> ast.TaxBase:
        word, rest = stated or (None, False)
        return ast.TaxBase("base", self._line_span(), percent, of, word, rest, dated)

    def stated_as(self, word: ast.Word) -> tuple[ast.Word, bool]:
        return word, False

    def stated_rest(self, word: ast.Word) -> tuple[ast.Word, bool]:
        return word, True

    def before_discounts(self, words: Words) -> ast.Setting:
        return self._setting("named", *words)

    def before_all(self) -> ast.Setting:
        return self._setting("all")

    # ---- how it is added and shown -------------------------------------------------------------

    def added_on_top(self) -> ast.Setting:
        return self._setting("on top")

    def added_included(self) -> ast.Setting:
        return self._setting("included")

    def added_included_grossed(self, words: Words | None) -> ast.Setting:
        return self._setting("included", *(words or ()), flag=True)

    def added_grossed(self, words: Words | None) -> ast.Setting:
        return self._setting("on top", *(words or ()), flag=True)

    def shown(self, first: ast.Word, second: ast.Word) -> ast.Setting:
        return self._setting("shown", first, second)

    def tax_level(self, word: ast.Word) -> ast.Setting:
        return self._setting("level", word)

    def tax_dated_by(self, word: ast.Word) -> ast.Setting:
        return self._setting("dated", word)

    def tax_rounding(
        self, mode: ast.Word, value: ast.Value, per: ast.Word, never: object
    ) -> ast.Setting:
        return self._setting("rounding", mode, per, value=value, flag=never is not None)

    def tax_group(self, word: ast.Word) -> ast.Setting:
        return self._setting("group", word)

    def tax_source(
        self, words: ast.Word, read: ast.Day | None, review: ast.Day | None
    ) -> ast.TaxRead:
        return ast.TaxRead("source", self._line_span(), words.text, read, review)

    # ---- whom and what it spares ---------------------------------------------------------------

    def tests(self, *tests: ast.Test) -> Tests:
        return tests

    def tax_exempt(self, of: Words, tests: Tests | None) -> ast.Spared:
        return ast.Spared("exempt", self._line_span(), of, tests or ())

    def tax_exempt_when(self, tests: Tests) -> ast.Spared:
        return ast.Spared("exempt", self._line_span(), (), tests)

    def reverse_charge(self, tests: Tests) -> ast.Spared:
        return ast.Spared("reverse", self._line_span(), (), tests)

    def first_by_order(self, value: ast.Value, dated: ast.Dated) -> ast.TaxLimit:
        return ast.TaxLimit("first", self._line_span(), "by order", value, None, dated)

    def first_in_proportion(self, value: ast.Value, dated: ast.Dated) -> ast.TaxLimit:
        return ast.TaxLimit("first", self._line_span(), "in proportion", value, None, dated)

    def tax_capped(self, value: ast.Value, per: ast.Word, dated: ast.Dated) -> ast.TaxLimit:
        return ast.TaxLimit("capped", self._line_span(), "amount", value, per, dated)

    def tax_capped_at(self, tax: ast.Word, dated: ast.Dated) -> ast.TaxLimit:
        return ast.TaxLimit("capped", self._line_span(), "tax", None, tax, dated)

    def exemption_levels(self, words: Words) -> ast.Setting:
        return self._setting("levels", *words)

    def exemption_taxes(self, words: Words) -> ast.Setting:
        return self._setting("taxes", *words)

    def exemption_charges(self, words: Words) -> ast.Setting:
        return self._setting("charges", *words)

    # ---- where it is due -----------------------------------------------------------------------

    def within(self, words: Words) -> ast.Setting:
        return self._setting("within", *words)

    def tax_replaces(self, words: Words) -> ast.Setting:
        return self._setting("replaces", *words)

    def sources(self, of: ast.Word, by: ast.Word) -> ast.Setting:
        return self._setting("sources", of, by)

    def taxes_only(self, words: Words) -> ast.Setting:
        return self._setting("only", *words)

    # ---- what charges are ----------------------------------------------------------------------

    def splits(self, words: Words) -> ast.Setting:
        return self._setting("splits", *words)

    def part_percent(self, word: ast.Word, percent: ast.Number) -> ast.Setting:
        return self._setting("percent", word, number=percent)

    def part_price(self, word: ast.Word, value: ast.Value) -> ast.Setting:
        return self._setting("price", word, value=value)

    def category(self, word: ast.Word) -> ast.Setting:
        return self._setting("category", word)

    def description(self, text: ast.Word) -> ast.Setting:
        return self._setting("description", text)

    def provider(self, text: ast.Word) -> ast.Setting:
        return self._setting("provider", text)

    def never_zero(self, token: Lexeme) -> object:
        return token
