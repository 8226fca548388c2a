"""What `check` found clean before, so that a file that has not changed costs next to nothing.

An entry names every file that was read, with its content's hash, and the state of the program
that read them: if any of these differs, the file is checked again. Only clean results are kept,
so a finding is always found anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

_MOST = 20_000
# What a check runs; the proofs rate and bill.
_PASSES = ("lang", "plan", "checks", "proofs", "rating", "billing", "testing", "usage")


class Clean(NamedTuple):
    """A file without findings: whether it holds a plan, and with how many tests."""

    plans: int
    tests: int


class CleanCache:
    """What one file in the user's cache folder says; one that cannot be read or written is none.

    All entries stand in one file, since opening a thousand takes longer than may pass. Of two
    runs that end at once, one may forget what the other found: then it is found anew.
    """

    def __init__(self) -> None:
        root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
        self._file = Path(root) / "ratedsl" / "clean.json"
        self._program = _program()
        self._entries = self._read()
        self._digests: dict[str, str] = {}
        self._news = False

    def find(self, path: Path) -> Clean | None:
        """What is known of a file that is as it was when it was found clean."""
        try:
            plans, tests, read = self._entries[_name(path)]
            if any(self._digest(name) != digest for name, digest in read.items()):
                return None
            return Clean(int(plans), int(tests))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def keep(self, path: Path, read: Iterable[str], clean: Clean) -> None:
        """Remember a file that was found clean, and every file that was read for it."""
        with suppress(OSError):
            name = _name(path)
            digests = {_name(one): _digest(one) for one in read}
            self._entries.pop(name, None)
            self._entries[name] = [clean.plans, clean.tests, digests]
            self._news = True

    def save(self) -> None:
        """Write what was kept, the newest entries last and the oldest of too many left out."""
        if not self._news:
            return
        entries = dict(list(self._entries.items())[-_MOST:])
        written = self._file.with_suffix(f".{os.getpid()}.tmp")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(json.dumps({"program": self._program, "files": entries}))
            written.replace(self._file)

    def _read(self) -> dict[str, list[Any]]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            known = json.loads(self._file.read_text(encoding="utf-8"))
            if known["program"] == self._program:
                return dict(known["files"])
        return {}

    def _digest(self, name: str) -> str:
        """As `_digest`, read once for all the files that use it."""
        if name not in self._digests:
            self._digests[name] = _digest(name)
        return self._digests[name]


def _name(path: str | Path) -> str:
    """The path from the root on; links stay, so that one that leads elsewhere is noticed."""
    return os.path.abspath(path)  # noqa: PTH100


def _digest(name: str) -> str:
    with open(name, "rb") as file:  # noqa: PTH123 - a thousand times
        return hashlib.sha256(file.read()).hexdigest()


def _program() -> str:
    """Names the code that checks: a change of any of its files makes every entry stale."""
    package = str(Path(__file__).parent.parent)
    stamps = []
    waiting = [f"{package}/{folder}" for folder in _PASSES]
    while waiting:
        for entry in os.scandir(waiting.pop()):
            if entry.is_dir():
                if entry.name != "__pycache__":
                    waiting.append(entry.path)
                continue
            status = entry.stat()
            stamps.append((entry.path, status.st_mtime_ns, status.st_size))
    return hashlib.sha256(repr(sorted(stamps)).encode()).hexdigest()
