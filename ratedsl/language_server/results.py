"""What the tests of a plan come to, beside each of them and beside each figure that differs."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ratedsl.language_server.folder import Folder, real


class Result(NamedTuple):
    """Words that stand behind a line."""

    line: int
    words: str
    passed: bool


def results(folder: Folder, path: Path) -> list[Result]:
    """The results of a file's tests in order of the text; none while the plan has errors."""
    loaded = folder.loaded(path)
    if loaded is None or loaded.plan is None or not loaded.ok or not loaded.plan.tests:
        return []
    from ratedsl.testing.run import run_tests  # noqa: PLC0415 - most files that are typed have none

    found: list[Result] = []
    for one in run_tests(loaded.plan):
        if real(one.at.path) != path:
            continue
        failed = len(one.failures)
        words = "✓ passes" if one.passed else f"✗ {failed} of its figures differ"
        if failed == 1:
            words = "✗ one figure differs"
        found.append(Result(one.at.line, words, one.passed))
        found += [
            Result(failure.at.line, f"✗ got {failure.got}", False)
            for failure in one.failures
            if real(failure.at.path) == path
        ]
    return sorted(set(found))
