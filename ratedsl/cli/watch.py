"""Running something again whenever a plan, or a table that a plan reads, is saved."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, Queue

from ratedsl.cli.problem import Problem
from ratedsl.report.safe import safe_text

WATCHED = (".rate", ".csv", ".gz")

# Editors save in several steps; what follows within this time is the same save.
_SETTLED = 0.05
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def watch(paths: Sequence[Path], again: Callable[[], int]) -> int:
    """Run `again` now and after each save below `paths`, until interrupted.

    A Problem, such as a file that is gone for the moment, is said and waited out.
    """
    from watchdog.events import FileSystemEvent, FileSystemEventHandler  # noqa: PLC0415
    from watchdog.observers import Observer  # noqa: PLC0415

    saves: Queue[str] = Queue()

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            path = str(event.dest_path or event.src_path)
            name = path.rpartition("/")[2]
            saved = event.event_type in ("closed", "moved", "created", "deleted", "modified")
            if saved and name.endswith(WATCHED) and not name.startswith("."):
                saves.put(path)

    observer = Observer()
    # A file that is replaced is another file afterwards, so its folder is what is watched.
    for folder in {path if path.is_dir() else path.parent for path in paths}:
        if folder.is_dir():
            observer.schedule(Handler(), str(folder), recursive=True)
    observer.start()
    try:
        while True:
            _run(again)
            saves.get()
            time.sleep(_SETTLED)
            _drain(saves)
            if sys.stdout.isatty():
                sys.stdout.write(_CLEAR)
    finally:
        observer.stop()
        observer.join()


def _run(again: Callable[[], int]) -> None:
    try:
        again()
    except Problem as problem:
        sys.stderr.write(f"ratedsl: {safe_text(str(problem))}\n")
    sys.stdout.flush()


def _drain(saves: Queue[str]) -> None:
    while True:
        try:
            saves.get_nowait()
        except Empty:
            return
