"""Text of a fact with the cells of a row woven in, whose places are those of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ratedsl.lang.source import Row, Source, Span

Stretch = tuple[int, int]
"""Where a piece of text starts and ends, as offsets into the file."""


class Piece(NamedTuple):
    """A stretch of woven text, and where in the file it comes from."""

    start: int
    end: int
    origin: int


class Woven(Source):
    """One fact of one row. Places in it are those of the cells and of the fact in the file."""

    def weave(self, source: Source, fact: Stretch, pieces: list[Piece]) -> Woven:
        """Say where the text comes from; gives itself."""
        object.__setattr__(self, "woven", (source, fact, pieces))
        return self

    def row(self, offset: int) -> Row | None:
        """None: its words come from several lines."""
        return None

    def span(self, start: int, end: int) -> Span:
        """The place of `text[start:end]`; of the fact in the file where it is all of it."""
        woven: tuple[Source, Stretch, list[Piece]] = self.woven  # type: ignore[attr-defined]
        source, fact, pieces = woven
        if start == 0 and end >= len(self.text):
            return source.span(*fact)
        found = pieces[-1]
        for piece in pieces:
            if piece.start <= start < piece.end:
                found = piece
                break
        first = found.origin + start - found.start
        return source.span(first, first + min(end, max(found.end, start + 1)) - start)


def weave(
    source: Source,
    fact: Stretch,
    names: Iterable[tuple[str, int, int]],
    row: Mapping[str, Stretch],
) -> Woven:
    """The fact with the row's cell wherever it names a column.

    `names` are the columns that the fact names and where, in order; `row` is where the cell of
    each column stands.
    """
    stretches = list(_stretches(fact, names, row))
    pieces, at = [], 0
    for first, last in stretches:
        pieces.append(Piece(at, at + last - first, first))
        at += last - first
    text = "".join(source.text[first:last] for first, last in stretches)
    return Woven(source.path, text).weave(source, fact, pieces)


def _stretches(
    fact: Stretch, names: Iterable[tuple[str, int, int]], row: Mapping[str, Stretch]
) -> Iterator[Stretch]:
    """The stretches of the file that make up a fact of a row, in order."""
    at = fact[0]
    for name, first, last in names:
        if at < first:
            yield at, first
        yield row[name]
        at = last
    if at < fact[1]:
        yield at, fact[1]
