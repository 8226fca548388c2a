"""A change between two versions of a plan, and the classes that a review asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ratedsl.lang.source import Span

CLASSES: dict[str, str] = {
    "price-up": "customers pay more",
    "price-down": "customers pay less",
    "allowance-up": "more is included",
    "allowance-down": "less is included",
    "retroactive": "it applies to days that have passed",
    "removed": "something is gone",
    "added": "something is new",
    "renamed": "the same under another id",
    "tax": "a tax, its base or its shape",
    "cost": "what parties pay each other",
    "changed": "anything else that a bill may depend on",
    "tests": "tests that stand in the plan",
    "text": "words that people read, and no amount",
}
"""Every class of change, with what it says, the gravest first."""

CODES: dict[str, str] = {
    "price-up": "D601",
    "price-down": "D602",
    "allowance-up": "D603",
    "allowance-down": "D604",
    "retroactive": "D605",
    "removed": "D606",
    "added": "D607",
    "renamed": "D608",
    "tax": "D609",
    "cost": "D610",
    "changed": "D611",
    "tests": "D612",
    "text": "D613",
}
"""The code of each class, for `ratedsl explain`."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record.

    `classes` are those of `CLASSES` that it belongs to, gravest first. `words` say it without
    the record. `start` is the first day on which it counts, None where it always has. `before`
    and `after` are the clauses of the two versions.
    """

    record: str
    title: str
    words: str
    classes: tuple[str, ...]
    start: date | None = None
    before: Span | None = None
    after: Span | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its classes, in their order."""
        return tuple(CODES[name] for name in self.classes)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its classes as people read them, each with its code: `D601 price-up`."""
        return tuple(f"{CODES[name]} {name}" for name in self.classes)

    @property
    def at(self) -> Span:
        """Where to look: the new clause, or the old one of what is gone."""
        place = self.after or self.before
        assert place is not None
        return place


@dataclass(slots=True)
class PlanDiff:
    """All changes of one plan. `old` and `new` are content hashes, empty where there is none."""

    plan: str
    title: str
    path: str
    old: str
    new: str
    changes: list[Change] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        """The classes of all changes together."""
        return {name for change in self.changes for name in change.classes}


def in_order(names: set[str]) -> tuple[str, ...]:
    """Names of classes, the gravest first."""
    return tuple(name for name in CLASSES if name in names)
