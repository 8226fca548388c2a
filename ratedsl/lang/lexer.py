"""The words of a line for the parser, told apart by what can stand at each place.

Lark's own contextual lexer compiles a regular expression for each of the grammar's states,
which takes longer than a whole check may. Here a line is read once, by a few patterns, and a
word is a keyword only where the parser accepts that keyword.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lark import Token, UnexpectedCharacters
from lark.common import LexerConf
from lark.lexer import Lexer, LexerState

# What begins with a digit or a sign, most special first; the first that fits is taken.
_NUMERIC = (
    ("HOURS", r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"),
    ("TIME", r"\d{1,2}:\d{2}(?::\d{2})?"),
    ("DATE", r"\d{4}-\d{1,2}-\d{1,2}"),
    ("THIRTY_DAY", r"30-day\b"),
    ("THIRTY_360", r"30/360\b"),
    ("SLICE", r"\d{1,3}-[0-9A-Fa-f]{6}(?!\w)"),
    ("NETWORK", r"\d{3}-\d{2,3}(?!\d)"),
    ("PERCENT", r"\d+(?:\.\d+)?%"),
    ("PREFIX", r"\+\d+"),
    ("NUMBER", r"-?\d+(?:\.\d+)?"),
)
_NAME = re.compile(r"[^\W\d]\w*(?:[-./]\w+)*")
_STRING = re.compile(r'"[^"]*"')
_COMPARE = re.compile(r"[<>]=?")


class LineLexer(Lexer):
    """Yields the tokens of one line; a character that begins none is reported in its place."""

    __future_interface__ = 2

    def __init__(self, conf: LexerConf) -> None:
        self._keywords = {
            terminal.pattern.value: terminal.name
            for terminal in conf.terminals
            if terminal.pattern.type == "str"
        }
        self._numeric = tuple((name, re.compile(pattern)) for name, pattern in _NUMERIC)

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Token]:
        """The tokens, each judged by the state that the parser is in when it is asked for."""
        text, end = lexer_state.text.text, lexer_state.text.end
        states = parser_state.parse_conf.states
        while True:
            # Kept in the state, so that reading goes on after an error that was mended.
            position = lexer_state.line_ctr.char_pos
            while position < end and text[position] in " \t":
                position += 1
            if position >= end:
                return
            accepted = states[parser_state.position]
            kind, stop = self.next_word(text, position, end, accepted)
            token = Token(kind, text[position:stop], position, end_pos=stop)
            lexer_state.line_ctr.char_pos = stop
            lexer_state.last_token = token
            yield token

    def next_word(self, text: str, position: int, end: int, accepted: Any) -> tuple[str, int]:
        """The kind of the word at a position, and where it stops."""
        first = text[position]
        found = _NAME.match(text, position, end)
        if found is not None:
            keyword = self._keywords.get(found.group(), "NAME")
            return (keyword if keyword in accepted else "NAME"), found.end()
        if first.isdigit() or first in "+-":
            matching = [
                (name, match.end())
                for name, pattern in self._numeric
                if (match := pattern.match(text, position, end)) is not None
            ]
            for name, stop in matching:
                if name in accepted:
                    return name, stop
            if matching:
                return matching[0]
        found = _STRING.match(text, position, end)
        if found is not None:
            return "STRING", found.end()
        found = _COMPARE.match(text, position, end)
        if found is not None:
            return "COMPARE", found.end()
        if first in ",/":
            return "COMMA" if first == "," else "SLASH", position + 1
        raise UnexpectedCharacters(text, position, 1, 1, set(accepted))  # type: ignore[no-untyped-call]
