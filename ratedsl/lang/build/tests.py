"""Builds the facts of inline tests."""

from __future__ import annotations

from typing import Any

from ratedsl.lang import ast
from ratedsl.lang.build.values import ValueBuilder, Words
from ratedsl.lang.words import Lexeme


class TestBuilder(ValueBuilder):
    """Builds the facts of inline tests."""

    def test_on(self, day: ast.Day, time: ast.Clock | None) -> ast.Moment:
        return ast.Moment("on", self._line_span(), day, time)

    def invoice(self, day: ast.Day) -> ast.Moment:
        return ast.Moment("invoice", self._line_span(), day, None)

    def _given(self, variant: str, **parts: Any) -> ast.Given:
        known = {"subject": None, "value": None, "number": None, "day": None, "literal": None}
        return ast.Given("given", self._line_span(), variant, **{**known, "used": False, **parts})

    def given_started(self, day: ast.Day, line: ast.Word | None) -> ast.Given:
        return self._given("started", day=day, line=line)

    def given_ended(self, day: ast.Day, line: ast.Word | None) -> ast.Given:
        return self._given("ended", day=day, line=line)

    def given_invoiced(self, money: ast.Value) -> ast.Given:
        return self._given("invoiced", value=money)

    def given_owed(self, money: ast.Value, day: ast.Day, due: ast.Day | None) -> ast.Given:
        return self._given("owed", value=money, day=day, until=due)

    def given_paid(self, money: ast.Value, day: ast.Day) -> ast.Given:
        return self._given("paid", value=money, day=day)

    def given_deposit(
        self, money: ast.Value, day: ast.Day, end: tuple[str, ast.Day] | None
    ) -> ast.Given:
        what, until = end or ("held", None)
        return self._given(f"deposit {what}", value=money, day=day, until=until)

    def deposit_applied(self, day: ast.Day) -> tuple[str, ast.Day]:
        return "applied", day

    def deposit_returned(self, day: ast.Day) -> tuple[str, ast.Day]:
        return "returned", day

    def given_count(self, number: ast.Number, noun: ast.Word) -> ast.Given:
        return self._given("count", number=number, subject=noun)

    def given_value(
        self, subject: ast.Word, value: ast.Value, used: Lexeme | None, line: ast.Word | None
    ) -> ast.Given:
        return self._given("value", subject=subject, value=value, used=used is not None, line=line)

    def given_session(self, session: ast.Word, value: ast.Value) -> ast.Given:
        return self._given("session", literal=session, value=value)

    def given_attribute(
        self, subject: ast.Word, literal: ast.Word, line: ast.Word | None
    ) -> ast.Given:
        return self._given("attribute", subject=subject, literal=literal, line=line)

    def given_held(self, number: ast.Number, item: ast.Word, line: ast.Word | None) -> ast.Given:
        return self._given("held", number=number, subject=item, line=line)

    def act_add(
        self, number: ast.Number | None, item: ast.Word, day: ast.Day, line: ast.Word | None
    ) -> ast.Act:
        return ast.Act("act", self._line_span(), "add", number, item, day, line)

    def act_remove(
        self, number: ast.Number | None, item: ast.Word, day: ast.Day, line: ast.Word | None
    ) -> ast.Act:
        return ast.Act("act", self._line_span(), "remove", number, item, day, line)

    def act_cancel(self, day: ast.Day, line: ast.Word | None) -> ast.Act:
        return ast.Act("act", self._line_span(), "cancel", None, None, day, line)

    def act_credit(
        self,
        money: ast.Value,
        record: ast.Word,
        supplied: ast.Day | None,
        day: ast.Day,
        line: ast.Word | None,
    ) -> ast.Act:
        span = self._line_span()
        return ast.Act("act", span, "credit", None, record, day, line, supplied, money)

    def supplied(self, day: ast.Day) -> ast.Day:
        return day

    def of_line(self, line: ast.Word) -> ast.Word:
        return line

    def on_bill(self, day: ast.Day) -> ast.Day:
        return day

    def columns(self, words: Words) -> ast.Columns:
        return ast.Columns("columns", self._line_span(), words)

    def act_change(self, plan: ast.Word, day: ast.Day, line: ast.Word | None) -> ast.Act:
        return ast.Act("act", self._line_span(), "change", None, plan, day, line=line)

    def act_suspend(self, day: ast.Day, through: ast.Day, line: ast.Word | None) -> ast.Act:
        return ast.Act(
            "act", self._line_span(), "suspend", None, None, day, through=through, line=line
        )

    def act_top_up(
        self,
        wallet: ast.Word,
        money: ast.Value,
        day: ast.Day,
        time: ast.Clock | None,
        line: ast.Word | None,
    ) -> ast.TopUp:
        return ast.TopUp("act", self._line_span(), wallet, money, day, time, line)

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
        session: ast.Word | None,
        times: ast.Number | None,
        attributes: tuple[tuple[ast.Word, ast.Word], ...] | None,
        arriving: ast.Day | None,
    ) -> ast.EventFact:
        day, time, fold = moment or (None, None, None)
        pairs = attributes or ()
        if session is not None:
            pairs = (*pairs, (ast.Word("session", session.span), session))
        return ast.EventFact(
            *("event", self._line_span(), match, quantity, day, time, fold, line, times),
            attributes=pairs,
            arriving=arriving,
        )

    def expect_next_cycle(self, day: ast.Day) -> ast.Expect:
        span = self._line_span()
        return ast.Expect("expect", span, ast.Word("next cycle", span), None, None, day=day)

    def expect_owed_to(self, party: ast.Word, value: ast.Value, bill: ast.Day | None) -> ast.Expect:
        return self._expect(ast.Word("owed to", party.span), party, value, None, bill)

    def expect_owed_by(self, party: ast.Word, value: ast.Value, bill: ast.Day | None) -> ast.Expect:
        return self._expect(ast.Word("owed by", party.span), party, value, None, bill)

    def _expect(
        self,
        what: ast.Word,
        record: ast.Word | None,
        value: ast.Value | None,
        line: ast.Word | None = None,
        bill: ast.Day | None = None,
    ) -> ast.Expect:
        return ast.Expect("expect", self._line_span(), what, record, value, line, bill)

    def expect_value(
        self, what: ast.Word, value: ast.Value, line: ast.Word | None, bill: ast.Day | None
    ) -> ast.Expect:
        return self._expect(what, None, value, line, bill)

    def expect_record(
        self,
        what: ast.Word,
        record: ast.Word,
        value: ast.Value,
        line: ast.Word | None,
        bill: ast.Day | None,
    ) -> ast.Expect:
        return self._expect(what, record, value, line, bill)

    def expect_word(
        self, what: ast.Word, record: ast.Word, line: ast.Word | None, bill: ast.Day | None
    ) -> ast.Expect:
        return self._expect(what, record, None, line, bill)

    def expect_nothing(self, what: ast.Word) -> ast.Expect:
        return self._expect(what, None, None)
