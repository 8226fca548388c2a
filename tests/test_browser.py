"""Pages in a real browser: they fit a telephone and both sizes of paper, and ask for nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from browser import measured, needs_browser, picture, printed
from test_invoice_page import whole

from ratedsl.documents.make import make_paper
from ratedsl.plan.load import load
from ratedsl.report.invoice import render_invoice
from ratedsl.report.paper_html import render_html

PLANS = Path(__file__).parents[1] / "plans"
WHITE = "rgb(255, 255, 255)"
LONG = "Unbreakable" * 12


def page_of(kind: str) -> str:
    """A page of each kind; the invoice has something in every field, and a very long word."""
    if kind == "invoice":
        return render_invoice(whole(f"Words {LONG}"), "html")
    plan = load(PLANS / ("smart-40.rate" if kind == "summary" else "fiber-us.rate")).plan
    assert plan is not None
    return render_html(make_paper(kind, plan, date(2026, 8, 3)))  # type: ignore[arg-type]


@needs_browser
@pytest.mark.parametrize("kind", ["invoice", "summary", "label"])
def test_a_page_fits_a_narrow_window_and_asks_for_nothing(tmp_path: Path, kind: str) -> None:
    page = page_of(kind)
    for width in (390, 1200):
        found = measured(tmp_path, page, width)
        assert found["wide"] == [], width
        assert found["width"] == width
        assert found["asked"] == []
        assert found["ground"] == WHITE
    assert measured(tmp_path, page, 390, dark=True)["ground"] != WHITE
    assert picture(tmp_path, page, 390, 1200, kind).stat().st_size > 10_000


@needs_browser
def test_what_sticks_out_and_what_is_asked_for_is_seen(tmp_path: Path) -> None:
    page = "<article><div style='width:500px'>wide</div><img src='http://127.0.0.1:9/missing.png'></article>"
    found = measured(tmp_path, page, 390)
    assert found["wide"] == ["DIV: wide"]
    assert len(found["asked"]) == 1  # type: ignore[arg-type]


@needs_browser
@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("letter", (612, 792))])
def test_an_invoice_prints_on_either_paper(
    tmp_path: Path, paper: str, size: tuple[int, int]
) -> None:
    page = render_invoice(whole("Words"), "html")
    page = page.replace("</style>", f"@page {{ size: {paper}; }}</style>")
    sheets, found = printed(tmp_path, page, "invoice")
    assert found == size
    assert sheets <= 2
