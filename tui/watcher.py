"""Notices when a plan file, or a file that it may use, is saved by anyone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

WATCHED = (".rate", ".csv")
MOST_FOLDERS = 400  # beyond it, watching a whole tree costs more than it tells
SECONDS_BETWEEN_LOOKS = 1.0
Saved = Callable[[str, bool], object]
_ENDED = {"closed", "moved", "created", "deleted"}
# Elsewhere nothing says that a writer is done, so that each change has to count.
_TELLING = _ENDED if sys.platform == "linux" else _ENDED | {"modified"}


def concerns(path: str) -> bool:
    """Whether a change of `path` can matter to a plan: no hidden, backup or temporary file does."""
    name = os.path.basename(path)  # noqa: PTH119  # called for every event of a tree
    return name.endswith(WATCHED) and not name.startswith((".", "~", "#"))


class Watcher:
    """Calls `saved(path, whole)` from its own threads for each change of a file below `root`.

    `whole` says that the file's new content is there: it was renamed into place, or its
    writer has closed it. Otherwise more may follow in a moment.

    An atomic save counts as a change of the file that it replaces. Besides the notices of
    the operating system, `file` is looked at once a second, so that a network folder, or a
    folder that was removed and made again, is noticed too. A call may come without need and
    several times for one save: compare the content.
    """

    def __init__(self, root: Path, file: Path, saved: Saved) -> None:
        """Nothing happens before `start`."""
        self._root = root
        self._file = file
        self._saved = saved
        self._stop = Event()
        self._observer: BaseObserver | None = None
        self._thread = Thread(target=self._look, name="plan-file", daemon=True)

    def start(self) -> None:
        """Begin to watch; returns at once, for a large tree takes a while to sign up."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more; returns at once."""
        self._stop.set()
        if self._observer is not None:
            self._observer.stop()

    def _observe(self) -> None:
        observer = Observer()
        deep = _small(self._root)
        folder = self._root if deep else self._file.parent
        with suppress(OSError, RuntimeError):  # no folder, or no watches left: the looks remain
            observer.schedule(_Handler(self._saved), str(folder), recursive=deep)
            observer.start()
            self._observer = observer
        if self._stop.is_set() and self._observer is not None:
            self._observer.stop()

    def _look(self) -> None:
        self._observe()
        folder = _identity(self._root)
        seen = _signature(self._file)
        while not self._stop.wait(SECONDS_BETWEEN_LOOKS):
            now = _signature(self._file)
            if now != seen:
                seen = now
                self._saved(str(self._file), False)
            if (new := _identity(self._root)) != folder:
                folder = new
                if self._observer is not None:
                    self._observer.stop()
                    self._observer = None
                if new is not None:
                    self._observe()


class _Handler(FileSystemEventHandler):
    """Passes on the paths of events that end a change."""

    def __init__(self, saved: Saved) -> None:
        """`saved` takes a path."""
        self._saved = saved

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Called by watchdog, on its thread."""
        if event.event_type not in _TELLING or event.is_directory:
            return
        whole = event.event_type in {"closed", "moved"}
        moved_away = bool(event.dest_path)
        for path, done in ((event.dest_path, whole), (event.src_path, whole and not moved_away)):
            name = os.fsdecode(path)
            if name and concerns(name):
                self._saved(name, done)


def _small(root: Path) -> bool:
    """Whether the tree below `root` has few enough folders to watch them all."""
    folders = 0
    for _, inner, _ in os.walk(root):
        inner[:] = [name for name in inner if not name.startswith(".")]
        folders += 1 + len(inner)
        if folders > MOST_FOLDERS:
            return False
    return True


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        about = path.stat()
    except (OSError, ValueError):
        return None
    return about.st_ino, about.st_mtime_ns, about.st_size


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except (OSError, ValueError):
        return None
    return about.st_dev, about.st_ino
