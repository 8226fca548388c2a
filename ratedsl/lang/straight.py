"""The parse of a line that is right: its form is looked up, and its nodes are built.

Lines of one form, such as `price 0.10 EUR per min in peak` and `price 0.05 EUR per s in night`,
are read in the same steps, so these are worked out once and kept as a recipe. A line that does
not fit is told so with `None`, and is for lark to explain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from ratedsl.lang.ast import Word
from ratedsl.lang.build.values import ValueBuilder
from ratedsl.lang.steps import NOTHING, Reduction, Steps, load_steps
from ratedsl.lang.words import KINDS, Lexeme, next_word, words_of

_MOST = 20_000
"""So many forms, and so many lines, are remembered before all are forgotten."""

_SHORT = 200
"""Longer lines are not remembered."""

_LONG = 2_000
"""Longer lines are read word by word."""

_Places = list[tuple[int, int]]
"""Where the words of a line start and stop in it."""


class _Recipe(NamedTuple):
    """How to build the node of a line.

    `words` are the words that count, each with its kind if it is wanted as a lexeme, and without
    if just as a word. The values are None, these words, and then what each of `makes` gives of
    the values that it picks. The last one is the node.
    """

    words: tuple[tuple[int, str], ...]
    makes: tuple[tuple[Callable[..., Any], Callable[[list[Any]], Sequence[Any]]], ...]


Part = int | None
"""A value while a recipe is worked out: a word from 0, or a make as `-1 - number`."""


class StraightParser:
    """Parses lines by the distilled steps; `builder` makes the nodes."""

    def __init__(self, builder: ValueBuilder) -> None:
        self._steps = load_steps()
        self._builder = builder
        self._recipes: dict[tuple[str, ...], _Recipe] = {}
        self._lines: dict[tuple[str, str], tuple[_Recipe, _Places]] = {}

    @property
    def words_of_tests(self) -> frozenset[str]:
        """The words that mean something in a fact of a test."""
        return self._steps.of_tests

    def parse(self, text: str, start: int, end: int, rule: str) -> Any:
        """What the rule builds of the text between two offsets, or None if it does not fit."""
        line = text[start:end]
        known = self._lines.get((rule, line))
        if known is None:
            known = self._read(line, rule)
            if known is None:
                return None
            if len(line) <= _SHORT:
                if len(self._lines) >= _MOST:
                    self._lines.clear()
                self._lines[rule, line] = known
        return self._build(line, start, *known)

    def _read(self, line: str, rule: str) -> tuple[_Recipe, _Places] | None:
        """The recipe of a line, and where in it its words stand."""
        if len(line) > _LONG:
            # Such a line is mostly a slip: it is read no further than to where it does not fit.
            return self._read_by_place(line, rule)
        words = words_of(line)
        if words is None:
            return None
        keyword = self._steps.keywords.get
        form = [rule]
        places = []
        for word in words:
            kind = word.lastindex or 0
            form.append(keyword(word[1], "NAME") if kind == 1 else KINDS[kind])
            places.append(word.span(kind))
        key = tuple(form)
        recipe = self._recipes.get(key)
        if recipe is None:
            recipe = self._work_out(rule, form[1:])
            if recipe is None:
                return self._read_by_place(line, rule)
            if len(self._recipes) >= _MOST:
                self._recipes.clear()
            if len(form) <= _SHORT:
                self._recipes[key] = recipe
        return recipe, places

    def _read_by_place(self, line: str, rule: str) -> tuple[_Recipe, _Places] | None:
        """Read a line in which some number is not what it looks like most."""
        places: _Places = []

        def read(accepted: Mapping[str, int]) -> str | None:
            position = places[-1][1] if places else 0
            while position < len(line) and line[position] in " \t":
                position += 1
            if position >= len(line):
                return "$END"
            word = next_word(line, position, accepted, self._steps.keywords)
            if word is None:
                return None
            places.append((position, word[1]))
            return word[0]

        recipe = _Work(self._steps, self._builder).out(rule, read)
        return None if recipe is None else (recipe, places)

    def _work_out(self, rule: str, kinds: list[str]) -> _Recipe | None:
        rest = iter(kinds)

        def read(accepted: Mapping[str, int]) -> str | None:
            kind = next(rest, "$END")
            return kind if kind in accepted or kind not in self._steps.nameable else "NAME"

        return _Work(self._steps, self._builder).out(rule, read)

    def _build(self, line: str, start: int, recipe: _Recipe, places: _Places) -> Any:
        """The node of a line that starts at an offset of the builder's source."""
        place = self._builder.place_of
        values: list[Any] = [None]
        for index, kind in recipe.words:
            first, stop = places[index]
            if kind:
                word = Lexeme(line[first:stop])
                word.kind = kind
                word.start = start + first
                values.append(word)
            else:
                values.append(Word(line[first:stop], place(start + first, start + stop)))
        for make, pick in recipe.makes:
            values.append(make(*pick(values)))
        return values[-1]


