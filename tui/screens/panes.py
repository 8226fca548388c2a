"""The panes of the Author screen, and what they say about the state they show."""

from __future__ import annotations

from decimal import Decimal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from tui.session import Session
from tui.widgets.banner import Banner
from tui.widgets.editor import RateEditor
from tui.widgets.find_bar import FindBar
from tui.widgets.invoice_table import InvoiceTable
from tui.widgets.keys import KeyLine
from tui.widgets.line_table import set_border
from tui.widgets.problem_table import ProblemTable
from tui.widgets.status import Status, StatusLine

SMALLEST = (60, 15)
ZOOMS = ("-zoom-editor", "-zoom-invoice", "-zoom-problems")
ROOM_FOR_NOTES = 150  # columns of the screen from which amounts stand beside their clauses


class Panes(Screen[None]):
    """Editor and invoice side by side, findings below; knows layout and titles, no work."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # as the base class declares it
        (0, "-narrow"),
        (100, "-wide"),
        (150, "-very-wide"),
    ]

    def __init__(self) -> None:
        """All panes are empty."""
        super().__init__()
        self.session = Session()
        self.editor = RateEditor(id="editor")
        self.invoice = InvoiceTable(id="invoice")
        self.problems = ProblemTable(id="problems")
        self.banner = Banner()
        self.find_bar = FindBar()
        self.status = StatusLine()

    def compose(self) -> ComposeResult:
        """Title, banner, editor and invoice side by side, findings below, keys."""
        yield Static("", id="too-small", markup=False)
        yield self.status
        yield self.banner
        with Horizontal(id="work"):
            with Vertical(id="text"):
                yield self.editor
                yield self.find_bar
            yield self.invoice
        yield self.problems
        yield KeyLine()

    @on(Resize)
    def _resized(self, event: Resize) -> None:
        width, height = event.size
        self.set_class(width < SMALLEST[0] or height < SMALLEST[1], "-too-small")
        self.query_one("#too-small", Static).update(f"needs 60x15, now {width}x{height}")
        self._show_notes()

    def action_zoom(self) -> None:
        """One pane fills the screen, or all are back."""
        zoomed = [name for name in ZOOMS if self.has_class(name)]
        self.remove_class(*ZOOMS)
        if not zoomed:
            focused = self.focused.id if self.focused is not None else None
            pane = focused if focused in {"invoice", "problems"} else "editor"
            self.add_class(f"-zoom-{pane}")

    # What the panes say about themselves -------------------------------------------------

    def show_titles(self, file: str, dirty: bool, account: str) -> None:
        """Title line, borders and label, from the session and these."""
        shown = self.session.shown
        cycle = shown.done.cycle.label if shown else ""
        who = f"{account} {cycle}".strip() if account else ""
        state, words = self.session.state(dirty)
        self.status.status = Status(file, dirty, who, state, words)
        set_border(self.editor, file + ("*" if dirty else ""))
        title = f"Invoice {cycle}".strip()
        if shown and shown.done.change is not None and shown.done.change.comparable:
            title += " · Δ vs saved"
        if shown and not shown.done.job.saved:
            title += " · unsaved"
        set_border(self.invoice, title)
        self.invoice.set_label(self.session.label())
        self._show_notes()

    def _show_notes(self) -> None:
        """Beside each clause of the open file, what it makes on the bill."""
        shown = self.session.shown
        if shown is None or self.session.label() or self.size.width < ROOM_FOR_NOTES:
            self.editor.set_notes({})
            return
        from ratedsl.report.money import format_amount  # noqa: PLC0415

        invoice = shown.done.bill.invoice
        made = [(item.at, item.amount) for item in (*invoice.items, *invoice.after_tax)]
        made += [(tax.at, tax.amount) for tax in invoice.taxes]
        sums: dict[int, Decimal] = {}
        for at, amount in made:
            if at.path == shown.done.job.path:
                sums[at.line - 1] = sums.get(at.line - 1, Decimal(0)) + amount
        self.editor.set_notes(  # the same clause may make several rows
            {row: format_amount(amount, invoice.currency) for row, amount in sums.items()}
        )
