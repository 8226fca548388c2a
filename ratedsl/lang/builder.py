"""From the parser's productions to syntax tree nodes, one method a production."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from lark import Token, Transformer, v_args

from ratedsl.lang import ast
from ratedsl.lang.source import Source, Span

Words = tuple[ast.Word, ...]


@v_args(inline=True)
class Builder(Transformer[Token, Any]):
    """Builds the node of one line. `source` and `line` are set before each parse."""

    source: Source
    line: tuple[int, int]

    def _span(self, token: Token) -> Span:
        start = token.start_pos
        assert start is not None
        return self.source.span(start, start + len(token))

    def _line_span(self) -> Span:
        return self.source.span(*self.line)

    def _join(self, first: Span, last: Span) -> Span:
        return first._replace(end=last.end)

    def _keyword(self) -> str:
        return self.source.text[self.line[0] : self.line[1]].split(None, 1)[0]

    def _setting(self, variant: str, *words: ast.Word | None, **rest: Any) -> ast.Setting:
        given = tuple(word for word in words if word is not None)
        return ast.Setting(self._keyword(), self._line_span(), variant, given, **rest)

    # ---- values ---------------------------------------------------------------------------

    def word(self, token: Token) -> ast.Word:
        return ast.Word(str(token), self._span(token))

    digits = network = place = word

    def string(self, token: Token) -> ast.Word:
        return ast.Word(str(token)[1:-1], self._span(token))

    def literal(self, token: Token) -> ast.Word:
        return self.string(token) if token.type == "STRING" else self.word(token)

    def words(self, *words: ast.Word) -> Words:
        return words

    places = networks = days = literals = words

    def number(self, token: Token) -> ast.Number:
        text = str(token).removesuffix("%")
        return ast.Number(Decimal(text), text, self._span(token))

    percent = number

    def value(self, number: Token, unit: Token) -> ast.Value:
        amount, word = self.number(number), self.word(unit)
        return ast.Value(amount, word, self._join(amount.span, word.span))

    def date(self, token: Token) -> ast.Day:
        year, month, day = (int(part) for part in token.split("-"))
        try:
            value = date(year, month, day) if 1900 <= year <= 2999 else None
        except ValueError:
            value = None
        return ast.Day(value, self._span(token))

    def time(self, token: Token) -> ast.Clock:
        return self._clock(str(token), self._span(token))

    def _clock(self, text: str, span: Span) -> ast.Clock:
        hours, minutes, *rest = (int(part) for part in text.split(":"))
        seconds = rest[0] if rest else 0
        total = hours * 3600 + minutes * 60 + seconds
        return ast.Clock(total if minutes < 60 and seconds < 60 and total <= 86400 else None, span)

    def dated(self, start: ast.Day | None, through: ast.Day | None) -> ast.Dated:
        return ast.Dated(start, through)

    def match(self, service: ast.Word, to: Words | None, roaming: Words | None) -> ast.Match:
        last = (roaming or to or (service,))[-1]
        span = self._join(service.span, last.span)
        return ast.Match(service, to or (), roaming or (), span)

    def unit_price(
        self, money: ast.Value, block: str | None, count: ast.Number | None, unit: ast.Word
    ) -> ast.UnitPrice:
        return ast.UnitPrice(money, block or "", count, unit, self._join(money.span, unit.span))

    def block(self, token: Token) -> str:
        return str(token)

    # ---- header ----------------------------------------------------------------------------

    def header(
        self,
        override: Token | None,
        addon: Token | None,
        kind: ast.Word,
        name: ast.Word | None,
        title: ast.Word | None,
        table: ast.Word | None,
        match: ast.Match | None,
    ) -> ast.Record:
        text = title.text if title else ""
        span = self._line_span()
        return ast.Record(
            kind, name, text, bool(override), bool(addon), match, table, span, self.source
        )

    # ---- plan -------------------------------------------------------------------------------

    def currency(self, word: ast.Word) -> ast.Setting:
        return self._setting("currency", word)

    def timezone(self, word: ast.Word) -> ast.Setting:
        return self._setting("timezone", word)

    def extends(self, word: ast.Word) -> ast.Setting:
        return self._setting("extends", word)

    def drops(self, kind: ast.Word, name: ast.Word) -> ast.Setting:
        return self._setting("drops", kind, name)

    def sold(self, dated: ast.Dated) -> ast.Interval:
        return ast.Interval("sold", self._line_span(), dated)

    def cycle(self, word: ast.Word, day: ast.Number, last: object) -> ast.Setting:
        return self._setting("cycle", word, number=day, flag=last is not None)

    def last_day(self, token: Token) -> object:
        return token

    def cancel_crediting(self) -> ast.Setting:
        return self._setting("crediting unused")

    def cancel_without(self) -> ast.Setting:
        return self._setting("without credit")

    def rounding(self, mode: ast.Word, value: ast.Value, scope: Words) -> ast.Setting:
        return self._setting("rounding", mode, *scope, value=value)

    def scope(self, word: ast.Word) -> Words:
        return (word,)

    def tax_scope(self, word: ast.Word) -> Words:
        return (ast.Word("tax", word.span), word)

    # ---- measures ---------------------------------------------------------------------------

    def unit_equals(self, value: ast.Value) -> ast.Setting:
        return self._setting("equals", value=value)

    def unit_decimals(self, number: ast.Number) -> ast.Setting:
        return self._setting("decimals", number=number)

    def measured(self, word: ast.Word) -> ast.Setting:
        return self._setting("measured", word)

    def negative_rejected(self) -> ast.Setting:
        return self._setting("rejected")

    def negative_as_zero(self) -> ast.Setting:
        return self._setting("zero")

    # ---- places and times --------------------------------------------------------------------

    def prefix(self, digits: ast.Word, title: ast.Word | None) -> ast.Named:
        return ast.Named("prefix", self._line_span(), digits, title.text if title else "")

    def country(self, words: Words) -> ast.Setting:
        return self._setting("country", *words)

    def network_fact(self, words: Words) -> ast.Setting:
        return self._setting("network", *words)

    def includes(self, words: Words) -> ast.Setting:
        return self._setting("includes", *words)

    def holiday(self, day: ast.Day, title: ast.Word | None) -> ast.Named:
        return ast.Named("date", self._line_span(), day, title.text if title else "")

    def otherwise(self) -> ast.Hours:
        return ast.Hours("hours", self._line_span(), otherwise=True)

    def day(self, word: ast.Word) -> tuple[bool, ast.Word]:
        return (False, word)

    def holiday_days(self, word: ast.Word) -> tuple[bool, ast.Word]:
        return (True, word)

    def hours(self, days: tuple[tuple[bool, ast.Word], ...], token: Token) -> ast.Hours:
        span = self._span(token)
        start, end = (self._clock(part, span) for part in token.split("-"))
        return ast.Hours(
            "hours",
            self._line_span(),
            tuple(word for is_holiday, word in days if not is_holiday),
            tuple(word for is_holiday, word in days if is_holiday),
            start,
            end,
        )

    def dates(self, start: ast.Day, through: ast.Day) -> ast.Interval:
        return ast.Interval("dates", self._line_span(), ast.Dated(start, through))

    def except_holidays(self, words: Words) -> ast.Setting:
        return self._setting("except", *words)

    # ---- fees -------------------------------------------------------------------------------

    def _amount(
        self,
        money: ast.Value,
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
        money: ast.Value,
        per: ast.Word,
        who: ast.Word | None,
        timing: ast.Word | None,
        dated: ast.Dated,
    ) -> ast.Amount:
        return self._amount(money, dated, per, who, timing)

    def fee_once(self, money: ast.Value, who: ast.Word | None, dated: ast.Dated) -> ast.Amount:
        return self._amount(money, dated, who=who)

    def not_prorated(self) -> ast.Proration:
        return ast.Proration("prorated", self._line_span(), "not", "")

    def prorated(self, method: str, counting: str | None) -> ast.Proration:
        return ast.Proration("prorated", self._line_span(), method, counting or "")

    def by_day(self) -> str:
        return "day"

    def by_second(self) -> str:
        return "second"

    def by_thirty_actual(self, _token: Token) -> str:
        return "30-day actual"

    def by_thirty_360(self, *_tokens: Token) -> str:
        return "30/360"

    def first_day(self) -> str:
        return "first"

    def last_day_counted(self, _token: Token) -> str:
        return "last"

    def both_days(self, _token: Token) -> str:
        return "both"

    # ---- rates ------------------------------------------------------------------------------

    def billed(
        self,
        steps: tuple[tuple[ast.Value, ast.Value | None], ...],
        per: ast.Word | None,
        window: ast.Word | None,
        edge: object,
    ) -> ast.Billed:
        return ast.Billed("billed", self._line_span(), steps, per, window, edge is not None)

    def blocks(
        self, *steps: tuple[ast.Value, ast.Value | None]
    ) -> tuple[tuple[ast.Value, ast.Value | None], ...]:
        return steps

    def block_step(
        self, size: ast.Value, until: ast.Value | None
    ) -> tuple[ast.Value, ast.Value | None]:
        return size, until

    def edge(self, token: Token) -> object:
        return token

    def minimum(self, value: ast.Value, per: ast.Word) -> ast.Setting:
        return self._setting("minimum", per, value=value)

    def maximum(self, value: ast.Value, per: ast.Word, then: ast.Word | None) -> ast.Setting:
        return self._setting("maximum", per, then, value=value)

    def event_fee(self, token: Token) -> str:
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
        first: ast.Value | None,
        window: ast.Word | None,
        dated: ast.Dated,
    ) -> ast.Price:
        return ast.Price("price", self._line_span(), price, first, window, dated)

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

    def free_first(self, value: ast.Value, of: ast.Word | None, per: ast.Word) -> ast.FreeFirst:
        return ast.FreeFirst("free", self._line_span(), value, of, per)

    def grace(self, value: ast.Value, per: ast.Word) -> ast.Setting:
        return self._setting("grace", per, value=value)

    def unanswered(self, word: ast.Word) -> ast.Setting:
        return self._setting("unanswered", word)

    def adds_to(self, word: ast.Word) -> ast.Setting:
        return self._setting("adds", word)

    def tiers(
        self, mode: ast.Word, per: ast.Word, who: ast.Word | None, counting: ast.Word
    ) -> ast.Tiers:
        return ast.Tiers("tiers", self._line_span(), mode, per, who, counting)

    def up_to(self, value: ast.Value) -> ast.Bound:
        return ast.Bound("up to", value, value.span)

    def below(self, value: ast.Value) -> ast.Bound:
        return ast.Bound("below", value, value.span)

    def above(self) -> ast.Bound:
        return ast.Bound("above", None, self._line_span())

    def flat(self, money: ast.Value, at_zero: object) -> ast.Flat:
        return ast.Flat(money, at_zero is not None)

    def at_zero(self, token: Token) -> object:
        return token

    def tier_unit(self, price: ast.UnitPrice, flat: ast.Flat | None) -> tuple[Any, Any, bool]:
        return price, flat, False

    def tier_flat(self, flat: ast.Flat) -> tuple[Any, Any, bool]:
        return None, flat, False

    def tier_rejected(self) -> tuple[Any, Any, bool]:
        return None, None, True

    def tier(self, bound: ast.Bound, price: tuple[Any, Any, bool], dated: ast.Dated) -> ast.Tier:
        return ast.Tier("tier", self._line_span(), bound, *price, dated)

    def across_split(self, increments: ast.Word) -> ast.Setting:
        return self._setting("split", increments)

    def across_start(self) -> ast.Setting:
        return self._setting("start")

    # ---- allowances and caps ------------------------------------------------------------------

    def grant(
        self, value: ast.Value, per: ast.Word, who: ast.Word | None, dated: ast.Dated
    ) -> ast.Grant:
        return ast.Grant("grant", self._line_span(), value, per, who, dated)

    def covers(
        self,
        match: ast.Match,
        window: ast.Word | None,
        factor: tuple[ast.Value, ast.Value] | None,
    ) -> ast.Covers:
        return ast.Covers("covers", self._line_span(), match, window, factor)

    def factor(self, counted: ast.Value, as_value: ast.Value) -> tuple[ast.Value, ast.Value]:
        return counted, as_value

    def draws(self, word: ast.Word, steps: ast.Value | None) -> ast.Setting:
        return self._setting("draws", word, value=steps)

    def in_steps(self, value: ast.Value) -> ast.Value:
        return value

    def pooled(self, word: ast.Word) -> ast.Setting:
        return self._setting("pooled", word)

    def member_limit(self, value: ast.Value, per: ast.Word) -> ast.Setting:
        return self._setting("limit", per, value=value)

    def waived_first(self, number: ast.Number, span_word: ast.Word) -> ast.Setting:
        return self._setting("waived", span_word, number=number)

    def reduced_to(self, value: ast.Value, number: ast.Number, span_word: ast.Word) -> ast.Setting:
        return self._setting("reduced", span_word, number=number, value=value)

    def lasts(self, number: ast.Number, span_word: ast.Word) -> ast.Setting:
        return self._setting("lasts", span_word, number=number)

    def ends_split(self) -> ast.Setting:
        return self._setting("split")

    def ends_whole(self) -> ast.Setting:
        return self._setting("whole event")

    def allowance_setup(self, word: ast.Word) -> ast.Setting:
        return self._setting("setup", word)

    def rollover(
        self,
        count: ast.Number,
        span_word: ast.Word,
        limit: ast.Value | None,
        used: ast.Word | None,
    ) -> ast.Rollover:
        return ast.Rollover("rollover", self._line_span(), count, span_word, limit, used)

    def after_own(self) -> ast.After:
        return ast.After("after", self._line_span(), "own rate", None)

    def after_blocked(self) -> ast.After:
        return ast.After("after", self._line_span(), "blocked", None)

    def after_price(self, price: ast.UnitPrice) -> ast.After:
        return ast.After("after", self._line_span(), "price", price)

    def cap_amount(
        self, money: ast.Value, per: ast.Word, of: Words, around: ast.Word, dated: ast.Dated
    ) -> ast.Amount:
        return self._amount(money, dated, per, of=of, around_tax=around)

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

    # ---- discounts and taxes -------------------------------------------------------------------

    def discount_percent(self, percent: ast.Number, of: Words, dated: ast.Dated) -> ast.Percent:
        return ast.Percent("percent", self._line_span(), percent, of, dated)

    def tax_percent(self, percent: ast.Number, of: Words | None, dated: ast.Dated) -> ast.Percent:
        return ast.Percent("percent", self._line_span(), percent, of or (), dated)

    def discount_amount(self, money: ast.Value, of: Words, dated: ast.Dated) -> ast.Amount:
        return self._amount(money, dated, of=of)

    def tax_amount(self, money: ast.Value, per: ast.Word, dated: ast.Dated) -> ast.Amount:
        return self._amount(money, dated, per)

    def tax_base(self, percent: ast.Number, of: Words) -> ast.Setting:
        return self._setting("base", *of, number=percent)

    def applies(self, word: ast.Word) -> ast.Setting:
        return self._setting("applies", word)

    def limit(self, value: ast.Value) -> ast.Setting:
        return self._setting("limit", value=value)

    def shown(self, first: ast.Word, second: ast.Word) -> ast.Setting:
        return self._setting("shown", first, second)

    # ---- conditions ----------------------------------------------------------------------------

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
        self, attribute: ast.Word, operator: Token, number: ast.Number, unit: ast.Word | None
    ) -> ast.Test:
        last = unit.span if unit else number.span
        span = self._join(attribute.span, last)
        return ast.Test(attribute, str(operator), (), number, unit, span)

    # ---- tests ---------------------------------------------------------------------------------

    def test_on(self, day: ast.Day, time: ast.Clock | None) -> ast.Moment:
        return ast.Moment("on", self._line_span(), day, time)

    def invoice(self, day: ast.Day) -> ast.Moment:
        return ast.Moment("invoice", self._line_span(), day, None)

    def _given(self, variant: str, **parts: Any) -> ast.Given:
        known = {"subject": None, "value": None, "number": None, "day": None, "literal": None}
        return ast.Given("given", self._line_span(), variant, **{**known, "used": False, **parts})

    def given_started(self, day: ast.Day) -> ast.Given:
        return self._given("started", day=day)

    def given_ended(self, day: ast.Day) -> ast.Given:
        return self._given("ended", day=day)

    def given_count(self, number: ast.Number, noun: ast.Word) -> ast.Given:
        return self._given("count", number=number, subject=noun)

    def given_value(self, subject: ast.Word, value: ast.Value, used: Token | None) -> ast.Given:
        return self._given("value", subject=subject, value=value, used=used is not None)

    def given_attribute(self, subject: ast.Word, literal: ast.Word) -> ast.Given:
        return self._given("attribute", subject=subject, literal=literal)

    def given_held(self, number: ast.Number, item: ast.Word) -> ast.Given:
        return self._given("held", number=number, subject=item)

    def act_add(self, number: ast.Number | None, item: ast.Word, day: ast.Day) -> ast.Act:
        return ast.Act("act", self._line_span(), "add", number, item, day)

    def act_remove(self, number: ast.Number | None, item: ast.Word, day: ast.Day) -> ast.Act:
        return ast.Act("act", self._line_span(), "remove", number, item, day)

    def act_cancel(self, day: ast.Day) -> ast.Act:
        return ast.Act("act", self._line_span(), "cancel", None, None, day)

    def moment(self, day: ast.Day, time: ast.Clock, fold: ast.Word | None) -> tuple[Any, ...]:
        return day, time, fold

    def times(self, number: ast.Number) -> ast.Number:
        return number

    def attribute(self, name: ast.Word, value: ast.Word) -> tuple[ast.Word, ast.Word]:
        return name, value

    def attributes(
        self, *pairs: tuple[ast.Word, ast.Word]
    ) -> tuple[tuple[ast.Word, ast.Word], ...]:
        return pairs

    def event(
        self,
        match: ast.Match,
        quantity: ast.Value | None,
        moment: tuple[Any, ...] | None,
        line: ast.Word | None,
        times: ast.Number | None,
        attributes: tuple[tuple[ast.Word, ast.Word], ...] | None,
    ) -> ast.EventFact:
        day, time, fold = moment or (None, None, None)
        return ast.EventFact(
            *("event", self._line_span(), match, quantity, day, time, fold, line, times),
            attributes=attributes or (),
        )

    def expect_value(self, what: ast.Word, value: ast.Value) -> ast.Expect:
        return ast.Expect("expect", self._line_span(), what, None, value)

    def expect_record(self, what: ast.Word, record: ast.Word, value: ast.Value) -> ast.Expect:
        return ast.Expect("expect", self._line_span(), what, record, value)

    def expect_word(self, what: ast.Word, record: ast.Word) -> ast.Expect:
        return ast.Expect("expect", self._line_span(), what, record, None)

    def expect_nothing(self, what: ast.Word) -> ast.Expect:
        return ast.Expect("expect", self._line_span(), what, None, None)
