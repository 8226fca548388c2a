"""Reports of the operator's own as tables, in text or Markdown: margins and statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from ratedsl.report.invoice_text import draw, grid
from ratedsl.report.markdown import escape, table


@dataclass(slots=True)
class Grid:
    """A table: its rows are safe to print already, and `sums` are rows set apart below them."""

    header: tuple[str, ...]
    right: tuple[int, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    sums: list[tuple[str, ...]] = field(default_factory=list)


@dataclass(slots=True)
class Ledger:
    """A report: a title, lines of words, tables, and notes that must not be overlooked."""

    title: str
    words: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def as_markdown(ledgers: Iterable[Ledger]) -> str:
    """The reports as Markdown."""
    parts = []
    for one in ledgers:
        lines = [f"# {escape(one.title)}", "", *(f"- {escape(words)}" for words in one.words)]
        for found in one.grids:
            rows = [[escape(cell) for cell in row] for row in found.rows]
            rows += [[f"**{escape(cell)}**" if cell else "" for cell in row] for row in found.sums]
            lines += ["", *table([escape(cell) for cell in found.header], found.right, rows)]
        if one.notes:
            lines += ["", *(f"- {escape(note)}" for note in one.notes)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def as_text(ledgers: Sequence[Ledger], *, colour: bool = False, width: int = 80) -> str:
    """The reports in lines of at most `width` cells."""
    shown = [draw(_parts(one), colour=colour, width=width) for one in ledgers]
    return "\n".join(shown)


def _parts(one: Ledger) -> Iterator[RenderableType]:
    yield Text(one.title, style="bold")
    for words in one.words:
        yield Text(words)
    yield Rule(style="dim")
    for found in one.grids:
        columns = ["right" if at in found.right else "left" for at in range(len(found.header))]
        drawn = grid("words", *columns[1:])
        drawn.add_row(*(Text(cell, style="dim") for cell in found.header))
        for row in found.rows:
            drawn.add_row(*(Text(cell) for cell in row))
        for row in found.sums:
            drawn.add_row(*(Text(cell, style="bold") for cell in row))
        yield Padding(drawn, (0, 0, 1, 0))
    for note in one.notes:
        yield Text(note, style="yellow")
