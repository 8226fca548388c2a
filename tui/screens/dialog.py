"""What all dialogs share: a box over the screen that escape closes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Static

from ratedsl.report.safe import safe_lines
from tui.widgets.line_table import Cell, LineTable, Row, fit, set_border

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A modal box with a title; escape answers None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", id="dialog.close"),
    ]

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # as the base class declares it
        (0, "-narrow"),
        (100, "-wide"),
    ]

    def action_close(self) -> None:
        """Answer None."""
        self.dismiss(None)


class Ask(Dialog[str]):
    """A question with an answer per key. Answers the key, or None for escape."""

    def __init__(self, question: str, choices: Sequence[tuple[str, str]]) -> None:
        """`choices` pairs a key with what it does."""
        super().__init__()
        self._question = question
        self._choices = choices

    def compose(self) -> ComposeResult:
        """The question, and the keys below it."""
        keys = [*self._choices, ("esc", "go back")]
        lines = [f"  {key:<3}  {words}" for key, words in keys]
        text = "\n".join([safe_lines(self._question), "", *lines])
        with Vertical(classes="dialog -question"):
            yield Static(text, markup=False)

    def on_key(self, event: Key) -> None:
        """Any of the offered keys answers."""
        if event.key in {key for key, _ in self._choices}:
            event.stop()
            self.dismiss(event.key)


class _Lines(LineTable):
    def __init__(self, lines: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._lines = lines

    def count(self) -> int:
        return len(self._lines)

    def draw(self, index: int, width: int) -> Row:
        text, style = self._lines[index]
        return [Cell(fit(text, width), style)]


class Show(Dialog[None]):
    """Lines to read, such as help or a difference; each with its style."""

    def __init__(self, title: str, lines: Sequence[tuple[str, str]], note: str = "") -> None:
        """`note` stands in the lower border."""
        super().__init__()
        self._title, self._lines, self._note = title, lines, note

    def compose(self) -> ComposeResult:
        """The lines in a box."""
        with Vertical(classes="dialog -large") as box:
            set_border(box, self._title, self._note or "esc close")
            yield _Lines(self._lines)
