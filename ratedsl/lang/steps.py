"""The steps that a parser of lines takes, distilled from lark's table into a file of their own.

To load lark and its tables takes a fifth of the time in which a check has to answer, and they
tell a right line no more than these steps do. `grammar.json` beside the grammar holds them; a
test renews it (CONTRIBUTING.md). Where the grammar was changed since, they are distilled anew.
"""

from __future__ import annotations

import json
import zlib
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lark import Lark

FILE = Path(__file__).with_name("grammar.json")
_GRAMMAR = Path(__file__).with_name("grammar.lark")

NOTHING = -1
"""Among the parts of a rule: something optional that is not there."""


class Reduction(NamedTuple):
    """What a rule makes of the values read last.

    `size` is how many they are; `parts` says which of them count, by index: `-2 - index`
    where it is a list of which each member counts, and `NOTHING` where there is none. `build`
    names the method of the builder that gets them; without one they are a list, and a single part
    of a `bare` rule stands for itself.
    """

    rule: str
    size: int
    parts: tuple[int, ...]
    build: str
    bare: bool


class Steps(NamedTuple):
    """A table of states; in each, what a word or a rule that was read leads to.

    A number from 0 is the state that follows; a number below is the reduction `-1 - number`.
    `starts` are the first and the last state of what may be parsed, and `keywords` the kinds of
    word by their text, of which `nameable` may be names elsewhere. `of_tests` are the words that
    mean something in a fact of a test.
    """

    starts: Mapping[str, tuple[int, int]]
    states: tuple[Mapping[str, int], ...]
    reductions: tuple[Reduction, ...]
    keywords: Mapping[str, str]
    nameable: frozenset[str]
    of_tests: frozenset[str]


def load_steps() -> Steps:
    """The steps of the grammar as it is now."""
    held = json.loads(FILE.read_bytes())
    if held["grammar"] != _mark():
        held = distil()
    return Steps(
        {rule: (first, last) for rule, (first, last) in held["starts"].items()},
        tuple(held["states"]),
        tuple(
            Reduction(rule, size, tuple(parts), build, bare)
            for rule, size, parts, build, bare in held["reductions"]
        ),
        held["keywords"],
        frozenset(kind for text, kind in held["keywords"].items() if text[0].isalpha()),
        frozenset(held["of_tests"]),
    )


def distil() -> dict[str, Any]:
    """What lark makes of the grammar, in the form of the file."""
    from ratedsl.lang.grammar import line_parser  # noqa: PLC0415

    with line_parser() as lark:
        table = lark.parser.parser.parser.parse_table
        rules = sorted(lark.rules, key=str)
        reductions = {rule: -1 - number for number, rule in enumerate(rules)}
        starts = sorted(table.start_states.items())
        numbers = _numbers(table, [first for _, first in starts])
        states = [
            {
                name: numbers[target] if action.name == "Shift" else reductions[target]
                for name, (action, target) in sorted(table.states[state].items())
            }
            for state in numbers
        ]
        return {
            "grammar": _mark(),
            "starts": {
                rule: [numbers[first], numbers[table.end_states[rule]]] for rule, first in starts
            },
            "keywords": {
                one.pattern.value: one.name
                for one in sorted(lark.terminals, key=lambda one: str(one.name))
                if one.pattern.type == "str"
            },
            "of_tests": sorted(_reached(lark, "test_fact")),
            "reductions": [_reduction(rule) for rule in rules],
            "states": states,
        }


def _numbers(table: Any, starts: list[int]) -> dict[int, int]:
    """A number for each of lark's states, the same whenever the grammar is."""
    waiting = deque(starts)
    numbers: dict[int, int] = {}
    while waiting:
        state = waiting.popleft()
        if state not in numbers:
            numbers[state] = len(numbers)
            steps = sorted(table.states[state].items())
            waiting.extend(target for _, (action, target) in steps if action.name == "Shift")
    return numbers


def _reduction(rule: Any) -> list[Any]:
    """A rule as lark's own tree builder treats it."""
    options = rule.options
    # How many optional parts are missing before each symbol, and at the end.
    missing = [0] * (len(rule.expansion) + 1)
    if options.empty_indices:
        marks = "".join("1" if empty else "0" for empty in options.empty_indices)
        missing = [len(ones) for ones in marks.split("0")]
    parts: list[int] = []
    for index, symbol in enumerate(rule.expansion):
        parts += [NOTHING] * missing[index]
        if symbol.is_term and symbol.filter_out and not options.keep_all_tokens:
            continue
        spread = not symbol.is_term and symbol.name.startswith("_")
        parts.append(-2 - index if spread else index)
    parts += [NOTHING] * missing[-1]
    name = rule.origin.name
    build = "" if name.startswith("_") else rule.alias or name
    bare = bool(options.expand1 and not rule.alias)
    return [name, len(rule.expansion), parts, build, bare]


def _reached(lark: Lark, start: str) -> set[str]:
    """The words that a rule or what it consists of names."""
    parts: dict[str, set[str]] = {}
    for rule in lark.rules:
        parts.setdefault(rule.origin.name, set()).update(one.name for one in rule.expansion)
    reached, waiting = set(), {start}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= parts.get(name, set()) - reached
    return {
        terminal.pattern.value
        for terminal in lark.terminals
        if terminal.name in reached and terminal.pattern.type == "str"
    }


def _mark() -> int:
    """Tells one grammar from another."""
    return zlib.crc32(_GRAMMAR.read_bytes())
