"""Changes between versions of plans, in the form the user asked for."""

from __future__ import annotations

from collections.abc import Sequence

from ratedsl.diff.change import PlanDiff

FORMATS = ("text", "json", "markdown", "github")


def render_diff(diffs: Sequence[PlanDiff], form: str, *, colour: bool = False) -> str:
    """The changes in one of `FORMATS`, ready to print: every line ends in a newline."""
    if form == "json":
        from ratedsl.report.diff_json import diff_json  # noqa: PLC0415

        return diff_json(diffs)
    if form == "markdown":
        from ratedsl.report.diff_markdown import diff_markdown  # noqa: PLC0415

        return diff_markdown(diffs)
    if form == "github":
        from ratedsl.report.diff_github import diff_github  # noqa: PLC0415

        return diff_github(diffs)
    from ratedsl.report.diff_text import diff_text  # noqa: PLC0415

    return diff_text(diffs, colour=colour)
