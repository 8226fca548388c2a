"""The explanation of a charge in print: words stay words, however long the plan's path is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rich.cells import cell_len

from ratedsl.lang.source import Span
from ratedsl.rating.trace import EventRow, Step, Why
from ratedsl.report.trace_text import render_trace

LONG = "/srv/" + "a-folder-with-a-long-name/" * 6
WORDS = "90 s used, 2 min billed in blocks of 1 min"


def trace(path: str, width: int) -> str:
    step = Step(WORDS, Span(path, 1234, 3, 9))
    event = EventRow(
        "e", "2026-03-02 10:00:00", "+3519…00", "90 s", "2 min", "rated", Decimal("0.20"), (step,)
    )
    why = Why("Calls", Decimal("0.20"), "0.20 EUR = 2 min × 0.10 EUR per min", (step,), (event,), 1)
    return render_trace(why, "EUR", width=width)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("path", ["p.rate", LONG + "smart.rate", "x" * 300 + ".rate"])
def test_words_are_not_broken_by_a_long_path(path: str, width: int) -> None:
    lines = trace(path, width).splitlines()
    assert all(cell_len(line) <= width for line in lines)
    # No line holds less than a word of a few letters: that is what one letter a line looks like.
    assert len(lines) <= 12
    assert sum(".rate:1234" in line for line in lines) == 2


def test_a_path_gives_way_from_the_left() -> None:
    assert "…/a-folder-with-a-long-name/smart.rate:1234" in trace(LONG + "smart.rate", 120)
    assert "…/smart.rate:1234" in trace(LONG + "smart.rate", 80)
    assert f"{LONG}smart.rate:1234" in trace(LONG + "smart.rate", 600)