class _Work:
    """Takes the steps of one line, and notes what is to be built instead of building it."""

    def __init__(self, steps: Steps, builder: ValueBuilder) -> None:
        self._steps = steps
        self._builder = builder
        self._makes: list[tuple[str, list[Part]]] = []
        self._kinds: list[str] = []

    def out(self, rule: str, read: Callable[[Mapping[str, int]], str | None]) -> _Recipe | None:
        """The recipe of the line, whose words `read` gives, each told what is accepted there."""
        all_states = self._steps.states
        first, last = self._steps.starts[rule]
        states = [first]
        values: list[Part | list[Part]] = []
        while True:
            kind = read(all_states[states[-1]])
            if kind is None:
                return None
            while True:
                step = all_states[states[-1]].get(kind)
                if step is None:
                    # A keyword is a name where only a name fits: `zone at "Austria"`.
                    if kind not in self._steps.nameable:
                        return None
                    kind = "NAME"
                elif step >= 0:
                    break
                else:
                    reduction = self._steps.reductions[-1 - step]
                    kept = len(values) - reduction.size
                    values[kept:] = [self._reduce(reduction, values[kept:])]
                    del states[kept + 1 :]
                    states.append(all_states[states[-1]][reduction.rule])
                    if states[-1] == last and kind == "$END":
                        return self._recipe()
            states.append(step)
            values.append(len(self._kinds))
            self._kinds.append(kind)

    def _reduce(
        self, reduction: Reduction, values: Sequence[Part | list[Part]]
    ) -> Part | list[Part]:
        """What a rule makes of its values."""
        parts: list[Part] = []
        for index in reduction.parts:
            if index == NOTHING:
                parts.append(None)
                continue
            value = values[index if index >= 0 else -2 - index]
            if isinstance(value, list):
                # A list of thousands grows by one at a time: it is taken over, never copied.
                parts = value if not parts else parts + value
            else:
                parts.append(value)
        if not reduction.build:
            return parts
        if reduction.bare and len(parts) == 1:
            return parts[0]
        self._makes.append((reduction.build, parts))
        return -len(self._makes)

    def _recipe(self) -> _Recipe:
        # What only becomes a word, as most do, is made one at once.
        plain = {
            -1 - number: parts[0]
            for number, (build, parts) in enumerate(self._makes)
            if build in self._builder.PLAIN
        }
        makes = [
            (-1 - number, build, [plain.get(part, part) if part else part for part in parts])
            for number, (build, parts) in enumerate(self._makes)
            if -1 - number not in plain
        ]
        spared = set(plain.values())
        counting = {part for _, _, parts in makes for part in parts if part is not None}
        words = sorted(part for part in counting if part >= 0)
        slots: dict[int | None, int] = {None: 0}
        slots.update({word: 1 + number for number, word in enumerate(words)})
        slots.update({made: 1 + len(words) + at for at, (made, _, _) in enumerate(makes)})
        return _Recipe(
            tuple((word, "" if word in spared else self._kinds[word]) for word in words),
            tuple(
                (getattr(self._builder, build), _picker([slots[part] for part in parts]))
                for _, build, parts in makes
            ),
        )


def _picker(slots: list[int]) -> Callable[[list[Any]], Sequence[Any]]:
    """Picks the values in some slots, as a sequence whatever their number."""
    if len(slots) > 1:
        return itemgetter(*slots)
    return itemgetter(slice(slots[0], slots[0] + 1) if slots else slice(0))
