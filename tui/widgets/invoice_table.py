"""The invoice pane: the bill as rows, what changed, and whether it is still true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from ratedsl.report.money import shared_digits
from tui.bill_row import BillRow, RowKind, change_words
from tui.widgets.line_table import Cell, LineTable, Row, fit

FLASH = 1.0  # seconds for which amounts that have just changed stand out
WIDE = 66  # from here on a row has room for its quantity and unit price
_NO_ROWS: tuple[BillRow, ...] = ()


class InvoiceTable(LineTable):
    """Shows rows of a bill, or words where there is none.

    `label` stands above the rows in warning colour, and the rows are dimmed with it: it says
    why the bill is not that of the text beside it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Why?", id="invoice.why"),
        Binding("e", "clause", "Edit clause", id="invoice.clause"),
        Binding("left_square_bracket", "cycle(-1)", "Cycle before", show=False, id="cycle.before"),
        Binding("right_square_bracket", "cycle(1)", "Cycle after", show=False, id="cycle.after"),
        Binding("y", "copy", "Copy invoice", show=False, id="invoice.copy"),
    ]

    @dataclass
    class ClauseWanted(Message):
        """The clause of this row should be shown in the editor."""

        row: BillRow

    @dataclass
    class CycleWanted(Message):
        """The cycle so many before or after the shown one."""

        by: int

    class CopyWanted(Message):
        """The invoice should go to the clipboard."""

    def __init__(self, id: str) -> None:
        """Without rows, and without words."""
        super().__init__(id=id)
        self.rows: Sequence[BillRow] = _NO_ROWS
        self.words: Sequence[str] = ()
        self.label = ""
        self._changes: dict[int, str] = {}
        self._amount_width = 0
        self._change_width = 0
        self._fresh: set[str] = set()

    def show_rows(self, rows: Sequence[BillRow], currency: str, follows: bool = False) -> None:
        """Show a bill; the cursor stays on the row with the same key.

        If it `follows` the one before, for the same account and cycle, amounts that have
        changed stand out for a moment.
        """
        before = self.row_at(self.cursor)
        amounts = {row.key: row.amount for row in self.rows if row.key}
        self._fresh = set()
        if follows:
            new = {row.key for row in rows if amounts.get(row.key, row.amount) != row.amount}
            self._fresh = new
        if self._fresh:
            self.set_timer(FLASH, self._settle)
        self.rows, self.words = rows, ()
        self._amount_width = max((cell_len(row.amount) for row in rows), default=0)
        digits = shared_digits([row.change for row in rows if row.change], currency)
        self._changes = {
            id(row): change_words(row.change, currency, digits) for row in rows if row.change
        }
        self._change_width = max(map(cell_len, self._changes.values()), default=0)
        self.changed()
        if before and before.key:
            same = next((at for at, row in enumerate(rows) if row.key == before.key), None)
            if same is not None:
                self.cursor = same + self._above

    def _settle(self) -> None:
        self._fresh = set()
        self.refresh()

    def show_words(self, words: Sequence[str]) -> None:
        """Show why there is no bill."""
        self.rows, self.words = _NO_ROWS, words
        self.changed()

    def set_label(self, label: str) -> None:
        """Say that the rows are not of the text beside them; empty to take that back."""
        if label != self.label:
            shift = bool(label) - bool(self.label)
            self.label = label
            self.set_class(bool(label), "-stale")
            self.cursor += shift if self.rows else 0
            self.changed()

    @property
    def _above(self) -> int:
        return 1 if self.label else 0

    def row_at(self, index: int) -> BillRow | None:
        """The bill's row that stands in this line of the table."""
        at = index - self._above
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def cut_words(self, row: BillRow) -> str:
        """What of a row its width does not show, as far as a border can."""
        width = self.scrollable_content_region.width
        drawn = "".join(cell.text for cell in self._draw_row(row, width))
        if row.title not in drawn:
            return fit(row.title, width - 6).rstrip()
        return "" if row.quantity in drawn else fit(row.quantity, width - 6).rstrip()

    def count(self) -> int:
        """Label, then rows or words."""
        return self._above + (len(self.rows) or len(self.words))

    def selectable(self, index: int) -> bool:
        """Rows that lead somewhere."""
        row = self.row_at(index)
        return row is not None and bool(row.key or row.at)

    def draw(self, index: int, width: int) -> Row:
        """One line of the pane."""
        if index < self._above:
            return [Cell(fit(self.label, width), "warning")]
        row = self.row_at(index)
        if row is None:
            return [Cell(fit(self.words[index - self._above], width), "faint")]
        if row.kind is RowKind.HEAD:
            return [Cell(fit(row.title, width), "head")]
        return self._draw_row(row, width)

    def _draw_row(self, row: BillRow, width: int) -> Row:
        style = {
            RowKind.SUM: "strong",
            RowKind.TOTAL: "strong",
            RowKind.NOTE: "faint",
            RowKind.ALERT: "warning",
        }.get(row.kind, "plain")
        if self.label and style in {"plain", "strong"}:
            style = "faint"
        indent = "" if row.kind in {RowKind.SUM, RowKind.TOTAL} else "  "
        right = self._amount_width
        change = self._changes.get(id(row), "")
        changes = self._change_width + 1 if self._change_width else 0
        if not row.amount:
            return [Cell(fit(indent + row.title, width), style)]
        rest = max(width - right - changes - 1, 0)
        cells = self._title_cells(indent + row.title, row.quantity, rest, style)
        fresh = row.key in self._fresh
        cells.append(Cell(" "))
        cells.append(Cell(fit(row.amount, right, right=True), "flash" if fresh else style))
        if changes:
            way = "up" if (row.change or 0) > 0 else "down"
            cells.append(Cell(" " + fit(change, self._change_width, right=True), way))
        return cells

    def _title_cells(self, title: str, quantity: str, width: int, style: str) -> list[Cell]:
        """The title, and the quantity where both have room."""
        if not quantity or (width < WIDE - 20 and cell_len(title) + cell_len(quantity) + 2 > width):
            return [Cell(fit(title, width), style)]
        room = min(cell_len(quantity), width * 2 // 3)
        return [
            Cell(fit(title, width - room - 1), style),
            Cell(" " + fit(quantity, room, right=True), "faint"),  # quieter than the amount
        ]

    def action_clause(self) -> None:
        """Ask for the clause behind the row."""
        row = self.row_at(self.cursor)
        if row and row.at:
            self.post_message(self.ClauseWanted(row))

    def action_cycle(self, by: int) -> None:
        """Ask for a neighbouring cycle."""
        self.post_message(self.CycleWanted(by))

    def action_copy(self) -> None:
        """Ask for a copy."""
        self.post_message(self.CopyWanted())

    def as_text(self) -> str:
        """The rows as plain text, one a line."""
        width = max((cell_len(row.title) + cell_len(row.quantity) for row in self.rows), default=0)
        width += self._amount_width + self._change_width + 6
        lines = []
        for index in range(self.count()):
            lines.append("".join(cell.text for cell in self.draw(index, width)).rstrip())
        return "\n".join(lines) + "\n"
