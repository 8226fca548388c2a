"""Changes for programs: JSON with a version, whose shape changes only with that version."""

from __future__ import annotations

from collections.abc import Sequence

from ratedsl.diff.change import Change, PlanDiff
from ratedsl.lang.source import Span
from ratedsl.report.json_text import json_text

SCHEMA = "ratedsl.diff/1"


def diff_json(diffs: Sequence[PlanDiff]) -> str:
    """One JSON object with each plan, also those in which nothing changed."""
    return json_text(
        {
            "schema": SCHEMA,
            "plans": [
                {
                    "plan": diff.plan,
                    "title": diff.title,
                    "path": diff.path,
                    "old_hash": diff.old or None,
                    "new_hash": diff.new or None,
                    "changes": [_change(one) for one in diff.changes],
                }
                for diff in diffs
            ],
        }
    )


def _change(one: Change) -> dict[str, object]:
    return {
        "record": one.record,
        "title": one.title,
        "words": one.words,
        "classes": list(one.classes),
        "codes": list(one.codes),
        "from": one.start.isoformat() if one.start else None,
        "before": _place(one.before),
        "after": _place(one.after),
    }


def _place(span: Span | None) -> str | None:
    return span.place if span is not None else None
