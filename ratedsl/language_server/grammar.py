"""What can follow the beginning of a line, asked of the parser itself."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Token

# For each kind of word one that reads as it, to complete a line with.
_SAMPLES = {
    "NAME": "zq",
    "NUMBER": "1",
    "STRING": '"x"',
    "DATE": "2026-01-01",
    "TIME": "00:00",
    "HOURS": "00:00-01:00",
    "PERCENT": "1%",
    "PREFIX": "+1",
    "NETWORK": "001-01",
    "SLICE": "1-000001",
    "COMPARE": ">=",
    "COMMA": ",",
    "SLASH": "/",
    "THIRTY_DAY": "30-day",
    "THIRTY_360": "30/360",
}
_MOST_STATES = 200
# What a name means may show only in a longer line: `given data-10 1 GB used`.
_MOST_RESTS = 6


class Beginning:
    """The beginning of a line as the parser has read it; `accepts` is what may come next."""

    def __init__(self, rule: str, text: str) -> None:
        """Read the text; where it does not read, nothing can follow."""
        from lark import UnexpectedInput  # noqa: PLC0415

        from ratedsl.lang.grammar import line_parser  # noqa: PLC0415

        self._state: Any = None
        with line_parser() as lark:
            self._words = {
                one.name: one.pattern.value
                for one in lark.terminals
                if one.pattern.type == "str" and one.pattern.value[:1].isalpha()
            }
            state = lark.parse_interactive(text, start=rule)
            try:
                for token in state.lexer_thread.lex(state.parser_state):  # type: ignore[no-untyped-call]
                    _feed(state, token)
            except UnexpectedInput:
                return
            self._state = state
            self.accepts: frozenset[str] = frozenset(state.accepts())  # type: ignore[no-untyped-call]

    @property
    def reads(self) -> bool:
        """Whether a line may begin so."""
        return self._state is not None

    def keywords(self) -> list[str]:
        """The words of the language that may come next."""
        return sorted(self._words[name] for name in self.accepts if name in self._words)

    def rests_after_name(self) -> list[str]:
        """The shortest texts behind a name put here that make the line whole."""
        found: list[str] = []
        if not self.reads or "NAME" not in self.accepts:
            return found
        from ratedsl.lang.grammar import line_parser  # noqa: PLC0415

        with line_parser() as _:
            first = self._state.copy()
            first.feed_token(_token("NAME", "zq"))
            waiting: deque[tuple[Any, tuple[str, ...]]] = deque([(first, ())])
            # Of words that lead on in the same way one is enough.
            seen: set[tuple[tuple[str, ...], frozenset[str]]] = set()
            while waiting and len(seen) < _MOST_STATES and len(found) < _MOST_RESTS:
                state, words = waiting.popleft()
                accepted = frozenset(state.accepts())
                if (words[:-1], accepted) in seen:
                    continue
                seen.add((words[:-1], accepted))
                if "$END" in accepted:
                    found.append(" ".join(words))
                for name in sorted(accepted):
                    text = self._words.get(name) or _SAMPLES.get(name)
                    if text is not None:
                        following = state.copy()
                        following.feed_token(_token(name, text))
                        waiting.append((following, (*words, text)))
        return found


def _token(name: str, text: str) -> Token:
    from lark import Token  # noqa: PLC0415

    return Token(name, text, 0, end_pos=0)


def _feed(state: Any, token: Token) -> None:
    """Feed a word; a keyword is a name where only a name fits, as for the parser."""
    from lark import UnexpectedToken  # noqa: PLC0415

    try:
        state.feed_token(token)
    except UnexpectedToken:
        if "NAME" not in state.accepts() or not str(token)[:1].isalpha():
            raise
        state.feed_token(_token("NAME", str(token)))
