"""What the app knows about the plan and the bill on screen, and how true it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tui.job import BillDone, CheckDone, Job, Version
from tui.widgets.status import State

if TYPE_CHECKING:
    from ratedsl.lang.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Shown:
    """The bill on screen, and when it was made."""

    done: BillDone
    at: datetime


class Session:
    """The state of the preview. Lives on the UI thread; results of old jobs are refused.

    `versions` are the last two saved plans that differ in content, newest first: what is
    shown is compared with the newest of them that is not the same plan.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.gen = 0
        self.working = False
        self.found: Sequence[Diagnostic] = ()
        self.checked: Job | None = None
        self.shown: Shown | None = None
        self.versions: tuple[Version, ...] = ()
        self.why_not = ""
        self.crashed = False
        self.last_ms = 0

    def begin(self) -> int:
        """A new job begins: all before it are old."""
        self.gen += 1
        self.working = True
        return self.gen

    def is_old(self, job: Job) -> bool:
        """Whether a newer job has begun since."""
        return job.gen != self.gen

    def take_check(self, done: CheckDone) -> None:
        """The findings are there."""
        self.found = done.diagnostics
        self.checked = done.job
        self.crashed = False
        self.working = done.billing
        if not done.billing:
            self.last_ms = done.ms

    def take_bill(self, done: BillDone, at: datetime) -> None:
        """The bill is there; that of a saved text becomes the version to compare with."""
        self.shown = Shown(done, at)
        self.working = False
        self.why_not = ""
        self.last_ms = done.ms
        if done.job.saved:
            same = bool(self.versions) and self.versions[0].hash == done.version.hash
            older = self.versions[1:] if same else self.versions[:1]
            self.versions = (done.version, *older)

    def take_nothing(self, why: str) -> None:
        """There is no bill, and why."""
        self.shown = None
        self.working = False
        self.why_not = why

    def take_crash(self) -> None:
        """The job ended in a bug; what was shown stays."""
        self.working = False
        self.crashed = True

    def forget_bills(self) -> None:
        """Usage was read anew: bills made of the old one are not compared with."""
        for version in self.versions:
            version.bills.clear()

    def change_plan(self) -> None:
        """Another plan is edited: nothing to show or compare with."""
        self.shown = None
        self.versions = ()
        self.found = ()
        self.checked = None

    @property
    def errors(self) -> int:
        """How many errors the text has."""
        return sum(one.is_error for one in self.found)

    @property
    def behind(self) -> bool:
        """Whether the bill on screen is of an older text than the findings."""
        if self.shown is None or self.checked is None:
            return False
        return self.shown.done.job.gen != self.checked.gen and not self.working

    def label(self) -> str:
        """Why the bill on screen is not that of the text beside it; empty if it is."""
        if self.shown is None:
            return ""
        when = f"from {self.shown.at:%H:%M:%S}, "
        if self.crashed:
            return when + "an internal error stopped the new one"
        if self.errors:
            return when + f"plan has {self.errors} error{'s' if self.errors != 1 else ''}"
        if self.behind:
            return when + "save to bill the changes"
        return ""

    def state(self, dirty: bool) -> tuple[State, str]:
        """The glyph and the words for the title line."""
        errors = f"{self.errors} error{'s' if self.errors != 1 else ''}"
        cases = (
            (self.working, State.WORKING, "working"),
            (self.crashed, State.STALE, "internal error"),
            (self.errors > 0, State.STALE, errors),
            (self.shown is None, State.WAITING, "no bill" if self.checked else "loading"),
            (self.behind, State.STALE, "stale"),
            (dirty, State.UNSAVED, f"unsaved {self.last_ms} ms"),
            (True, State.LIVE, f"live {self.last_ms} ms"),
        )
        return next((state, words) for holds, state, words in cases if holds)
