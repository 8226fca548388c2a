"""A consumer document as a page for the screen and for one sheet of paper."""

from __future__ import annotations

from ratedsl.documents.paper import Paper
from ratedsl.report.page import render_page
from ratedsl.report.paper_markdown import NOT_STATED, places


def render_html(paper: Paper, *, trace: bool = False) -> str:
    """The page; with `trace` it shows where the plan says each field.

    Each field carries its clauses in an attribute in any case. Raises PageError where the
    library for templates is missing.
    """
    return render_page(
        f"{paper.kind}.html", paper=paper, places=places, trace=trace, not_stated=NOT_STATED
    )
