"""Findings for people: each with its lines of the plan, its places marked, and its remedy."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Source, Span
from ratedsl.report.cells import Cells, lay_out
from ratedsl.report.paint import Paint
from ratedsl.report.safe import safe_text
from ratedsl.report.sources import Lookup

# A line is never cut shorter than this, however narrow the terminal is.
LEAST_ROOM = 30


class Mark(NamedTuple):
    """A place to underline: with `^` where the finding is, with `-` where it comes from."""

    span: Span
    text: str
    sign: str


class Sheet(NamedTuple):
    """What all lines of one finding share: the gutter, the room beside it, the colours."""

    gutter: int
    room: int
    severity: str
    paint: Paint


def render_text(
    found: tuple[Diagnostic, ...], lookup: Lookup, paint: Paint, width: int = 100
) -> str:
    """Every finding as a block of lines, with an empty line after each."""
    return "".join(
        "\n".join(line.rstrip() for line in _block(one, lookup, paint, width)) + "\n\n"
        for one in found
    )


def _block(one: Diagnostic, lookup: Lookup, paint: Paint, width: int) -> Iterator[str]:
    severity = one.severity.value
    marks = [Mark(one.span, one.label, "^")]
    marks += [Mark(label.span, label.text, "-") for label in one.related]
    gutter = len(str(max(mark.span.line for mark in marks)))
    margin = " " * gutter
    sheet = Sheet(gutter, max(width - gutter - 3, LEAST_ROOM), severity, paint)
    yield (
        paint(severity, f"{severity}[{safe_text(one.code)}]")
        + paint("strong", f": {safe_text(one.message)}")
    )
    for path, places in _by_file(one.span.path, marks):
        first = places[0].span
        if path == one.span.path:
            yield f"{margin}{paint('frame', '-->')} {safe_text(str(one.span))}"
        else:
            yield f"{margin}{paint('frame', ':::')} {safe_text(str(first))}"
        source = _text(lookup, path)
        if source is not None:
            yield f"{margin} {paint('frame', '|')}"
            yield from _frame(source, places, sheet)
    edge = paint("frame", "=")
    if one.help:
        yield f"{margin} {edge} {paint('strong', 'help')}: {safe_text(one.help)}"
    if one.witness:
        yield f"{margin} {edge} {paint('strong', 'witness')}: this passes as the plan stands"
        for line in one.witness.splitlines():
            yield f"{margin}     {safe_text(line)}"
    yield f"{margin} {edge} {paint('strong', 'see')}: ratedsl explain {safe_text(one.code)}"


def _by_file(own: str, marks: list[Mark]) -> list[tuple[str, list[Mark]]]:
    """The marks of each file in the order of its text, the finding's own file first."""
    ordered = sorted(marks, key=lambda mark: (mark.span.path != own, mark.span))
    return [(path, list(group)) for path, group in groupby(ordered, lambda mark: mark.span.path)]


def _text(lookup: Lookup, path: str) -> Source | None:
    try:
        return lookup(path)
    except (OSError, LookupError):
        return None


def _frame(source: Source, marks: list[Mark], sheet: Sheet) -> Iterator[str]:
    """The marked lines with their numbers, and under each its marks."""
    gutter, room, severity, paint = sheet
    bar = paint("frame", "|")
    before = 0
    for number, group in groupby(marks, lambda mark: mark.span.line):
        if before and number == before + 2:
            between = lay_out(source.line(before + 1))
            yield _numbered(before + 1, _window(between, 0, 0, room)[0], sheet)
        elif before and number > before + 2:
            yield paint("frame", "...")
        before = number
        cells = lay_out(source.line(number))
        shown: str | None = None
        for mark in group:
            start, end = _stretch(cells, mark.span)
            text, at, length = _window(cells, start, end, room)
            # A cut line is shown again where the next mark needs another part of it.
            if text != shown:
                yield _numbered(number, text, sheet)
                shown = text
            style = severity if mark.sign == "^" else "note"
            line = f"{mark.sign * length} {safe_text(mark.text)}".rstrip()
            yield f"{' ' * gutter} {bar} {' ' * at}{paint(style, line)}"


def _numbered(number: int, text: str, sheet: Sheet) -> str:
    return f"{sheet.paint('frame', f'{number:>{sheet.gutter}} |')} {text}"


def _stretch(cells: Cells, span: Span) -> tuple[int, int]:
    """First and last cell of a span, the last exclusive; at the line's end, one cell past it."""
    size = len(cells.pieces)
    start = cells.starts[min(max(span.column - 1, 0), size)]
    end = cells.starts[min(max(span.end - 1, 0), size)]
    return start, max(end, start + 1)


def _window(cells: Cells, start: int, end: int, room: int) -> tuple[str, int, int]:
    """The part of a line around a stretch that has room, and the stretch's place within it."""
    if cells.width <= room:
        return "".join(cells.pieces), start, end - start
    inner = room - 2  # an ellipsis at either side
    end = min(end, start + inner)
    left = max(0, min(start - (inner - (end - start)) // 2, cells.width - inner))
    first = bisect_right(cells.starts, left) - 1
    last = bisect_right(cells.starts, cells.starts[first] + inner) - 1
    text = "".join(cells.pieces[first:last])
    head = "…" if first else ""
    tail = "…" if last < len(cells.pieces) else ""
    return f"{head}{text}{tail}", len(head) + start - cells.starts[first], end - start
