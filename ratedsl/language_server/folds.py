"""What an editor may fold away: records, runs of comments, and the list of used files."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from ratedsl.lang.source import Source
from ratedsl.language_server.outline import outline


class Fold(NamedTuple):
    """The lines from the one that stays to the last one that goes."""

    first: int
    last: int
    kind: str


def folds(source: Source) -> list[Fold]:
    """Every stretch of two lines or more; a record ends with its last fact."""
    found = [Fold(one.line, one.last, "record") for one in outline(source)]
    lines = enumerate(source.text.split("\n"), 1)
    for kind, run in groupby(lines, lambda entry: _kind(entry[1])):
        if kind:
            numbers = [number for number, _ in run]
            found.append(Fold(numbers[0], numbers[-1], kind))
    return sorted(one for one in found if one.last > one.first)


def _kind(line: str) -> str:
    if line.lstrip().startswith("#"):
        return "comment"
    return "imports" if line.split(None, 1)[:1] == ["use"] else ""
