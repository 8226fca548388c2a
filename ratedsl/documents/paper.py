"""A document as headings and entries, each of which knows the clauses that it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ratedsl.lang.source import Span
from ratedsl.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a document: its label and its words, one row each.

    `clauses` are the facts of the plan that say it. Where the plan does not, `missing` is what
    to write, and there are no words.
    """

    label: str
    words: tuple[str, ...] = ()
    clauses: tuple[Span, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of the template with its fields, in the template's order."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document. `opening` and `closing` are the template's own words around the parts."""

    kind: Literal["summary", "label"]
    title: str
    name: str
    head: tuple[Entry, ...]
    opening: tuple[str, ...]
    parts: tuple[Part, ...]
    closing: tuple[str, ...]
    day: date
    plan: str
    plan_hash: str
    foot: tuple[Entry, ...] = ()
    """Fields that stand below the closing words."""

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """Each field with the heading that it stands under."""
        for one in self.head:
            yield self.title, one
        for part in self.parts:
            for one in part.entries:
                yield part.title, one
        for one in self.foot:
            yield self.title, one

    @property
    def missing(self) -> list[tuple[str, Entry]]:
        """The fields that the plan does not state."""
        return [(title, one) for title, one in self.entries() if one.missing]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the issuer and the contract of a plan say, with where they say it."""

    plan: Plan

    def place(self, owner: Literal["issuer", "contract"], keyword: str) -> tuple[Span, ...]:
        """Where a fact stands; nowhere if it is not stated."""
        record = self.plan.issuer if owner == "issuer" else self.plan.contract
        if record is None or keyword not in record.places:
            return ()
        return (record.places[keyword],)

    def entry(
        self,
        label: str,
        owner: Literal["issuer", "contract"],
        keyword: str,
        words: Sequence[str],
        example: str,
    ) -> Entry:
        """A field that one fact states; `example` shows how to write the fact."""
        said = tuple(one for one in words if one)
        if said:
            return Entry(label, said, self.place(owner, keyword))
        return Entry(label, missing=f"write `{example}` in the plan's `{owner}` record")
