"""Builds words, numbers and values, and knows the place of each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ratedsl.lang import ast
from ratedsl.lang.source import Row, Source, Span
from ratedsl.lang.words import Lexeme

Words = tuple[ast.Word, ...]

_new_tuple = tuple.__new__


class ValueBuilder:
    """Builds what facts are made of, of the line that was set last."""

    PLAIN = frozenset(("word", "digits", "network", "place"))
    """The rules of which each makes one word what it is, a word."""

    source: Source
    line: tuple[int, int]

    def set_line(self, source: Source, start: int, end: int, row: Row | None) -> None:
        """Say of which line, its `row`, words come from now on, between two offsets of a source."""
        self.source = source
        self.line = (start, end)
        self._row = row
        self._whole: Span | None = None

    def place_of(self, start: int, end: int) -> Span:
        """Where a word of the line stands, by its offsets."""
        row = self._row
        if row is None:
            return self.source.span(start, end)
        path, line, before = row
        # A word ends on its line, so its span need not be cut there; this is made most often.
        return _new_tuple(Span, (path, line, start - before, end - before))

    def _span(self, word: Lexeme) -> Span:
        return self.place_of(word.start, word.start + len(word))

    def _line_span(self) -> Span:
        if self._whole is None:
            (start, end), row = self.line, self._row
            self._whole = (
                self.source.span(start, end)
                if row is None
                else Span(row.path, row.line, start - row.before, end - row.before)
            )
        return self._whole

    def _join(self, first: Span, last: Span) -> Span:
        # A part may stand in the cell of a table and the rest in the fact that names it.
        path, line, column, _ = first
        return Span(path, line, column, last.end) if line == last.line else first

    def _keyword(self) -> str:
        return self.source.text[self.line[0] : self.line[1]].split(None, 1)[0]

    def _setting(self, variant: str, *words: ast.Word | None, **rest: Any) -> ast.Setting:
        given = tuple(word for word in words if word is not None)
        return ast.Setting(self._keyword(), self._line_span(), variant, given, **rest)

    def word(self, token: Lexeme) -> ast.Word:
        return ast.Word(str(token), self._span(token))

    digits = network = place = word

    def string(self, token: Lexeme) -> ast.Word:
        return ast.Word(str(token)[1:-1], self._span(token))

    def literal(self, token: Lexeme) -> ast.Word:
        return self.string(token) if token.kind == "STRING" else self.word(token)

    def words(self, *words: ast.Word) -> Words:
        return words

    places = networks = days = literals = words

    def number(self, token: Lexeme) -> ast.Number:
        text = str(token).removesuffix("%")
        return ast.Number(Decimal(text), text, self._span(token))

    percent = number

    def value(self, number: Lexeme, unit: Lexeme) -> ast.Value:
        amount, word = self.number(number), self.word(unit)
        return ast.Value(amount, word, self._join(amount.span, word.span))

    def date(self, token: Lexeme) -> ast.Day:
        year, month, day = (int(part) for part in token.split("-"))
        try:
            value = date(year, month, day) if 1900 <= year <= 2999 else None
        except ValueError:
            value = None
        return ast.Day(value, self._span(token))

    def time(self, token: Lexeme) -> ast.Clock:
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

    def block(self, token: Lexeme) -> str:
        return str(token)
