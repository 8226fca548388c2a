"""Findings as JUnit XML: each file is a suite, each finding a case that failed."""

from __future__ import annotations

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.report.junit import Case, Suite, render_junit


def render_check_junit(found: tuple[Diagnostic, ...], files: tuple[str, ...]) -> str:
    """A suite for each of `files` and for each other file with a finding.

    A file without findings has one case that passes, so that none is taken for not checked.
    """
    by_file: dict[str, list[Diagnostic]] = {path: [] for path in files}
    for one in found:
        by_file.setdefault(one.span.path, []).append(one)
    return render_junit(
        [
            Suite(path, [_case(one) for one in mine] or [Case("check", path)])
            for path, mine in by_file.items()
        ]
    )


def _case(one: Diagnostic) -> Case:
    words = f"{one.span}: {one.message}" + (f"; {one.help}" if one.help else "")
    return Case(
        f"{one.code} {one.span.line}:{one.span.column}", one.span.path, (("failure", words),)
    )
