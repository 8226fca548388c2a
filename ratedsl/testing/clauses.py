"""The clauses of a plan that price or rule: what its tests should exercise, by file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ratedsl.lang.source import Span
from ratedsl.plan.model import Match, Period, Plan, Test, UnitPrice
from ratedsl.plan.model.base import NOWHERE, Element

Place = tuple[str, int]
"""A line of a file: one fact stands on one line."""

# What says where and when, and not how much: the clauses beside it say whether it was met.
_NOT_CLAUSES = (Match, Period, Test, UnitPrice)
_FRAME = frozenset(
    {
        *("sold", "cycle", "trial", "units", "services", "zones", "holidays", "windows"),
        *("parties", "issuer", "contract", "due", "offers", "tests"),
        "others",
    }
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A fact that prices or rules: its place, the record it belongs to, and its element."""

    at: Span
    record: str
    element: Element

    @property
    def place(self) -> Place:
        """The line of text that it is."""
        return self.at.path, self.at.line


def clauses_of(plan: Plan) -> dict[Place, Clause]:
    """Every clause of the plan, inherited ones too, by its place and in order of the text.

    A fact counts as one clause, whatever it is compiled to: every element below a record that
    knows its own line, and every rounding. So a fact that the language learns later is a clause
    from its first day.
    """
    found = {one.place: one for one in sorted(_clauses(plan), key=lambda one: one.at, reverse=True)}
    return dict(sorted(found.items()))


def _clauses(plan: Plan) -> Iterator[Clause]:
    for name in type(plan).model_fields:
        if name in _FRAME:
            continue
        for one in _elements(getattr(plan, name)):
            identity = getattr(one, "id", "")
            if identity:
                yield from _below(one, one, identity)
            elif one.at != NOWHERE and not isinstance(one, _NOT_CLAUSES):
                yield Clause(one.at, "", one)


def _below(element: Element, record: Element, identity: str) -> Iterator[Clause]:
    for name in type(element).model_fields:
        for one in _elements(getattr(element, name)):
            if isinstance(one, _NOT_CLAUSES):
                continue
            if one.at != NOWHERE and (one.at.path, one.at.line) != (record.at.path, record.at.line):
                yield Clause(one.at, identity, one)
            yield from _below(one, record, identity)


def _elements(value: object) -> Iterator[Element]:
    if isinstance(value, Element):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _elements(one)
