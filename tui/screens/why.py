"""The Why drawer: how a row of the invoice came to its amount, back to the clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from ratedsl.lang.source import Span
from ratedsl.rating.trace import EventRow, Step, Why
from ratedsl.report.money import format_amount
from ratedsl.report.safe import safe_text
from ratedsl.usage.privacy import mask_text, mask_words
from tui import clipboard
from tui.screens.dialog import Dialog
from tui.widgets.line_table import Cell, LineTable, Row, fit, set_border, wrap

_COLUMNS = ("start", "number", "quantity", "billed", "outcome", "amount")
_RIGHT = (False, False, True, True, False, True)
_NUMBER, _QUANTITY = 1, 2
_USUAL = 76  # columns, until the drawer knows its own


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the drawer: words, perhaps of a step, or an event, or the columns' names."""

    words: str = ""
    style: str = "plain"
    step: Step | None = None
    event: EventRow | None = None
    names: bool = False
    place: str = ""


def _step_lines(step: Step, indent: str, width: int) -> Iterator[_Line]:
    """A step's words, wrapped, with its place at the right of the first line."""
    place = safe_text(step.at.place.rsplit("/", 1)[-1]) if step.at else ""
    room = max(width - cell_len(place) - 3 - len(indent), 20)
    for number, words in enumerate(wrap(mask_words(step.words), room)):
        if number == 0:
            yield _Line(indent + words, step=step, place=place)
        else:
            yield _Line(f"{indent}  {words}")


class WhyTable(LineTable):
    """Formula, steps and events; enter on an event opens its own steps below it."""

    def __init__(self, why: Why, currency: str) -> None:
        """All events are closed at first."""
        super().__init__(id="why")
        self.why = why
        self._currency = currency
        self._open: set[int] = set()
        self._widths = self._measure()
        self.lines = list(self._lines(_USUAL))

    def _measure(self) -> tuple[int, ...]:
        columns = [self._columns(event) for event in self.why.events]
        widths = [max(map(cell_len, column)) for column in zip(*columns, strict=True)]
        pairs = zip(widths, _COLUMNS, strict=False)
        # A column in which nothing stands (a data session has no number) takes no room.
        return tuple(max(width, cell_len(name)) if width else 0 for width, name in pairs)

    def _columns(self, event: EventRow) -> tuple[str, ...]:
        amount = format_amount(event.amount, self._currency)
        number = mask_text(event.number)
        return event.start, number, event.quantity, event.billed, event.outcome, amount

    def _lines(self, width: int) -> Iterator[_Line]:
        why = self.why
        for words in wrap(mask_words(why.formula), width - 1):
            yield _Line(words, "strong")
        if why.steps:
            yield _Line()
            yield _Line("Steps", "head")
            for step in why.steps:
                yield from _step_lines(step, "", width)
        if why.events:
            yield _Line()
            yield _Line(f"Events {why.total_events:,}", "head")
            yield _Line(names=True)
            for at, event in enumerate(why.events):
                yield _Line(event=event)
                if at in self._open:
                    for step in event.steps:
                        yield from _step_lines(step, "    ", width)
            if more := why.total_events - len(why.events):
                yield _Line(f"… {more:,} more", "faint")

    def on_resize(self) -> None:
        """Words wrap at the new width."""
        self.lines = list(self._lines(self.scrollable_content_region.width))
        super().on_resize()

    def _join(self, columns: tuple[str, ...], width: int) -> str:
        """The columns as one row; the raw quantity and the number give way where it is narrow."""
        widths = list(self._widths)
        for spare in (_QUANTITY, _NUMBER):
            if sum(one + 2 for one in widths if one) + 1 > width:
                widths[spare] = 0
        parts = zip(columns, widths, _RIGHT, strict=True)
        return "   " + "  ".join(fit(text, one, side) for text, one, side in parts if one)

    def count(self) -> int:
        """Every line, open steps included."""
        return len(self.lines)

    def selectable(self, index: int) -> bool:
        """Events, and steps that have a clause."""
        line = self.lines[index]
        return line.event is not None or bool(line.step and line.step.at)

    def draw(self, index: int, width: int) -> Row:
        """One line; a step has its place at the right."""
        line = self.lines[index]
        if line.event is not None:
            return [Cell(fit(self._join(self._columns(line.event), width), width))]
        if line.names:
            return [Cell(fit(self._join(_COLUMNS, width), width), "faint")]
        words = " " + line.words if line.words else ""
        words = fit(words, max(width - cell_len(line.place) - 2, 0) if line.place else width)
        return [Cell(words, line.style), Cell("  " + line.place if line.place else "", "mark")]

    def toggle(self, index: int) -> None:
        """Open or close the event in this line."""
        event = self.lines[index].event
        at = next(i for i, one in enumerate(self.why.events) if one is event)
        self._open ^= {at}
        self.lines = list(self._lines(self.scrollable_content_region.width))
        self.changed()

    def as_text(self) -> str:
        """The whole explanation as plain text."""
        width = max(sum(self._widths) + 20, 100)
        lines = "".join
        drawn = [lines(cell.text for cell in self.draw(i, width)) for i in range(self.count())]
        return "\n".join([self.why.title, *(line.rstrip() for line in drawn), ""])


class WhyDrawer(Dialog[Span]):
    """Answers the clause that the user wants to see in the editor, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", id="why.copy"),
        Binding("q", "close", "Close", show=False, id="why.close"),
    ]

    def __init__(self, why: Why, currency: str) -> None:
        """Explain one row whose amounts are in `currency`."""
        super().__init__()
        self._why = why
        self._currency = currency

    def compose(self) -> ComposeResult:
        """The table in a box."""
        amount = format_amount(self._why.amount, self._currency)
        with Vertical(classes="dialog -drawer") as box:
            set_border(
                box,
                f"Why this charge?  {self._why.title}  {amount}",
                "⏎ go to clause · ⏎ on an event: its steps · y copy · esc close",
            )
            yield WhyTable(self._why, self._currency)

    def on_mount(self) -> None:
        """Begin at the first step that leads somewhere."""
        self.query_one(WhyTable).action_first()

    def on_line_table_chosen(self, event: LineTable.Chosen) -> None:
        """A step leads to its clause, an event opens."""
        table = self.query_one(WhyTable)
        line = table.lines[event.index]
        if line.step is not None and line.step.at is not None:
            self.dismiss(line.step.at)
        elif line.event is not None:
            table.toggle(event.index)

    def action_copy(self) -> None:
        """Copy the explanation."""
        clipboard.copy(self.app, self.query_one(WhyTable).as_text())
