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
from typing import NamedTuple

_PASSES = ("lang", "plan", "checks")


class Clean(NamedTuple):
    """A file without findings: whether it holds a plan, and with how many tests."""

    plans: int
    tests: int


class CleanCache:
    """Entries in the user's cache folder; a cache that cannot be read or written is none."""

    def __init__(self) -> None:
        root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
        self._folder = Path(root) / "ratedsl" / "clean"
        self._program = _program()

    def find(self, path: Path) -> Clean | None:
        """What is known of a file that is as it was when it was found clean."""
        try:
            entry = json.loads(self._entry(path).read_text(encoding="utf-8"))
            if entry["program"] != self._program:
                return None
            if any(_digest(name) != digest for name, digest in entry["files"].items()):
                return None
            return Clean(int(entry["plans"]), int(entry["tests"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def keep(self, path: Path, read: Iterable[str], clean: Clean) -> None:
        """Remember a file that was found clean, and every file that was read for it."""
        with suppress(OSError):
            entry = {
                "program": self._program,
                "files": {str(Path(name).resolve()): _digest(name) for name in read},
                "plans": clean.plans,
                "tests": clean.tests,
            }
            target = self._entry(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            written = target.with_suffix(f".{os.getpid()}.tmp")
            written.write_text(json.dumps(entry), encoding="utf-8")
            written.replace(target)

    def _entry(self, path: Path) -> Path:
        name = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]
        return self._folder / f"{name}.json"


def _digest(name: str) -> str:
    return hashlib.sha256(Path(name).read_bytes()).hexdigest()


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
