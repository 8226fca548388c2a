"""Plans that show one feature each: the good ones check clean and prove themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.plan.load import load
from ratedsl.testing.run import run_tests

HERE = Path(__file__).parent / "cases"
GOOD = sorted([*(HERE / "good").rglob("*.rate"), *(HERE / "worked").rglob("*.rate")])


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_case_checks_clean_and_holds(path: Path) -> None:
    loaded = load(path)
    assert loaded.diagnostics == ()
    assert loaded.plan is not None
    results = run_tests(loaded.plan)
    assert results
    assert [result for result in results if not result.passed] == []
