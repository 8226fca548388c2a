"""Changes as Markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from ratedsl.diff.change import PlanDiff
from ratedsl.report.diff_text import by_record, changed, summary
from ratedsl.report.markdown import escape, table


def diff_markdown(diffs: Sequence[PlanDiff]) -> str:
    """A heading with the counts, and a table for each plan that changed."""
    lines = [f"### Rate plans: {escape(summary(diffs))}"]
    for diff in changed(diffs):
        title = f"{diff.title} ({diff.plan})" if diff.title else diff.plan
        lines += ["", f"**{escape(title)}** in {escape(diff.path)}", ""]
        rows = [
            (
                escape(record) if not index else "",
                escape(change.words),
                escape(", ".join(change.labels)),
                escape(change.at.place),
            )
            for record, _, changes in by_record(diff)
            for index, change in enumerate(changes)
        ]
        lines += table(("record", "change", "class", "where"), (), rows)
    return "\n".join(lines) + "\n"
