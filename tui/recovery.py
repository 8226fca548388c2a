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
from pathlib import Path

from ratedsl.cli.crash import state_folder

_RUN = f"{time.time_ns():x}"  # process numbers come again; this does not


@dataclass(frozen=True, slots=True)
class Kept:
    """Unsaved text of one file, and when it was kept."""

    path: Path
    text: str
    at: datetime
    stored_in: Path


def keep(path: Path, text: str, now: datetime) -> bool:
    """Store the unsaved text of `path`; only the user may read it. False where it cannot be stored.

    Each running app keeps its own text, so two apps with one file open lose neither.
    """
    place = _own(path)
    note = {"path": str(path), "at": now.isoformat(), "text": text}
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, suffix=".tmp")  # made with mode 0600
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
            json.dump(note, stream)
        Path(name).replace(place)
    except OSError:
        return False
    return True


def forget(path: Path) -> None:
    """Drop what this app has kept of `path`: it is saved, or given up on purpose."""
    with suppress(OSError):
        _own(path).unlink()


def discard(kept: Kept) -> None:
    """Drop a text that was offered and not wanted, or that is back in the editor."""
    with suppress(OSError):
        kept.stored_in.unlink()


def find(path: Path) -> Kept | None:
    """The newest text of `path` that an ended app left behind; unreadable ones are passed over."""
    found: list[Kept] = []
    with suppress(OSError):
        for place in _folder().glob(f"{_stem(path)}-*-*.json"):
            owner = place.name.split("-")[1]
            if place == _own(path) or (owner.isdigit() and _runs(int(owner))):
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


def _own(path: Path) -> Path:
    return _folder() / f"{_stem(path)}-{os.getpid()}-{_RUN}.json"


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    # The number may belong to another run of this very process by now.
    return process != os.getpid()
