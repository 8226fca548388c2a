"""Findings as SARIF 2.1.0, the form that code scanning services read."""

from __future__ import annotations

import os
from pathlib import PurePath
from urllib.parse import quote

from ratedsl.checks.codes import CODES
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.mending import Edit, Fix
from ratedsl.lang.source import Span
from ratedsl.report.json_text import json_text
from ratedsl.report.safe import safe_text

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(found: tuple[Diagnostic, ...]) -> str:
    """One run with the rules that were broken and every finding with all its places.

    Columns count from 1 in Unicode code points, as the log says itself.
    """
    from ratedsl import __version__  # noqa: PLC0415

    codes = sorted({one.code for one in found})
    rules = [_rule(code) for code in codes]
    return json_text(
        {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": {"name": "ratedsl", "version": __version__, "rules": rules}},
                    "columnKind": "unicodeCodePoints",
                    "results": [_result(one, codes.index(one.code)) for one in found],
                }
            ],
        }
    )


def _rule(code: str) -> dict[str, object]:
    known = CODES.get(code)
    rule: dict[str, object] = {"id": code}
    if known is not None:
        rule |= {
            "shortDescription": {"text": known.title},
            "fullDescription": {"text": known.why},
        }
    return rule


def _result(one: Diagnostic, rule: int) -> dict[str, object]:
    text = f"{one.message}; {one.help}" if one.help else one.message
    result: dict[str, object] = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.severity.value,
        "message": {"text": safe_text(text)},
        "locations": [{"physicalLocation": _place(one.span)}],
    }
    if one.witness:
        result["properties"] = {"witness": one.witness}
    if one.related:
        result["relatedLocations"] = [
            {
                "id": index,
                "physicalLocation": _place(label.span),
                "message": {"text": safe_text(label.text)},
            }
            for index, label in enumerate(one.related)
        ]
    if one.fixes:
        fixes = [_fix(fix) for fix in one.fixes]
        # The form wants each fix once.
        result["fixes"] = [fix for index, fix in enumerate(fixes) if fix not in fixes[:index]]
    return result


def _fix(fix: Fix) -> dict[str, object]:
    """A fix with the edits of each file together."""
    by_file: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_file.setdefault(_uri(edit.span.path), []).append(edit)
    changes = [
        {
            "artifactLocation": {"uri": uri},
            "replacements": [_replacement(edit) for edit in edits],
        }
        for uri, edits in by_file.items()
    ]
    return {"description": {"text": safe_text(fix.title)}, "artifactChanges": changes}


def _replacement(edit: Edit) -> dict[str, object]:
    """What goes and what comes; a line that goes takes its end with it."""
    line = max(edit.span.line, 1)
    if edit.text is None:
        region = {"startLine": line, "startColumn": 1, "endLine": line + 1, "endColumn": 1}
        return {"deletedRegion": region}
    region = {
        "startLine": line,
        "startColumn": max(edit.span.column, 1),
        "endColumn": max(edit.span.end, 1),
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _place(span: Span) -> dict[str, object]:
    column = max(span.column, 1)
    return {
        "artifactLocation": {"uri": _uri(span.path)},
        "region": {
            "startLine": max(span.line, 1),
            "startColumn": column,
            "endColumn": max(span.end, column),
        },
    }


def _uri(path: str) -> str:
    """The path as a URI, relative if it is; bytes of it that are no text are kept."""
    try:
        data = os.fsencode(PurePath(path).as_posix())
    except UnicodeEncodeError:
        data = path.encode("utf-8", "replace")
    return f"file://{quote(data)}" if PurePath(path).is_absolute() else quote(data)
