"""When to check and bill: at once after a save, soon after a keystroke, never on the UI thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.timer import Timer

from tui.collector import Collector
from tui.job import Job, run_job
from tui.lane import Lane
from tui.messages import BugFound
from tui.usage_desk import plan_id

if TYPE_CHECKING:
    from tui.screens.author import AuthorScreen

AFTER_TYPING = 0.15  # seconds of quiet before unsaved text is checked
AFTER_PAINT = 0.1  # seconds from a result to the collector's turn
CHEAP_MS = 400  # a bill that took longer waits for the save


class PreviewDesk:
    """Starts jobs; the newest cancels those before it."""

    def __init__(self, screen: AuthorScreen) -> None:
        """Idle."""
        self._screen = screen
        self._lane = Lane(
            "preview", lambda error: screen.post_message(BugFound(error)), newest_only=True
        )
        self._timer: Timer | None = None
        self._plan_file: Path | None = None
        self._sent: str | None = None
        self._collector = Collector()
        self._resume: Timer | None = None

    def stop(self) -> None:
        """Cancel what runs; returns at once."""
        self._lane.close()
        self._collector.resume()

    @property
    def idle(self) -> bool:
        """Whether nothing runs and nothing is about to."""
        return self._timer is None and not self._lane.busy

    def file_opened(self) -> bool:
        """Bill with the open file if it is a plan; True if that is another one than before.

        A library has nothing to bill: the plan that was open before it goes on being billed.
        """
        path = self._screen.files.path
        if self._plan_file is not None and not plan_id(self._screen.files.file.text):
            return False
        changed = path != self._plan_file
        self._plan_file = path
        return changed

    def soon(self) -> None:
        """The text has changed: check it after a moment of quiet."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(AFTER_TYPING, self.now)

    def text_changed(self) -> None:
        """The buffer was edited, or loaded: check what has not been sent to check yet."""
        if self._screen.editor.text != self._sent:
            self.soon()

    def done(self) -> None:
        """The newest job has ended: the collector may work once the result is painted."""
        self._resume = self._screen.set_timer(AFTER_PAINT, self._collector.resume)

    def now(self) -> None:
        """Check and bill what is in the editor."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        screen = self._screen
        saved = not screen.files.dirty
        session = screen.session
        path = screen.files.path
        job = Job(
            gen=session.begin(),
            path=str(path),
            text=screen.editor.text,
            saved=saved,
            plan_file=None if self._plan_file in {None, path} else self._plan_file,
            usage=screen.usage.current,
            cycle=screen.usage.cycle,
            bill=saved or session.last_ms <= CHEAP_MS,
            versions=session.versions,
        )
        self._sent = job.text
        services, post = screen.services, screen.post_message

        self._collector.pause()
        if self._resume is not None:
            self._resume.stop()
        self._lane.submit(lambda cancelled: run_job(job, services, post, cancelled))
        screen.show_state()
