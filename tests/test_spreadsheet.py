"""No cell of an export is a formula, and a telephone number stays text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratedsl.report.markdown import table
from ratedsl.report.spreadsheet import harmless_cell


@pytest.mark.parametrize(
    "cell",
    [
        "=1+2",
        "+351910000001",
        "+35191•••••01",
        "-cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "  =1",
        "+1+cmd",
        "-1-2",
        "+1234567",
    ],
)
def test_a_cell_that_would_run_is_text(cell: str) -> None:
    assert harmless_cell(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    ["", "a=b", "C-1", "12", "-5.00", "+3.00", "-1,234,567.89 EUR", "-€10.00", "+123456", "'+1"],
)
def test_other_cells_and_signed_amounts_stay(cell: str) -> None:
    assert harmless_cell(cell) == cell


@given(st.text(max_size=12))
def test_no_text_starts_a_formula(text: str) -> None:
    cell = harmless_cell(text)
    assert cell.endswith(text)
    if cell == text and text[:1] in ("=", "@", "\t", "\r"):
        raise AssertionError(text)
    assert harmless_cell(cell) == cell


def test_cells_of_a_markdown_table_are_harmless() -> None:
    assert table(["=a"], (), [["+1", "@x"]]) == ["| '=a |", "| --- |", "| +1 | '@x |"]
