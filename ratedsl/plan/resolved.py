"""The records in effect for a file, and where their names stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Span

LENT = (
    *("unit", "service", "zone", "window", "holidays"),
    *("jurisdiction", "tax", "exemption", "issuer"),
)
"""Kinds that `use` lends; all others come by `extends` only."""

Names = dict[tuple[str, str], ast.Record]


class Reference(NamedTuple):
    """A place where the name of a record stands, and where the record's own id does.

    An overriding record refers by its own id to what it changes: `target` is the place of the
    other's. `kind` is that of the record.
    """

    span: Span
    target: Span
    kind: str


@dataclass
class Resolved:
    """The records in effect for one file. `plan` is None for a library.

    `root` is the folder that no path in them may leave. What was lost to a mistake is not
    said to be unknown: `lost` are words of headers that could not be read, `partial` says
    that some `use` leads nowhere, `baseless` that the plan which this one extends is missing.
    `plans` are the used files that hold a plan, by its id: tests may change from and to these.
    """

    plan: ast.Record | None = None
    root: Path = Path()
    records: Names = field(default_factory=dict)
    tests: list[ast.Record] = field(default_factory=list)
    own: set[tuple[str, str]] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    partial: bool = False
    baseless: bool = False
    plans: dict[str, Resolved] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def of_kind(self, kind: str) -> dict[str, ast.Record]:
        """The records of one kind by id, in order of id."""
        names = sorted([name for found, name in self.records if found == kind])
        return {name: self.records[kind, name] for name in names}

    def may_hold(self, name: str, kinds: Sequence[str]) -> bool:
        """Whether a mistake reported elsewhere may hide a record of one of the kinds."""
        lent = self.partial and any(kind in LENT for kind in kinds)
        return lent or self.baseless or name in self.lost

    def refer(self, word: ast.Word, record: ast.Record | None) -> None:
        """Note that a word names a record."""
        if record is not None and record.id is not None:
            self.references.append(Reference(word.span, record.id.span, record.kind.text))
