"""Colours for `.rate` text wherever Pygments is used: documents, sites, `rich`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pygments.lexer import Lexer
from pygments.token import Token as Tokens
from pygments.token import _TokenType

from ratedsl.lang.highlight import Kind, tokens

TYPES: dict[Kind, _TokenType] = {
    Kind.COMMENT: Tokens.Comment.Single,
    Kind.STRING: Tokens.Literal.String.Double,
    Kind.RECORD: Tokens.Keyword.Declaration,
    Kind.NAME: Tokens.Name.Entity,
    Kind.FACT: Tokens.Keyword,
    Kind.WORD: Tokens.Operator.Word,
    Kind.DATE: Tokens.Literal.Date,
    Kind.TIME: Tokens.Literal.Date,
    Kind.MONEY: Tokens.Literal.Number.Float,
    Kind.PERCENT: Tokens.Literal.Number.Float,
    Kind.QUANTITY: Tokens.Literal.Number.Integer,
    Kind.PREFIX: Tokens.Literal.Number.Integer.Long,
    Kind.ID: Tokens.Name,
}
"""The Pygments type of each kind of word."""


class RateLexer(Lexer):
    """The words of a `.rate` file as the app colours them: both read `highlight.tokens`."""

    name = "ratedsl"
    url = "https://github.com/ratedsl/ratedsl"
    aliases: ClassVar[list[str]] = ["rate", "ratedsl"]
    filenames: ClassVar[list[str]] = ["*.rate"]
    mimetypes: ClassVar[list[str]] = ["text/x-ratedsl"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        """Every character of the text once: its place, its type, itself."""
        offset = 0
        for line in text.splitlines(keepends=True):
            position = 0
            for kind, start, end in tokens(line.rstrip("\r\n")):
                if start > position:
                    yield offset + position, Tokens.Text.Whitespace, line[position:start]
                yield offset + start, TYPES[kind], line[start:end]
                position = end
            if position < len(line):
                yield offset + position, Tokens.Text.Whitespace, line[position:]
            offset += len(line)
