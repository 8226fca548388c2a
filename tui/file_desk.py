"""The open file: loading, saving, and keeping what is not saved."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.timer import Timer

from ratedsl.lang.textfile import FileTrouble, TextFile, digest_of, read, read_bytes, write
from tui import recovery
from tui.disk_changes import DiskChanges, FileSaved, KeptFound
from tui.lane import Lane
from tui.messages import BugFound
from tui.screens.dialog import Ask
from tui.watcher import Watcher

if TYPE_CHECKING:
    from tui.screens.author import AuthorScreen

KEEP_AFTER = 1.0  # seconds from a keystroke to the copy of unsaved text


class FileDesk:
    """Keeps the editor's buffer and the file on disk in step, and neither loses text."""

    def __init__(self, screen: AuthorScreen, file: TextFile) -> None:
        """Nothing is watched before `start`."""
        self.screen = screen
        self.file = file
        self.dirty = False
        self.lane = Lane("files", lambda error: screen.post_message(BugFound(error)))
        self.changes = DiskChanges(self)
        self._slot = recovery.Slot(file.path)
        self._watcher: Watcher | None = None
        self._keep_timer: Timer | None = None

    @property
    def path(self) -> Path:
        """The open file's path, as the user gave it."""
        return self.file.path

    @property
    def typed(self) -> bool:
        """Whether the editor holds text that no file has held."""
        return self.screen.editor.text != self.file.text

    # Life ------------------------------------------------------------------------------

    def start(self) -> None:
        """Watch the file and its neighbours, and look for text of an earlier run."""
        self.lane.submit(lambda cancelled: self._sign_up())

    def _sign_up(self) -> None:
        """On the lane: finding the root and the kept text takes file access."""
        path = self.path
        root = self.screen.services.plan_root(path)
        watcher = Watcher(root, path, self._noticed)
        if self._watcher is not None:
            self._watcher.stop()
        self._watcher = watcher
        watcher.start()
        if kept := recovery.find(path, self._slot):
            self.screen.post_message(KeptFound(kept))

    def _noticed(self, path: str, whole: bool) -> None:
        self.screen.post_message(FileSaved(path, whole))

    def stop(self) -> None:
        """Let go of threads; returns at once."""
        if self._watcher is not None:
            self._watcher.stop()
        self.lane.close()

    def open(self, path: Path, then: Callable[[], None] = lambda: None) -> None:
        """Load another file; unsaved text of this one is saved or kept first, as the user says."""
        if os.path.realpath(path) == os.path.realpath(self.path):
            then()
            return

        def load(answer: str | None) -> None:
            if answer == "s":
                self.save(lambda: load("k"))
                return
            if answer == "k":
                self._load(path, then)

        if not self.dirty:
            load("k")
            return
        question = f"{self.path.name} has unsaved changes."
        choices = [("s", "save them"), ("k", "keep them for the next time it is opened")]
        self.screen.app.push_screen(Ask(question, choices), load)

    def _load(self, path: Path, then: Callable[[], None]) -> None:
        try:
            file = read(path)
            if file.digest is None:
                raise FileTrouble(f"{path} is not there")
        except FileTrouble as trouble:
            self.screen.say(str(trouble), "error")
            return
        self.keep()
        self.file, self.dirty, self._slot = file, False, recovery.Slot(path)
        self.screen.editor.load_text(file.text)
        self.screen.banner.done()
        self.screen.file_opened()
        self.start()
        then()

    # Edits -----------------------------------------------------------------------------

    def edited(self) -> None:
        """The buffer has changed: note whether it differs from the file, and keep it soon."""
        text = self.screen.editor.text
        self.dirty = text != self.file.text or (self.file.digest is None and bool(text))
        if self._keep_timer is None and self.dirty:
            self._keep_timer = self.screen.set_timer(KEEP_AFTER, self._keep_soon)

    def _keep_soon(self) -> None:
        self._keep_timer = None
        if self.dirty:
            slot, text = self._slot, self.screen.editor.text
            self.lane.submit(lambda cancelled: self._keep_now(slot, text))
        else:
            self._forget()

    def _keep_now(self, slot: recovery.Slot, text: str) -> None:
        # A save may have come first; then there is nothing to keep.
        if self.dirty and self._slot is slot:
            slot.keep(text, self.screen.services.now())

    def keep(self) -> bool:
        """Keep unsaved text for the next start, now. True if there was none or it is kept."""
        if not self.dirty:
            self._slot.forget()
            return True
        return self._slot.keep(self.screen.editor.text, self.screen.services.now())

    def give_up(self) -> None:
        """The user throws the changes away."""
        self.dirty = False
        self.keep()

    def _forget(self) -> None:
        # On the lane, behind a copy that may still be on its way.
        slot = self._slot
        self.lane.submit(lambda cancelled: slot.forget())

    # Saving ----------------------------------------------------------------------------

    def save(self, then: Callable[[], None] = lambda: None) -> None:
        """Write the buffer; asks first where that would destroy what is on disk."""
        if not self.dirty:
            self.screen.say("nothing to save")
            then()
            return
        if self.file.replaced:
            count = self.file.replaced
            question = (
                f"{self.path.name} is not all UTF-8: saving writes � in {count} "
                f"place{'s' if count != 1 else ''} where other bytes were."
            )
            choices = [("s", "save all the same")]
            self.screen.app.push_screen(
                Ask(question, choices), lambda key: self._save_checked(then) if key else None
            )
            return
        self._save_checked(then)

    def _save_checked(self, then: Callable[[], None]) -> None:
        try:
            data = read_bytes(self.path)
        except FileTrouble as trouble:
            self.screen.say(str(trouble), "error")
            return
        known = None if data is None else digest_of(data)
        if known == self.file.digest or data is None:
            self._write(then)
            return

        def answer(key: str | None) -> None:
            if key == "o":
                self._write(then)
            elif key == "r":
                self.changes.reload()
            elif key == "d":
                self.changes.show_difference()

        question = f"{self.path.name} was changed on disk since it was read."
        choices = [
            ("o", "overwrite it with mine"),
            ("r", "reload it (undo brings mine back)"),
            ("d", "show the difference"),
        ]
        self.screen.app.push_screen(Ask(question, choices), answer)

    def _write(self, then: Callable[[], None]) -> None:
        try:
            self.file = write(self.file, self.screen.editor.text)
        except FileTrouble as trouble:
            self.screen.say(str(trouble), "error")
            return
        self.dirty = False
        self._forget()
        self.screen.banner.done()
        self.screen.file_saved()
        then()

    def take(self, file: TextFile) -> None:
        """Take over the file as it is on disk; undo brings the buffer back."""
        self.file, self.dirty = file, False
        self.screen.editor.merge_text(file.text)
        self._forget()
        self.screen.banner.done()
        self.screen.file_reloaded()
