"""Unsaved text, kept where a crash or a closed terminal cannot take it."""

from __future__ import annotations

import json
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count
from pathlib import Path

from ratedsl.cli.crash import state_folder

_RUN = f"{time.time_ns():x}"  # process numbers come again; this does not
_openings = count()


@dataclass(frozen=True, slots=True)
class Kept:
    """Unsaved text of one file, and when it was kept."""

    path: Path
    text: str
    at: datetime
    stored_in: Path


class Slot:
    """The place for unsaved text of one opening of one file.

    Each opening has its own, so that two apps with one file open lose neither text, and text
    that waits to be offered is never overwritten.
    """

    def __init__(self, path: Path) -> None:
        """Nothing is stored before `keep`."""
        self.path = path
        self.place = _folder() / f"{_stem(path)}-{os.getpid()}-{_RUN}{next(_openings)}.json"

    def keep(self, text: str, now: datetime) -> bool:
        """Store the text; only the user may read it. False where it cannot be stored."""
        note = {"path": str(self.path), "at": now.isoformat(), "text": text}
        folder = self.place.parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")  # made with mode 0600
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
                json.dump(note, stream)
            Path(name).replace(self.place)
        except OSError:
            return False
        return True

    def forget(self) -> None:
        """Drop what was stored: it is saved, or given up on purpose."""
        with suppress(OSError):
            self.place.unlink()


def discard(kept: Kept) -> None:
    """Drop a text that was offered and not wanted, or that is back in the editor."""
    with suppress(OSError):
        kept.stored_in.unlink()


def find(path: Path, besides: Slot) -> Kept | None:
    """The newest text of `path` that was left behind, by this app or one that has ended."""
    found: list[Kept] = []
    with suppress(OSError):
        for place in _folder().glob(f"{_stem(path)}-*-*.json"):
            owner = place.name.split("-")[1]
            if place == besides.place or (owner.isdigit() and _runs(int(owner))):
                continue
            if kept := _load(place):
                found.append(kept)
    return max(found, key=lambda kept: kept.at, default=None)


def _load(place: Path) -> Kept | None:
    try:
        note = json.loads(place.read_text(encoding="utf-8"))
        at = datetime.fromisoformat(note["at"])
        return Kept(Path(note["path"]), str(note["text"]), at.astimezone(), place)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _folder() -> Path:
    return state_folder() / "unsaved"


def _stem(path: Path) -> str:
    return sha256(os.path.realpath(path).encode("utf-8", errors="replace")).hexdigest()[:20]


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    # This app's own texts of earlier openings are offered.
    return process != os.getpid()
