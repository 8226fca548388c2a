"""Whose usage is billed: accounts and their events, read in the background and kept."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from ratedsl.usage.privacy import mask_name
from tui.job import Usage
from tui.lane import Lane
from tui.messages import BugFound
from tui.screens.picker import Choice, Picker
from tui.services import UsageTrouble

if TYPE_CHECKING:
    from ratedsl.rating.events import Account
    from tui.screens.author import AuthorScreen

KEPT = 16  # accounts whose events stay in memory
_PLAN = re.compile(r"^plan[ \t]+([^\W\d][\w-]*)", re.MULTILINE)

NO_USAGE = (
    "No usage to bill yet.",
    "",
    "Make some:",
    "  ratedsl usage sample --into .ratedsl/demo.db",
    "and open the app with it:",
    "  ratedsl tui PLAN --usage .ratedsl/demo.db",
)


def plan_id(text: str) -> str:
    """The id of the plan in `text`, empty if it has none."""
    found = _PLAN.search(text)
    return found.group(1) if found else ""


@dataclass
class AccountsRead(Message):
    """All accounts of the database."""

    accounts: Sequence[Account]


@dataclass
class EventsRead(Message):
    """One account's events."""

    usage: Usage


@dataclass
class UsageFailed(Message):
    """The database cannot be read, and why."""

    words: str


class UsageDesk:
    """Reads accounts once, and an account's events when it is first chosen."""

    def __init__(self, screen: AuthorScreen, database: Path | None) -> None:
        """Nothing is read before `start`."""
        self.screen = screen
        self.database = database
        self.accounts: Sequence[Account] = ()
        self.current: Usage | None = None
        self.cycle = ""
        self.words: Sequence[str] = NO_USAGE if database is None else ("reading usage …",)
        self._kept: OrderedDict[str, Usage] = OrderedDict()
        self._lane = Lane(
            "usage", lambda error: screen.post_message(BugFound(error)), newest_only=True
        )

    def start(self) -> None:
        """Read the accounts, also again after the database has changed."""
        if self.database is None:
            return
        database = self.database
        self._kept.clear()
        self._try(lambda: AccountsRead(self.screen.services.accounts(database)))

    def stop(self) -> None:
        """Read no more; returns at once."""
        self._lane.close()

    def _try(self, read: Callable[[], Message]) -> None:
        def task(cancelled: Callable[[], bool]) -> None:
            try:
                done = read()
            except UsageTrouble as trouble:
                done = UsageFailed(str(trouble))
            if not cancelled():
                self.screen.post_message(done)

        self._lane.submit(task)

    def take_accounts(self, accounts: Sequence[Account], plan: str) -> None:
        """Choose the account there was, else the first that holds the plan, else the first."""
        self.accounts = accounts
        if not accounts:
            self.words = ("The usage database has no accounts.", *NO_USAGE[1:])
            self.current = None
            self.screen.usage_changed()
            return
        before = self.current.account.id if self.current else ""
        chosen = next((one for one in accounts if one.id == before), None)
        chosen = chosen or next((one for one in accounts if _holds(one, plan)), accounts[0])
        self.choose(chosen)

    def take_events(self, usage: Usage) -> None:
        """The events of the chosen account are there."""
        if self.current is not None and self.current.account.id != usage.account.id:
            self.screen.unmasking.mask()
        self._kept[usage.account.id] = usage
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.current = usage
        self.screen.usage_changed()

    def take_failure(self, words: str) -> None:
        """Say why there is no usage; the account that is shown stays."""
        self.words = ("Usage cannot be read:", words)
        if self.current is None:
            self.screen.usage_changed()
        else:
            self.screen.say(words, "error")

    def choose(self, account: Account) -> None:
        """Bill this account from now on."""
        if kept := self._kept.get(account.id):
            self._kept.move_to_end(account.id)
            self.take_events(kept)
            return
        database = self.database
        if database is None:
            return
        services, accounts = self.screen.services, self.accounts

        def read() -> EventsRead:
            events = services.events(database, account.id)
            return EventsRead(Usage(account, events, services.around(database, accounts)))

        self._try(read)

    def pick_account(self) -> None:
        """Let the user choose an account."""
        from ratedsl.report.names import distinct  # noqa: PLC0415  # loads pydantic

        # The reason was for one account; the list shows all of them.
        self.screen.unmasking.mask()
        if not self.accounts:
            self.screen.say(" ".join(self.words[:1]) or "no accounts", "warning")
            return
        by_id = {one.id: one for one in self.accounts}
        current = self.current.account.id if self.current else ""

        def chosen(account: str | None) -> None:
            if account is not None:
                self.choose(by_id[account])

        title = f"Account: {len(by_id):,}"
        plan = plan_id(self.screen.editor.text)
        on_plan_first = sorted(self.accounts, key=lambda one: not _holds(one, plan))
        names = distinct(one.id for one in self.accounts)  # masked, yet no two alike
        choices = [Choice(one.id, names[one.id], _about(one)) for one in on_plan_first]
        self.screen.app.push_screen(Picker(title, choices, current), chosen)

    def pick_cycle(self) -> None:
        """Let the user choose a cycle of the shown account."""
        shown = self.screen.session.shown
        if shown is None:
            self.screen.say("no cycles to choose from yet", "warning")
            return
        done = shown.done

        def chosen(label: str | None) -> None:
            if label is not None:
                self.set_cycle(label)

        choices = [
            Choice(one.label, one.label, f"{one.start} up to {one.end}") for one in done.cycles
        ]
        self.screen.app.push_screen(Picker("Cycle", choices[::-1], done.cycle.label), chosen)

    def step_cycle(self, by: int) -> None:
        """The cycle before or after the shown one, if there is one."""
        shown = self.screen.session.shown
        if shown is None:
            return
        labels = [one.label for one in shown.done.cycles]
        at = labels.index(shown.done.cycle.label) + by
        if 0 <= at < len(labels):
            self.set_cycle(labels[at])
        else:
            self.screen.say(
                "there is no later cycle" if by > 0 else "there is no cycle before this one"
            )

    def set_cycle(self, label: str) -> None:
        """Bill this cycle from now on."""
        self.cycle = label
        self.screen.usage_changed()


def _holds(account: Account, plan: str) -> bool:
    return any(held.plan == plan for line in account.lines for held in line.subscriptions)


def _about(account: Account) -> str:
    plans = dict.fromkeys(held.plan for line in account.lines for held in line.subscriptions)
    lines = len(account.lines)
    count = f"{lines} line{'s' if lines != 1 else ''}"
    words = (mask_name(account.name), account.segment, count, ", ".join(plans))
    return " · ".join(word for word in words if word)
