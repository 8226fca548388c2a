"""Asking why personal data must be seen in full."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from ratedsl.report.safe import safe_lines
from tui.screens.dialog import Dialog


class Reason(Dialog[str]):
    """Answers the reason as it was typed, or None."""

    def __init__(self, question: str) -> None:
        """`question` says what will be shown and noted."""
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and one line to answer it."""
        with Vertical(classes="dialog -question"):
            yield Static(safe_lines(self._question), markup=False)
            yield Input(placeholder="reason", compact=True, id="reason")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)
