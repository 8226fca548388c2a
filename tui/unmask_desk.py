"""Showing one account in full: after a reason, noted first, until another is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from ratedsl.usage.privacy import drop, lift, mask_text
from tui.lane import Lane
from tui.messages import BugFound
from tui.screens.reason import Reason
from tui.services import UsageTrouble

if TYPE_CHECKING:
    from tui.screens.author import AuthorScreen


@dataclass
class Unmasked(Message):
    """The access log has its entry: the account may be shown."""

    account: str


@dataclass
class UnmaskRefused(Message):
    """Nothing is shown, and why."""

    words: str


class UnmaskDesk:
    """Lifts the mask for the account that is shown, and puts it back."""

    def __init__(self, screen: AuthorScreen) -> None:
        """All is masked."""
        self.lifted = False
        self._screen = screen
        self._lane = Lane(
            "unmask", lambda error: screen.post_message(BugFound(error)), newest_only=True
        )

    def stop(self) -> None:
        """Mask, and write no more; returns at once."""
        self._lane.close()
        self._drop()

    def ask(self) -> None:
        """Let the user say why, then write it down and show the account."""
        usage, database = self._screen.usage.current, self._screen.usage.database
        if usage is None or database is None:
            self._screen.say("no account is shown", "warning")
            return
        if self.lifted:
            self._screen.say("numbers are shown in full already")
            return
        account = usage.account.id
        unmask, post = self._screen.services.unmask, self._screen.post_message

        def answered(reason: str | None) -> None:
            if reason is None:
                return

            def task(_cancelled: Callable[[], bool]) -> None:
                try:
                    unmask(database, account, reason)
                except UsageTrouble as trouble:
                    post(UnmaskRefused(str(trouble)))
                else:
                    post(Unmasked(account))

            self._lane.submit(task)

        question = (
            f"Why must account {mask_text(account)} be seen in full?\n"
            "Your name and the reason are noted in the database."
        )
        self._screen.app.push_screen(Reason(question), answered)

    def take(self, account: str) -> None:
        """The entry is written: show the account, if it is still the one on screen."""
        usage = self._screen.usage.current
        if usage is not None and usage.account.id == account and not self.lifted:
            self.lifted = True
            lift()
            self._screen.redraw()

    def mask(self) -> None:
        """Mask again."""
        if self.lifted:
            self._drop()
            self._screen.redraw()

    def _drop(self) -> None:
        if self.lifted:
            self.lifted = False
            drop()
