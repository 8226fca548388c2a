"""Markdown in which text from outside stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ratedsl.report.safe import safe_text
from ratedsl.report.spreadsheet import harmless_cell

# What starts emphasis, code, links, HTML, entities, table cells, mentions or formulas,
# and what would make a link out of a bare address.
_SPECIAL = re.compile(r"[\\`*_\[\]<>|~#&$@!]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def escape(text: str) -> str:
    """The text on one line, shown by Markdown as it is written."""
    return _SPECIAL.sub(r"\\\g<0>", safe_text(text))


def table(header: Sequence[str], right: Iterable[int], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; the columns numbered in `right` are aligned to the right.

    Cells are Markdown already: escape what comes from outside. A table is often pasted into
    a spreadsheet, so no cell of it is a formula there.
    """
    numbers = set(right)
    rule = ["---:" if column in numbers else "---" for column in range(len(header))]
    kept = [[harmless_cell(cell) for cell in cells] for cells in (header, *rows)]
    return [f"| {' | '.join(cells)} |" for cells in (kept[0], rule, *kept[1:])]
