"""How much was looked at, and what came of it in one line."""

from __future__ import annotations

from dataclasses import dataclass

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.report.paint import Paint


@dataclass(frozen=True, slots=True)
class Extent:
    """How much was looked at: files and their paths, the plans in them, the tests in those."""

    plans: int
    tests: int = 0
    files: int = 0
    paths: tuple[str, ...] = ()


def count(found: tuple[Diagnostic, ...]) -> tuple[int, int]:
    """How many errors and how many warnings there are."""
    errors = sum(one.is_error for one in found)
    return errors, len(found) - errors


def summary(found: tuple[Diagnostic, ...], extent: Extent, paint: Paint) -> str:
    """One line: what was checked and what came of it, with a glyph that says how it went."""
    errors, warnings = count(found)
    checked = _number(extent.plans, "plan")
    if extent.files > extent.plans:
        checked += f" in {_number(extent.files, 'file')}"
    if extent.tests:
        checked += f", {_number(extent.tests, 'test')}"
    results = [
        paint(style, f"{glyph} {_number(many, style)}")
        for style, glyph, many in (("error", "✖", errors), ("warning", "▲", warnings))
        if many
    ]
    return f"checked {checked}: {', '.join(results) or paint('clean', '✓ no findings')}"


def _number(many: int, noun: str) -> str:
    return f"{many:,} {noun}{'' if many == 1 else 's'}"
