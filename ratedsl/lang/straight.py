"""The parse of a line that is right, by lark's own table without what lark does for mistakes.

The grammar, its table and what is built of each rule are lark's. A line that does not fit is
told so with `None`, and is then for lark to parse: its mistakes are reported as lark finds them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from lark import Token, UnexpectedCharacters
from lark.parsers.lalr_analysis import Shift

if TYPE_CHECKING:
    from lark import Lark


class _Reduction(NamedTuple):
    size: int
    build: Callable[[list[Any]], Any]
    name: str


_Steps = dict[str, "int | _Reduction"]


class StraightParser:
    """Parses lines by the table of a parser that reads its words with the line lexer."""

    def __init__(self, lark: Lark) -> None:
        frontend: Any = lark.parser
        self._next = frontend.lexer.next_word
        self._table = frontend.parser.parser.parse_table
        self._callbacks = frontend.parser.parser.callbacks
        # Of the states that a run comes to, which are few of all.
        self._known: dict[int, _Steps] = {}

    def parse(self, text: str, start: int, end: int, rule: str) -> Any:
        """What the rule builds of the text between two offsets, or None if it does not fit."""
        first, last = self._table.start_states[rule], self._table.end_states[rule]
        known, read = self._known, self._next
        states: list[int] = [first]
        values: list[Any] = []
        position = start
        steps = known.get(first) or self._steps(first)
        while True:
            while position < end and text[position] in " \t":
                position += 1
            if position < end:
                try:
                    kind, stop = read(text, position, end, steps)
                except UnexpectedCharacters:
                    return None
            else:
                kind, stop = "$END", end
            while True:
                step = steps.get(kind)
                if step is None:
                    return None
                if isinstance(step, int):
                    break
                size, build, name = step
                if size:
                    parts = values[-size:]
                    del states[-size:], values[-size:]
                else:
                    parts = []
                values.append(build(parts))
                state = known[states[-1]][name]
                assert isinstance(state, int)
                if state == last and kind == "$END":
                    return values[-1]
                states.append(state)
                steps = known.get(state) or self._steps(state)
            states.append(step)
            values.append(Token(kind, text[position:stop], position, end_pos=stop))
            steps = known.get(step) or self._steps(step)
            position = stop

    def _steps(self, state: int) -> _Steps:
        """What may follow in a state, each with all that it takes."""
        steps: _Steps = {}
        for name, (action, what) in self._table.states[state].items():
            if action is Shift:
                steps[name] = what
            else:
                build = self._callbacks[what]
                steps[name] = _Reduction(len(what.expansion), build, what.origin.name)
        self._known[state] = steps
        return steps
