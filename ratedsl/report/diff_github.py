"""Changes as GitHub workflow commands, which GitHub shows beside the changed lines."""

from __future__ import annotations

from collections.abc import Sequence

from ratedsl.diff.change import PlanDiff
from ratedsl.report.diagnostics_github import command

_LOUD = frozenset({"price-up", "allowance-down", "retroactive", "removed"})


def diff_github(diffs: Sequence[PlanDiff]) -> str:
    """One annotation a change: a warning where customers lose by it, else a notice."""
    return "".join(
        command(
            "warning" if _LOUD & {*change.classes} else "notice",
            ", ".join(change.labels),
            change.at,
            [f"{change.record}: {change.words}"],
        )
        for diff in diffs
        for change in diff.changes
    )
