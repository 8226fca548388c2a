"""Find, and go to line: one input under the editor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static


class FindBar(Horizontal):
    """Hidden until it is opened; escape closes it and gives the keys back to the editor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", id="find.close"),
        Binding("down", "step(1)", "Next", show=False, id="find.next"),
        Binding("up", "step(-1)", "Previous", show=False, id="find.previous"),
    ]

    @dataclass
    class Sought(Message):
        """Look for `words`: `step` 0 from the cursor on, 1 after it, -1 before it."""

        words: str
        step: int

    @dataclass
    class LineSought(Message):
        """Go to a place, counted from 1."""

        line: int
        column: int

    class Closed(Message):
        """The keys belong to the editor again."""

    def __init__(self) -> None:
        """Hidden."""
        super().__init__(id="find")
        self.display = False
        self._finds = True

    def compose(self) -> ComposeResult:
        """A label, the input, and how many there are."""
        yield Static("find", id="find-label", markup=False)
        yield Input(id="find-input", compact=True)
        yield Static("", id="find-count", markup=False)

    def open(self, finds: bool, words: str = "") -> None:
        """Show the bar, to find text or else to go to a line."""
        self._finds = finds
        self.display = True
        self.query_one("#find-label", Static).update("find " if finds else "line ")
        self.say("⏎ next  ↑ before  esc" if finds else "12 or 12:5")
        box = self.query_one(Input)
        box.value = words
        box.focus()

    def say(self, words: str) -> None:
        """What came of it."""
        self.query_one("#find-count", Static).update(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find while typing."""
        event.stop()
        if self._finds and self.display:
            self.post_message(self.Sought(event.value, 0))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The next one, or the line."""
        event.stop()
        if self._finds:
            self.action_step(1)
            return
        place = re.fullmatch(r"\s*(\d{1,9})(?:\s*:\s*(\d{1,9}))?\s*", event.value)
        if place is None:
            self.say("a line number, please")
            return
        self.post_message(self.LineSought(int(place[1]), int(place[2] or 1)))
        self.action_close()

    def action_step(self, by: int) -> None:
        """The next one or the one before."""
        if self._finds:
            self.post_message(self.Sought(self.query_one(Input).value, by))

    def action_close(self) -> None:
        """Hide."""
        self.display = False
        self.post_message(self.Closed())
