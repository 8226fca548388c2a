"""Findings for programs: JSON with a version, whose shape changes only with that version."""

from __future__ import annotations

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.mending import Fix
from ratedsl.lang.source import Span
from ratedsl.report.extent import Extent, count
from ratedsl.report.json_text import json_text

SCHEMA = "ratedsl.diagnostics/1"


def render_json(found: tuple[Diagnostic, ...], extent: Extent | None = None) -> str:
    """One JSON object: the schema, the counts, and every finding with all its places.

    Lines and columns count from 1 in code points; `end` is the column after the last.
    """
    errors, warnings = count(found)
    content: dict[str, object] = {"schema": SCHEMA, "errors": errors, "warnings": warnings}
    if extent is not None:
        content |= {"plans": extent.plans, "tests": extent.tests}
    return json_text(content | {"diagnostics": [_finding(one) for one in found]})


def _finding(one: Diagnostic) -> dict[str, object]:
    found: dict[str, object] = {
        "code": one.code,
        "severity": one.severity.value,
        "message": one.message,
        "span": _span(one.span),
        "label": one.label,
        "help": one.help,
        "related": [{"span": _span(label.span), "text": label.text} for label in one.related],
        "fixes": [_fix(fix) for fix in one.fixes],
    }
    if one.witness:
        found["witness"] = one.witness
    return found


def _fix(fix: Fix) -> dict[str, object]:
    """A fix: each edit has the text that comes instead, or null where the line goes."""
    edits = [{"span": _span(edit.span), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _span(span: Span) -> dict[str, object]:
    return span._asdict()
