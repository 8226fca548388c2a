"""Builds the facts of what is held and drawn down: allowances, pools and wallets."""

from __future__ import annotations

from ratedsl.lang import ast
from ratedsl.lang.build.values import ValueBuilder, Words
from ratedsl.lang.words import Lexeme

Tests = tuple[ast.Test, ...]


class BalanceBuilder(ValueBuilder):
    """Builds the facts of allowances, pools and wallets."""

    # ---- allowances --------------------------------------------------------------------------

    def grant(
        self,
        value: ast.Value,
        count: ast.Number | None,
        per: ast.Word,
        who: ast.Word | None,
        pool: ast.Word | None,
        dated: ast.Dated,
    ) -> ast.Grant:
        return ast.Grant("grant", self._line_span(), value, count, per, who, pool, dated)

    def sized(
        self,
        factor: ast.Number,
        fee: ast.Word,
        net: Lexeme | None,
        price: ast.UnitPrice,
        mode: ast.Word,
        quantum: ast.Value,
        dated: ast.Dated,
    ) -> ast.Sized:
        span = self._line_span()
        return ast.Sized("sized", span, factor, fee, net is not None, price, mode, quantum, dated)

    def covers(
        self,
        match: ast.Match,
        window: ast.Word | None,
        tests: Tests | None,
        factor: tuple[ast.Value, ast.Value] | None,
    ) -> ast.Covers:
        return ast.Covers("covers", self._line_span(), match, window, tests or (), factor)

    def covering(self, *tests: ast.Test) -> Tests:
        return tests

    def factor(self, counted: ast.Value, as_value: ast.Value) -> tuple[ast.Value, ast.Value]:
        return counted, as_value

    def draws(self, word: ast.Word, steps: ast.Value | None) -> ast.Setting:
        return self._setting("draws", word, value=steps)

    def in_steps(self, value: ast.Value) -> ast.Value:
        return value

    def pooled(self, word: ast.Word, pool: ast.Word | None) -> ast.Setting:
        return self._setting("pooled", word, pool)

    def member_limit(self, value: ast.Value, per: ast.Word) -> ast.Setting:
        return self._setting("limit", per, value=value)

    def ends_split(self) -> ast.Setting:
        return self._setting("split")

    def ends_whole(self) -> ast.Setting:
        return self._setting("whole event")

    def allowance_setup(self, word: ast.Word) -> ast.Setting:
        return self._setting("setup", word)

    def allowance_charge(self, money: ast.Value, per: ast.Word, dated: ast.Dated) -> ast.Setup:
        return ast.Setup("setup", self._line_span(), money, per, None, dated)

    def rollover(
        self,
        count: ast.Number,
        span_word: ast.Word,
        limit: ast.Value | None,
        used: ast.Word | None,
        age: str | None,
    ) -> ast.Rollover:
        span = self._line_span()
        return ast.Rollover("rollover", span, count, span_word, limit, used, age or "")

    def age(self, token: Lexeme) -> str:
        return str(token)

    def after_own(self) -> ast.After:
        return ast.After("after", self._line_span(), "own rate")

    def after_blocked(self) -> ast.After:
        return ast.After("after", self._line_span(), "blocked")

    def after_price(
        self, price: ast.UnitPrice, cap: ast.Value | None, per: ast.Word | None
    ) -> ast.After:
        return ast.After("after", self._line_span(), "price", price, cap, per)

    def after_slowed(self, speed: ast.Value) -> ast.After:
        return ast.After("after", self._line_span(), "slowed", speed=speed)

    # ---- pools and wallets -------------------------------------------------------------------

    def members(self, tests: Tests | None) -> ast.Condition:
        return ast.Condition("members", self._line_span(), tests or ())

    def pays(self, of: Words) -> ast.Setting:
        return self._setting("pays", *of)

    def held_per(self, who: ast.Word, pool: ast.Word | None) -> ast.Setting:
        return self._setting("held", who, pool)

    def empty_blocked(self) -> ast.Setting:
        return self._setting("blocked")

    def empty_invoiced(self) -> ast.Setting:
        return self._setting("invoiced")

    def empty_next(self) -> ast.Setting:
        return self._setting("next wallet")

    def expires_after(
        self, number: ast.Number, unit: ast.Word, renewed: object | None
    ) -> ast.Setting:
        return self._setting("after", unit, number=number, flag=renewed is not None)

    def renewed(self, token: Lexeme) -> Lexeme:
        return token

    def expires_through(self, day: ast.Day) -> ast.Interval:
        return ast.Interval("expires", self._line_span(), ast.Dated(None, day))

    def taxed_at_top_up(self) -> ast.Setting:
        return self._setting("at top-up")

    def taxed_when_used(self) -> ast.Setting:
        return self._setting("when used")
