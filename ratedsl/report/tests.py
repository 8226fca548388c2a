"""Results of inline tests, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ratedsl.report.coverage import CoverageReport, coverage_json, coverage_text
from ratedsl.report.junit import Case, Suite, render_junit
from ratedsl.report.paint import painter
from ratedsl.report.safe import safe_text
from ratedsl.testing.run import TestResult

SCHEMA = "ratedsl.tests/1"


@dataclass(frozen=True, slots=True)
class TestedFile:
    """A file's results; a file with `errors` was not run."""

    path: str
    results: tuple[TestResult, ...]
    errors: int


def render_tests(
    tested: Sequence[TestedFile],
    form: str,
    *,
    colour: bool = False,
    coverage: CoverageReport | None = None,
) -> str:
    """The results as `text`, `json` or `junit`, ready to print, and the coverage too."""
    if form == "junit":
        return _junit(tested)
    if form == "json":
        return _json(tested, coverage)
    return _text(tested, colour) + (coverage_text(coverage, colour=colour) if coverage else "")


def _junit(tested: Sequence[TestedFile]) -> str:
    """One suite a file; a file that was not run is an error."""
    suites = []
    for one in tested:
        cases = [
            Case(
                result.title,
                one.path,
                tuple(
                    ("failure", f"{f.at.place}: expected {f.expected}, got {f.got}")
                    for f in result.failures
                ),
            )
            for result in one.results
        ]
        if one.errors:
            words = f"the plan has {one.errors} errors"
            cases = [Case("check", "check", (("error", words),)), *cases]
        suites.append(Suite(one.path, cases))
    return render_junit(suites)


def _text(tested: Sequence[TestedFile], colour: bool) -> str:
    paint = painter(colour)
    lines = []
    passed = failed = 0
    for one in tested:
        good = [result for result in one.results if result.passed]
        passed, failed = passed + len(good), failed + len(one.results) - len(good)
        if one.errors:
            lines.append(
                f"{paint('error', '✖')} {safe_text(one.path)}: not run, the plan has errors"
            )
        elif one.results:
            whole = len(good) == len(one.results)
            glyph = paint("clean", "✓") if whole else paint("error", "✖")
            lines.append(f"{glyph} {safe_text(one.path)}: {len(good)} of {len(one.results)} passed")
        for result in one.results:
            if result.passed:
                continue
            lines.append(
                f"  {paint('error', '✖')} {safe_text(result.title)}  ({safe_text(result.at.place)})"
            )
            for failure in result.failures:
                place = safe_text(failure.at.place)
                lines.append(f"      {place}: expected {safe_text(failure.expected)}")
                lines.append(f"      {' ' * len(place)}       got {safe_text(failure.got)}")
    broken = sum(bool(one.errors) for one in tested)
    parts = [f"{passed} passed", *_counted(failed, "failed"), *_counted(broken, "not run")]
    lines.append(", ".join(parts))
    return "\n".join(lines) + "\n"


def _counted(number: int, word: str) -> Iterable[str]:
    return [f"{number} {word}"] if number else []


def _json(tested: Sequence[TestedFile], coverage: CoverageReport | None) -> str:
    from ratedsl.report.json_text import json_text  # noqa: PLC0415

    return json_text(
        {
            "schema": SCHEMA,
            "files": [
                {
                    "path": one.path,
                    "errors": one.errors,
                    "tests": [
                        {
                            "title": result.title,
                            "at": result.at.place,
                            "passed": result.passed,
                            "failures": [
                                {"at": f.at.place, "expected": f.expected, "got": f.got}
                                for f in result.failures
                            ],
                        }
                        for result in one.results
                    ],
                }
                for one in tested
            ],
            **({"coverage": coverage_json(coverage)} if coverage else {}),
        }
    )
