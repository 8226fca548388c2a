"""Builds the facts of a plan's frame, of places and of times."""

from __future__ import annotations

from ratedsl.lang import ast
from ratedsl.lang.build.values import ValueBuilder, Words
from ratedsl.lang.words import Lexeme


class FrameBuilder(ValueBuilder):
    """Builds the facts of a plan's frame, of places and of times."""

    # ---- plan --------------------------------------------------------------------------------

    def currency(self, word: ast.Word) -> ast.Setting:
        return self._setting("currency", word)

    def timezone(self, word: ast.Word, other: ast.Word | None) -> ast.Setting:
        return self._setting("timezone", word, other)

    def extends(self, word: ast.Word) -> ast.Setting:
        return self._setting("extends", word)

    def drops(self, kind: ast.Word, name: ast.Word) -> ast.Setting:
        return self._setting("drops", kind, name)

    def sold(self, dated: ast.Dated) -> ast.Interval:
        return ast.Interval("sold", self._line_span(), dated)

    def cycle(
        self, word: ast.Word, day: ast.Number, month: ast.Word | None, last: object
    ) -> ast.Setting:
        return self._setting("on day", word, month, number=day, flag=last is not None)

    def cycle_from_activation(self, word: ast.Word) -> ast.Setting:
        return self._setting("from activation", word)

    def cycle_every(self, number: ast.Number, unit: ast.Word) -> ast.Setting:
        return self._setting("every", unit, number=number)

    def bills_on_cycle(self) -> ast.Setting:
        return self._setting("on cycle")

    def bills_at_once(self, of: Words, compare: Lexeme, money: ast.Value) -> ast.Setting:
        words = (*of, ast.Word(str(compare), self._span(compare)))
        return self._setting("at once", *words, value=money)

    def late_on_next(self) -> ast.Setting:
        return self._setting("next invoice")

    def late_by_correction(self) -> ast.Setting:
        return self._setting("correction")

    def trial(self, number: ast.Number, unit: ast.Word, usage: ast.Word | None) -> ast.Setting:
        return self._setting("trial", unit, usage, number=number)

    def last_day(self, token: Lexeme) -> object:
        return token

    def cancel_crediting(self) -> ast.Setting:
        return self._setting("crediting unused")

    def cancel_without(self) -> ast.Setting:
        return self._setting("without credit")

    def credit_unused(self) -> str:
        return "crediting unused"

    def credit_nothing(self) -> str:
        return "without credit"

    def change_at_once(self, credit: str | None, allowances: ast.Word | None) -> ast.Change:
        return ast.Change("change", self._line_span(), "once", None, credit or "", allowances)

    def change_at_end(
        self, span: ast.Word, credit: str | None, allowances: ast.Word | None
    ) -> ast.Change:
        return ast.Change("change", self._line_span(), "end", span, credit or "", allowances)

    def suspend(self, charging: ast.Word, allowances: ast.Word | None) -> ast.Setting:
        return self._setting("suspend", charging, allowances)

    def keeps(self, value: ast.Value | None) -> ast.Setting:
        return self._setting("keeps", value=value)

    def due(self, number: ast.Number, unit: ast.Word, _after: Lexeme) -> ast.Setting:
        return self._setting("due", unit, number=number)

    def late_amount(
        self, value: ast.Value, _after: Lexeme, number: ast.Number, unit: ast.Word
    ) -> ast.Late:
        return ast.Late("late", self._line_span(), value, None, number, unit)

    def late_share(
        self, percent: ast.Number, _after: Lexeme, number: ast.Number, unit: ast.Word
    ) -> ast.Late:
        return ast.Late("late", self._line_span(), None, percent, number, unit)

    def deposits_earn(self, percent: ast.Number) -> ast.Setting:
        return self._setting("deposits", number=percent)

    # ---- issuer ------------------------------------------------------------------------------

    def address(self, text: ast.Word) -> ast.Setting:
        return self._setting("address", text)

    def contact(self, text: ast.Word) -> ast.Setting:
        return self._setting("contact", text)

    def tax_number(self, text: ast.Word) -> ast.Setting:
        return self._setting("tax number", text)

    # ---- issuer and contract -------------------------------------------------------------------

    def stated(self, word: ast.Word) -> ast.Setting:
        return self._setting("", word)

    def speed(self, value: ast.Value, kind: ast.Word) -> ast.Setting:
        return self._setting("", kind, value=value)

    def contract_value(self, value: ast.Value) -> ast.Setting:
        return self._setting("", value=value)

    def no_equipment(self) -> ast.Setting:
        return self._setting("none")

    def moves(self, day: ast.Day) -> ast.Moved:
        return ast.Moved("moves", self._line_span(), day)

    def rounding(
        self, mode: ast.Word, value: ast.Value, scope: Words, never: object = None
    ) -> ast.Setting:
        return self._setting("rounding", mode, *scope, value=value, flag=never is not None)

    def group_rounding(
        self, mode: ast.Word, value: ast.Value, group: ast.Word, never: object
    ) -> ast.Setting:
        return self._setting("group", mode, group, value=value, flag=never is not None)

    def scope(self, word: ast.Word) -> Words:
        return (word,)

    def tax_scope(self, word: ast.Word) -> Words:
        return (ast.Word("tax", word.span), word)

    # ---- measures ----------------------------------------------------------------------------

    def unit_equals(self, value: ast.Value) -> ast.Setting:
        return self._setting("equals", value=value)

    def unit_decimals(self, number: ast.Number) -> ast.Setting:
        return self._setting("decimals", number=number)

    def measured(self, word: ast.Word) -> ast.Setting:
        return self._setting("measured", word)

    def measured_by(
        self,
        unit: ast.Word,
        how: ast.Word,
        percent: ast.Number | None,
        count: ast.Number | None,
        per: ast.Word | None,
        empty: ast.Word | None,
    ) -> ast.Measured:
        span = self._line_span()
        return ast.Measured("measured", span, unit, how, percent, count, per, empty)

    def empty(self, word: ast.Word) -> ast.Word:
        return word

    def attribute_in(self, name: ast.Word, unit: ast.Word) -> ast.Setting:
        return self._setting("in", name, unit)

    def attribute_one_of(self, name: ast.Word, values: Words) -> ast.Setting:
        return self._setting("one of", name, *values)

    def attribute_kind(self, name: ast.Word, kind: ast.Word) -> ast.Setting:
        return self._setting("kind", name, kind)

    def negative_rejected(self) -> ast.Setting:
        return self._setting("rejected")

    def negative_as_zero(self) -> ast.Setting:
        return self._setting("zero")

    def negative_credited(self) -> ast.Setting:
        return self._setting("credited")

    # ---- places and times --------------------------------------------------------------------

    def prefix(self, digits: ast.Word, title: ast.Word | None) -> ast.Named:
        return ast.Named("prefix", self._line_span(), digits, title.text if title else "")

    def prefix_range(
        self, first: ast.Word, last: ast.Word, title: ast.Word | None
    ) -> ast.PrefixRange:
        return ast.PrefixRange(
            "prefix", self._line_span(), first, last, title.text if title else ""
        )

    def except_prefix(self, digits: ast.Word, title: ast.Word | None) -> ast.Named:
        return ast.Named("except", self._line_span(), digits, title.text if title else "")

    def own_lines(self, word: ast.Word) -> ast.Setting:
        return self._setting("lines", word)

    def home(self, words: Words) -> ast.Setting:
        return self._setting("home", *words)

    def offers(self, match: ast.Match, tests: tuple[ast.Test, ...] | None) -> ast.Offers:
        return ast.Offers("offers", self._line_span(), match, tests or ())

    def country(self, words: Words) -> ast.Setting:
        return self._setting("country", *words)

    def network_fact(self, words: Words) -> ast.Setting:
        return self._setting("network", *words)

    def includes(self, words: Words) -> ast.Setting:
        return self._setting("includes", *words)

    def holiday(self, day: ast.Day, title: ast.Word | None) -> ast.Named:
        return ast.Named("date", self._line_span(), day, title.text if title else "")

    def side(self, token: Lexeme) -> str:
        return str(token)

    def easter_day(
        self, value: ast.Value | None, side: str | None, title: ast.Word | None
    ) -> ast.Setting:
        return self._setting(side or "on", title, value=value)

    def otherwise(self) -> ast.Hours:
        return ast.Hours("hours", self._line_span(), otherwise=True)

    def day(self, word: ast.Word) -> tuple[bool, ast.Word]:
        return (False, word)

    def holiday_days(self, word: ast.Word) -> tuple[bool, ast.Word]:
        return (True, word)

    def hours(self, days: tuple[tuple[bool, ast.Word], ...], token: Lexeme) -> ast.Hours:
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
