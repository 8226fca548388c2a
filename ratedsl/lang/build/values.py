"""Builds words, numbers and values, and knows the place of each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from lark import Token, Transformer, v_args

from ratedsl.lang import ast
from ratedsl.lang.source import Source, Span

Words = tuple[ast.Word, ...]


@v_args(inline=True)
class ValueBuilder(Transformer[Token, Any]):
    """Builds what facts are made of. `source` and `line` are set before each parse."""

    source: Source
    line: tuple[int, int]

    def _span(self, token: Token) -> Span:
        start = token.start_pos
        assert start is not None
        return self.source.span(start, start + len(token))

    def _line_span(self) -> Span:
        return self.source.span(*self.line)

    def _join(self, first: Span, last: Span) -> Span:
        # A part may stand in the cell of a table and the rest in the fact that names it.
        return first._replace(end=last.end) if first.line == last.line else first

    def _keyword(self) -> str:
        return self.source.text[self.line[0] : self.line[1]].split(None, 1)[0]

    def _setting(self, variant: str, *words: ast.Word | None, **rest: Any) -> ast.Setting:
        given = tuple(word for word in words if word is not None)
        return ast.Setting(self._keyword(), self._line_span(), variant, given, **rest)

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
