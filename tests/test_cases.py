"""Plans that show one feature each: the good ones prove themselves, the bad ones are found out.

A bad plan names, at the end of each line that is at fault, the codes found there:
`price 0.10 USD per min  # E302`. Files in a folder `lib` are for the others to use.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ratedsl.plan.load import load
from ratedsl.testing.run import run_tests

HERE = Path(__file__).parent / "cases"


def cases(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (HERE / folder).rglob("*.rate")]
    return sorted(path for path in found if path.parent.name != "lib")


def name_of(path: Path) -> str:
    return str(path.relative_to(HERE).with_suffix(""))


@pytest.mark.parametrize("path", cases("good", "worked"), ids=name_of)
def test_a_good_case_checks_clean_and_holds(path: Path) -> None:
    loaded = load(path)
    assert loaded.diagnostics == ()
    assert loaded.plan is not None
    results = run_tests(loaded.plan)
    assert results
    assert [result for result in results if not result.passed] == []


@pytest.mark.parametrize("path", cases("bad"), ids=name_of)
def test_a_bad_case_is_found_out_line_by_line(path: Path) -> None:
    expected = sorted(
        (number, code)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for code in re.findall(r"[EW]\d{3}", line.partition("#")[2])
    )
    assert expected
    assert sorted((one.span.line, one.code) for one in load(path).diagnostics) == expected


@pytest.mark.parametrize("path", cases("failing"), ids=name_of)
def test_a_wrong_expectation_fails(path: Path) -> None:
    """Whatever is expected one unit beside what is right: no kind of expectation is empty."""
    loaded = load(path)
    assert loaded.diagnostics == () and loaded.plan is not None
    results = run_tests(loaded.plan)
    assert results
    assert [result.title for result in results if result.passed] == []
