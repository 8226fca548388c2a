"""One version of a plan: its records in effect, and what they compile to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Source, Span
from ratedsl.plan.compile import compile_plan
from ratedsl.plan.files import read_files
from ratedsl.plan.model import Element, Plan
from ratedsl.plan.resolve import resolve
from ratedsl.plan.resolved import Resolved
from ratedsl.plan.units import Unit, Units

Key = tuple[str, str]


@dataclass(slots=True)
class Version:
    """A plan file as it was or is. `shown` is its path as people know it."""

    shown: str
    names: Resolved
    plan: Plan | None
    sources: Mapping[str, Source]
    errors: tuple[Diagnostic, ...]

    @property
    def units(self) -> Mapping[str, Unit]:
        """The units of the version by name."""
        return (self.plan.measures() if self.plan is not None else Units()).by_name

    def records(self) -> dict[Key, ast.Record]:
        """The records in effect by kind and id, the plan's own among them."""
        found = {key: record for key, record in self.names.records.items() if key[0] != "test"}
        if self.names.plan is not None:
            found["plan", self.names.plan.name] = self.names.plan
        return found

    def compiled(self) -> dict[Key, list[Element]]:
        """What each record compiles to, by the plan's field and id."""
        found: dict[Key, list[Element]] = {}
        for name in Plan.model_fields:
            value = getattr(self.plan, name, None) if self.plan is not None else None
            if not isinstance(value, tuple) or name == "tests":
                continue
            for one in value:
                key = getattr(one, "id", None)
                if isinstance(one, Element) and isinstance(key, str):
                    found.setdefault((name, key), []).append(one)
        return found

    def text_of(self, span: Span) -> str:
        """The words of a clause as they are written; of a table the whole row."""
        source = self.sources.get(span.path)
        if source is not None:
            return source.line(span.line)[span.column - 1 : span.end - 1]
        return _row(span.path, span.line)


def of_table(record: ast.Record) -> bool:
    """Whether a record is a row of a table that a plan reads."""
    return not record.span.path.endswith(".rate")


@lru_cache(maxsize=8)
def _rows(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []


def _row(path: str, line: int) -> str:
    rows = _rows(path)
    return rows[line - 1] if 0 < line <= len(rows) else ""


def read_version(path: Path, shown: str = "") -> Version:
    """Read a version of a plan file. A mistake in it is among `errors`; OSError if unreadable."""
    files = read_files(path)
    names = resolve(files)
    plan, found = compile_plan(names)
    errors = [*files.diagnostics, *names.diagnostics, *found]
    return Version(
        shown or str(path),
        names,
        plan,
        files.sources,
        tuple(one for one in errors if one.is_error),
    )
