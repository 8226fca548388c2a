"""A line that waits for an answer without taking a key from what is being typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.reactive import reactive
from textual.widgets import Static

from ratedsl.report.safe import safe_text


@dataclass(frozen=True, slots=True)
class Offer:
    """One answer: its key, its word, and what it does."""

    key: str
    word: str
    act: Callable[[], None]


class Banner(Static, can_focus=True):
    """Hidden until there is something to ask.

    While the editor has the keys, escape brings them here: a letter that was meant for the
    text must never answer.
    """

    words: reactive[str] = reactive("")

    def __init__(self) -> None:
        """Hidden."""
        super().__init__("", id="banner", markup=False)
        self._offers: Sequence[Offer] = ()
        self.display = False

    def ask(self, words: str, offers: Sequence[Offer]) -> None:
        """Show the question; one that was there before is replaced."""
        self._offers = offers
        self.words = words
        self.display = True
        self._say()

    def done(self) -> None:
        """Hide, and give the keys back."""
        had_focus = self.has_focus
        self.display = False
        self.words = ""
        self._offers = ()
        if had_focus:
            self.screen.query_one("#editor").focus()

    def _say(self) -> None:
        keys = " ".join(f"[{one.key}]{one.word.removeprefix(one.key)}" for one in self._offers)
        lead = "" if self.has_focus else "esc, then "
        self.update(f" ▲ {safe_text(self.words)}: {lead}{keys}")

    def watch_has_focus(self, has_focus: bool) -> None:
        """Say how to answer from where the keys are."""
        super().watch_has_focus(has_focus)
        self._say()

    def on_key(self, event: events.Key) -> None:
        """An answer's key acts; escape goes back to the editor and keeps the question."""
        if event.key == "escape":
            event.stop()
            self.screen.query_one("#editor").focus()
            return
        for one in self._offers:
            if event.key == one.key:
                event.stop()
                one.act()
                return
