"""Builds the facts of inline tests."""

from __future__ import annotations

from typing import Any

from lark import Token, v_args

from ratedsl.lang import ast
from ratedsl.lang.build.values import ValueBuilder


@v_args(inline=True)
class TestBuilder(ValueBuilder):
    """Builds the facts of inline tests."""

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

    def columns(self, words: Words) -> ast.Columns:
        return ast.Columns("columns", self._line_span(), words)

    def moment(self, day: ast.Day, time: ast.Clock, fold: ast.Word | None) -> tuple[Any, ...]:
        return day, time, fold

    def times(self, number: ast.Number) -> ast.Number:
        return number

    def attribute(self, name: ast.Word, value: ast.Word | ast.Value) -> tuple[ast.Word, ast.Word]:
        if isinstance(value, ast.Value):
            return name, ast.Word(f"{value.number.text} {value.unit.text}", value.span)
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

    def expect_next_cycle(self, day: ast.Day) -> ast.Expect:
        span = self._line_span()
        return ast.Expect("expect", span, ast.Word("next cycle", span), None, None, day)

    def expect_value(self, what: ast.Word, value: ast.Value) -> ast.Expect:
        return ast.Expect("expect", self._line_span(), what, None, value)

    def expect_record(self, what: ast.Word, record: ast.Word, value: ast.Value) -> ast.Expect:
        return ast.Expect("expect", self._line_span(), what, record, value)

    def expect_word(self, what: ast.Word, record: ast.Word) -> ast.Expect:
        return ast.Expect("expect", self._line_span(), what, record, None)

    def expect_nothing(self, what: ast.Word) -> ast.Expect:
        return ast.Expect("expect", self._line_span(), what, None, None)
