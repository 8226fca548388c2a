"""The words of a line for lark, told apart by what can stand at each place.

Lark's own contextual lexer compiles a regular expression for each of the grammar's states,
which takes longer than a whole check may.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lark import Token, UnexpectedCharacters
from lark.common import LexerConf
from lark.lexer import Lexer, LexerState

from ratedsl.lang.words import next_word


class LineLexer(Lexer):
    """Yields the tokens of one line; a character that begins none is reported in its place."""

    __future_interface__ = 2

    def __init__(self, conf: LexerConf) -> None:
        self._keywords = {
            terminal.pattern.value: terminal.name
            for terminal in conf.terminals
            if terminal.pattern.type == "str"
        }

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Token]:
        """The tokens, each judged by the state that the parser is in when it is asked for."""
        text, end = lexer_state.text.text[: lexer_state.text.end], lexer_state.text.end
        states = parser_state.parse_conf.states
        while True:
            # Kept in the state, so that reading goes on after an error that was mended.
            position = lexer_state.line_ctr.char_pos
            while position < end and text[position] in " \t":
                position += 1
            if position >= end:
                return
            accepted = states[parser_state.position]
            word = next_word(text, position, accepted, self._keywords)
            if word is None:
                raise UnexpectedCharacters(text, position, 1, 1, set(accepted))  # type: ignore[no-untyped-call]
            kind, stop = word
            token = Token(kind, text[position:stop], position, end_pos=stop)
            lexer_state.line_ctr.char_pos = stop
            lexer_state.last_token = token
            yield token
