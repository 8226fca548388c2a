"""What others do to the open file, and what an earlier run left of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer

from ratedsl.lang.textfile import FileTrouble, TextFile, digest_of, read, read_bytes
from tui import recovery
from tui.screens.dialog import Show
from tui.widgets.banner import Offer

if TYPE_CHECKING:
    from tui.file_desk import FileDesk

SETTLE = 0.015  # seconds from a notice to the look; notices come when a write is complete
GRACE = 0.5  # seconds for which a file may be missing before that is said


@dataclass
class FileSaved(Message):
    """Someone changed a file of the plan; posted from the watcher's threads."""

    path: str
    whole: bool = False

    def can_replace(self, message: Message) -> bool:
        """Several notices of one file are one."""
        return isinstance(message, FileSaved) and message.path == self.path


@dataclass
class DiskLooked(Message):
    """What the open file holds now, or why it cannot be read."""

    path: Path
    file: TextFile | None
    trouble: str = ""


@dataclass
class KeptFound(Message):
    """An earlier run left unsaved text of the open file behind."""

    kept: recovery.Kept


class DiskChanges:
    """Takes over changes from outside where no typed text is at stake, and else asks."""

    def __init__(self, desk: FileDesk) -> None:
        """For the file that is open at `desk`."""
        self._desk = desk
        self._screen = desk.screen
        self._timer: Timer | None = None
        self._missing = False

    def noticed(self, saved: FileSaved) -> None:
        """A file of the plan was changed: look at the open one, or bill anew for another."""
        if os.path.realpath(saved.path) != os.path.realpath(self._desk.path):
            self._look_soon(SETTLE, self._screen.used_file_changed)
        elif saved.whole:
            self._look()
        else:
            self._look_soon(SETTLE, self._look)

    def _look_soon(self, seconds: float, look: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(seconds, look)

    def _look(self) -> None:
        """Read the open file again, off the UI thread."""
        path, post = self._desk.path, self._screen.post_message

        def task(cancelled: Callable[[], bool]) -> None:
            try:
                post(DiskLooked(path, read(path)))
            except FileTrouble as trouble:
                post(DiskLooked(path, None, str(trouble)))

        self._desk.lane.submit(task)

    def looked(self, seen: DiskLooked) -> None:
        """Take over what is on disk, or ask where that would cost typed text."""
        desk = self._desk
        if seen.path != desk.path:
            return
        if seen.file is None:
            self._screen.say(seen.trouble, "error")
        elif seen.file.digest == desk.file.digest:
            pass
        elif seen.file.digest is None:
            # Some editors move the old file away before they write the new one.
            if self._missing:
                self._vanished()
            else:
                self._missing = True
                self._look_soon(GRACE, self._look)
            return
        elif not desk.typed or seen.file.text == self._screen.editor.text:
            desk.take(seen.file)
        else:
            self._ask()
        self._missing = False

    def _vanished(self) -> None:
        desk = self._desk
        desk.file = replace(desk.file, digest=None)
        desk.edited()
        offers = [
            Offer("s", "save it again", desk.save),
            Offer("k", "keep it in the editor", self._screen.banner.done),
        ]
        self._screen.ask(f"{desk.path.name} is gone from disk", offers)

    def _ask(self) -> None:
        offers = [
            Offer("r", "reload", self.reload),
            Offer("k", "keep mine", self.keep_mine),
            Offer("d", "diff", self.show_difference),
        ]
        self._screen.ask(f"{self._desk.path.name} changed on disk", offers)

    def reload(self) -> None:
        """Take what is on disk; one undo brings the typed text back."""
        try:
            file = read(self._desk.path)
        except FileTrouble as trouble:
            self._screen.say(str(trouble), "error")
            return
        if file.digest is None:
            self._vanished()
            return
        self._desk.take(file)
        self._screen.say("reloaded; undo (ctrl+z) brings your text back")

    def keep_mine(self) -> None:
        """Stay with the buffer: the next save overwrites what is on disk now."""
        desk = self._desk
        try:
            data = read_bytes(desk.path)
        except FileTrouble as trouble:
            self._screen.say(str(trouble), "error")
            return
        desk.file = replace(desk.file, digest=None if data is None else digest_of(data))
        self._screen.banner.done()
        self._screen.say("kept; ctrl+s overwrites the file on disk")

    def show_difference(self) -> None:
        """Show what differs between the file on disk and the buffer."""
        try:
            disk = read(self._desk.path).text
        except FileTrouble as trouble:
            self._screen.say(str(trouble), "error")
            return
        self._show_diff(disk, self._screen.editor.text, "on disk", "in the editor")

    def _show_diff(self, old: str, new: str, was: str, now: str) -> None:
        styles = {"+": "up", "-": "down", "@": "head"}
        lines = [
            (line, styles.get(line[:1], "plain"))
            for line in unified_diff(old.split("\n"), new.split("\n"), was, now, lineterm="")
        ]
        title = f"{self._desk.path.name}: - {was}, + {now}"
        self._screen.app.push_screen(Show(title, lines or [("no difference", "faint")]))

    def offer(self, kept: recovery.Kept) -> None:
        """Ask what to do with unsaved text of an earlier run; nothing is dropped by itself."""
        desk, screen = self._desk, self._screen
        if os.path.realpath(kept.path) != os.path.realpath(desk.path):
            return
        if kept.text == screen.editor.text:
            recovery.discard(kept)
            return

        def restore() -> None:
            screen.banner.done()
            screen.editor.merge_text(kept.text)
            desk.dirty = kept.text != desk.file.text
            if desk.keep():
                recovery.discard(kept)

        def drop() -> None:
            screen.banner.done()
            recovery.discard(kept)

        def compare() -> None:
            self._show_diff(screen.editor.text, kept.text, "in the editor", "kept")

        offers = [Offer("r", "restore", restore), Offer("d", "diff", compare)]
        offers.append(Offer("x", " drop", drop))
        screen.ask(f"unsaved text from {kept.at:%d %b %H:%M} was kept", offers)
