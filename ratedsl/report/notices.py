"""Notices as lines of text: what the data say that bills do not take up, and whose is the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ratedsl.billing.notices import Notice
from ratedsl.report.names import shown


def notice_lines(notices: Iterable[Notice]) -> Iterator[str]:
    """One line a notice."""
    for one in notices:
        first = "the first " if one.count > 1 else ""
        where = f"{one.words}, {first}`{shown(one.owner)}` on {one.day}"
        yield f"{where}; {one.help}" if one.help else where
