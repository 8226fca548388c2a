"""How wide text stands on a terminal, character by character, and safe to print there.

The width rule is the Unicode one (East Asian Width, combining marks take no room), written
here in a few lines because a plain report must not load a terminal library.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ratedsl.report.safe import safe_text

TAB_STOP = 4


def cell_width(text: str) -> int:
    """How many terminal cells the text takes; `text` is already safe to print."""
    return len(text) if text.isascii() else sum(map(_width, text))


def pad(text: str, width: int, right: bool = False) -> str:
    """The text filled with spaces to `width` cells, at its left if it belongs to the right."""
    spaces = " " * (width - cell_width(text))
    return spaces + text if right else text + spaces


class Cells(NamedTuple):
    """A line as it is shown: one piece a character, and the cell at which each begins.

    `starts` has one more entry than `pieces`, the width of the whole.
    """

    pieces: tuple[str, ...]
    starts: tuple[int, ...]

    @property
    def width(self) -> int:
        """The width of the whole line in cells."""
        return self.starts[-1]


@lru_cache(maxsize=16)  # a line with many findings, however long it is, is laid out once
def lay_out(line: str) -> Cells:
    """The line as it is shown: tabs run to the next stop, control characters are pictures."""
    pieces: list[str] = []
    at = 0
    starts = [0]
    for character in line:
        piece = safe_text(character, tabs=" " * (TAB_STOP - at % TAB_STOP))
        at += cell_width(piece)
        pieces.append(piece)
        starts.append(at)
    return Cells(tuple(pieces), tuple(starts))


def cut_text(text: str, width: int) -> str:
    """The text in at most `width` cells, with `…` where some of it is missing."""
    if cell_width(text) <= width:
        return text
    ends = list(accumulate(map(_width, text)))
    return text[: sum(end <= width - 1 for end in ends)] + "…"


def _width(character: str) -> int:
    if character.isascii():
        return 1
    from unicodedata import category, east_asian_width  # noqa: PLC0415

    if category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1
