"""Builds the facts of fees, caps, commitments and discounts, and conditions."""

from __future__ import annotations

from typing import Any

from ratedsl.lang import ast
from ratedsl.lang.build.values import ValueBuilder, Words
from ratedsl.lang.words import Lexeme


class ChargeBuilder(ValueBuilder):
    """Builds the facts of fees, caps, commitments and discounts, and conditions."""

    # ---- fees, caps and commitments -----------------------------------------------------------

    def _amount(
        self,
        money: ast.Value | None,
        dated: ast.Dated,
        per: ast.Word | None = None,
        who: ast.Word | None = None,
        timing: ast.Word | None = None,
        of: Words = (),
        around_tax: ast.Word | None = None,
    ) -> ast.Amount:
        span = self._line_span()
        return ast.Amount("amount", span, money, per, who, timing, of, around_tax, dated)

    def fee_recurring(
        self,
        money: ast.Value | None,
        every: ast.Number | None,
        per: ast.Word,
        who: ast.Word | None,
        timing: ast.Word | None,
        dated: ast.Dated,
    ) -> ast.Amount:
        found = self._amount(money, dated, per, who, timing)
        found.every = every
        return found

    def fee_tiered(self, *rest: Any) -> ast.Amount:
        return self.fee_recurring(None, *rest)

    def fee_tiers(self, mode: ast.Word) -> ast.Setting:
        return self._setting("tiers", mode)

    def fee_tier(
        self, bound: ast.Bound, money: ast.Value, flat: bool, dated: ast.Dated
    ) -> ast.FeeTier:
        return ast.FeeTier("tier", self._line_span(), bound, money, flat, dated)

    def each_held(self) -> bool:
        return False

    def all_held(self) -> bool:
        return True

    def fee_periods(self, start: ast.Word) -> ast.Setting:
        return self._setting("periods", start)

    def fee_indexed(
        self,
        percent: ast.Number,
        plus: ast.Number | None,
        day: ast.Day,
        mode: ast.Word,
        step: ast.Value,
    ) -> ast.Index:
        percents = (percent,) if plus is None else (percent, plus)
        return ast.Index("indexed", self._line_span(), percents, day, mode, step)

    def fee_spread(self, number: ast.Number, span: ast.Word, rest: ast.Word) -> ast.Setting:
        return self._setting("spread", span, rest, number=number)

    def fee_term(self, number: ast.Number, span: ast.Word, then: ast.Word) -> ast.Setting:
        return self._setting("term", span, then, number=number)

    def leaving_amount(self, money: ast.Value) -> ast.Setting:
        return self._setting("amount", value=money)

    def leaving_share(self, percent: ast.Number) -> ast.Setting:
        return self._setting("share", number=percent)

    def fee_once(self, money: ast.Value, who: ast.Word | None, dated: ast.Dated) -> ast.Amount:
        return self._amount(money, dated, who=who)

    def waived_first(self, number: ast.Number, span_word: ast.Word) -> ast.Setting:
        return self._setting("waived", span_word, number=number)

    def reduced_to(self, value: ast.Value, number: ast.Number, span_word: ast.Word) -> ast.Setting:
        return self._setting("reduced", span_word, number=number, value=value)

    def lasts(self, number: ast.Number, span_word: ast.Word) -> ast.Setting:
        return self._setting("lasts", span_word, number=number)

    def not_prorated(self) -> ast.Proration:
        return ast.Proration("prorated", self._line_span(), "not", "")

    def prorated(self, method: str, counting: str | None) -> ast.Proration:
        return ast.Proration("prorated", self._line_span(), method, counting or "")

    def by_day(self) -> str:
        return "day"

    def by_second(self) -> str:
        return "second"

    def by_thirty_actual(self, _token: Lexeme) -> str:
        return "30-day actual"

    def by_thirty_360(self, *_tokens: Lexeme) -> str:
        return "30/360"

    def first_day(self) -> str:
        return "first"

    def last_day_counted(self, _token: Lexeme) -> str:
        return "last"

    def both_days(self, _token: Lexeme) -> str:
        return "both"

    def cap_amount(
        self,
        money: ast.Value,
        per: ast.Word,
        who: ast.Word | None,
        of: Words,
        roaming: Words | None,
        around: ast.Word,
        dated: ast.Dated,
    ) -> ast.Amount:
        amount = self._amount(money, dated, per, who, of=of, around_tax=around)
        amount.roaming = roaming or ()
        return amount

    def commitment_amount(
        self,
        money: ast.Value,
        per: ast.Word,
        who: ast.Word | None,
        of: Words,
        around: ast.Word,
        dated: ast.Dated,
    ) -> ast.Amount:
        return self._amount(money, dated, per, who, of=of, around_tax=around)

    def counting_discounts(self, word: ast.Word) -> ast.Setting:
        return self._setting("counting", word)

    def cap_then(self, word: ast.Word) -> ast.Setting:
        return self._setting("then", word)

    def alert(self, percent: ast.Number) -> ast.Setting:
        return self._setting("alert", number=percent)

    # ---- discounts ---------------------------------------------------------------------------

    def discount_percent(
        self, percent: ast.Number, of: Words, who: ast.Word | None, dated: ast.Dated
    ) -> ast.Percent:
        return ast.Percent("percent", self._line_span(), percent, of, dated, who)

    def commission_percent(self, percent: ast.Number, of: Words, dated: ast.Dated) -> ast.Percent:
        return ast.Percent("percent", self._line_span(), percent, of, dated)

    def discount_tiers(self, mode: ast.Word, of: Words, who: ast.Word | None) -> ast.Setting:
        return self._setting("line" if who else "", mode, *of, *((who,) if who else ()))

    def discount_tier(
        self, bound: ast.Bound, percent: ast.Number, dated: ast.Dated
    ) -> ast.PercentTier:
        return ast.PercentTier("tier", self._line_span(), bound, percent, dated)

    def stacks(self, word: ast.Word) -> ast.Setting:
        return self._setting("stacks", word)

    def stacks_best(self) -> ast.Setting:
        return self._setting("best only")

    def code(self, word: ast.Word) -> ast.Setting:
        return self._setting("code", word)

    def carries(self) -> ast.Setting:
        return self._setting("over")

    def spread_by_amount(self) -> str:
        return "amount"

    def spread_in_order(self) -> str:
        return "in order"

    def discount_amount(
        self, money: ast.Value, of: Words, who: ast.Word | None, dated: ast.Dated
    ) -> ast.Amount:
        return self._amount(money, dated, who=who, of=of)

    def applies(self, word: ast.Word, spread: str | None) -> ast.Setting:
        return self._setting(spread or "amount", word)

    def limit(self, value: ast.Value, per: ast.Word) -> ast.Setting:
        return self._setting("limit", per, value=value)

    # ---- conditions --------------------------------------------------------------------------

    def condition(self, *tests: ast.Test) -> ast.Condition:
        return ast.Condition("when", self._line_span(), tests)

    def order(self, number: ast.Number) -> ast.Setting:
        return self._setting("order", number=number)

    def _test(self, attribute: ast.Word, operator: str, values: Words) -> ast.Test:
        span = self._join(attribute.span, values[-1].span)
        return ast.Test(attribute, operator, values, None, None, span)

    def is_value(self, attribute: ast.Word, value: ast.Word) -> ast.Test:
        return self._test(attribute, "is", (value,))

    def is_not(self, attribute: ast.Word, value: ast.Word) -> ast.Test:
        return self._test(attribute, "is not", (value,))

    def is_in(self, attribute: ast.Word, values: Words) -> ast.Test:
        return self._test(attribute, "in", values)

    def is_not_in(self, attribute: ast.Word, values: Words) -> ast.Test:
        return self._test(attribute, "not in", values)

    def compare(
        self, attribute: ast.Word, operator: Lexeme, number: ast.Number, unit: ast.Word | None
    ) -> ast.Test:
        last = unit.span if unit else number.span
        span = self._join(attribute.span, last)
        return ast.Test(attribute, str(operator), (), number, unit, span)
