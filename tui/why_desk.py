"""Asking a bill for the reasons of one of its rows, off the UI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from ratedsl.lang.source import Span
from tui.bill_row import BillRow
from tui.lane import Lane
from tui.messages import BugFound

if TYPE_CHECKING:
    from ratedsl.rating.trace import Why
    from tui.screens.author import AuthorScreen


@dataclass
class WhyFound(Message):
    """The reasons of a row, or None where the bill has none."""

    why: Why | None
    row: BillRow
    currency: str


class WhyDesk:
    """Opens the drawer once the reasons are worked out."""

    def __init__(self, screen: AuthorScreen) -> None:
        """Idle."""
        self._screen = screen
        self._lane = Lane(
            "why", lambda error: screen.post_message(BugFound(error)), newest_only=True
        )

    def stop(self) -> None:
        """Answer no more; returns at once."""
        self._lane.close()

    def explain(self, row: BillRow | None) -> None:
        """Work out the reasons of a row; one that has only a clause leads there."""
        shown = self._screen.session.shown
        if row is None or shown is None:
            return
        if not row.key:
            if row.at is not None:
                self._screen.places.jump(row.at)
            return
        bill, post = shown.done.bill, self._screen.post_message

        def task(cancelled: Callable[[], bool]) -> None:
            why = bill.explain(row.key)
            if not cancelled():
                post(WhyFound(why, row, bill.invoice.currency))

        self._lane.submit(task)

    def show(self, found: WhyFound) -> None:
        """Open the drawer; the clause that is chosen in it is shown in the editor."""
        from tui.screens.why import WhyDrawer  # noqa: PLC0415  # loads pydantic, as the bill did

        if found.why is None:
            self._screen.say("there is nothing more to say about this row")
            return

        def chosen(span: Span | None) -> None:
            if span is not None:
                self._screen.places.jump(span)

        self._screen.app.push_screen(WhyDrawer(found.why, found.currency), chosen)
