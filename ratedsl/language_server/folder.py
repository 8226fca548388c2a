"""Plans as an editor holds them: unsaved texts count instead of what is on disk.

Every plan is loaded as `check` loads it, and again only once something has changed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from ratedsl.lang.source import Source, Span
from ratedsl.plan.files import plan_root
from ratedsl.plan.load import Loaded, load

SUFFIX = ".rate"
# A folder of more plans than this is searched no further: an editor waits for the answer.
MOST_FILES = 1000


@lru_cache(maxsize=4096)
def real(path: str) -> Path:
    """The path without links and detours: spans of one file may come by several."""
    return Path(os.path.realpath(path))


@dataclass
class Folder:
    """Open texts by real path, and what was loaded since the last change of any of them.

    It is used by one thread; a snapshot serves another.
    """

    texts: dict[Path, str] = field(default_factory=dict)
    _loaded: dict[Path, Loaded] = field(default_factory=dict)
    _named: dict[Path, Loaded] = field(default_factory=dict)
    _sources: dict[Path, Source] = field(default_factory=dict)

    def open(self, path: Path, text: str) -> None:
        """Take a text for what the file holds."""
        self.texts[path] = text
        self._forget_readers(path)

    def close(self, path: Path) -> None:
        """Let the file on disk count again."""
        self.texts.pop(path, None)
        self._forget_readers(path)

    def forget(self) -> None:
        """Load everything anew: a file may have changed."""
        self._loaded, self._named = {}, {}

    def _forget_readers(self, path: Path) -> None:
        """Load anew what read a file, or may have missed it."""

        def kept(loaded: dict[Path, Loaded]) -> dict[Path, Loaded]:
            return {
                file: one
                for file, one in dict(loaded).items()
                if file != path and not one.names.partial and path not in map(real, one.read)
            }

        self._loaded, self._named = kept(self._loaded), kept(self._named)

    def snapshot(self) -> Folder:
        """The folder as it is now, whatever is typed meanwhile."""
        return Folder(dict(self.texts), self._loaded, self._named, self._sources)

    def with_texts(self, texts: dict[Path, str]) -> Folder:
        """The folder as it would be with some other texts."""
        return Folder({**self.texts, **texts})

    def loaded(self, path: Path) -> Loaded | None:
        """What a file holds, with everything that is found in it; None if it cannot be read."""
        if path not in self._loaded:
            try:
                self._loaded[path] = load(path, self.texts, today(), prove=True)
            except OSError:
                return None
        return self._loaded[path]

    def named(self, path: Path) -> Loaded | None:
        """The same without what takes longest, the proofs, for who asks for names alone."""
        if path in self._loaded:
            return self._loaded[path]
        if path not in self._named:
            try:
                self._named[path] = load(path, self.texts, today())
            except OSError:
                return None
        return self._named[path]

    def mentioning(self, path: Path, word: str) -> list[Path]:
        """The plan files of the folder in which a word may name a record, the file itself first.

        They hold the word, or may in a deck, or use a file that does: what a word means in a
        library may show only in the plans that use it.
        """
        texts = {file: self.source(file).text for file in self.files(path)}
        found = {file for file, text in texts.items() if word in text or ".csv" in text} | {path}
        newly = found
        while newly:
            names = {file.name for file in newly}
            newly = {
                file
                for file, text in texts.items()
                if file not in found and any(name in text for name in names)
            }
            found |= newly
        return [path, *sorted(found - {path})]

    def source(self, path: Path) -> Source:
        """The text of a file; empty where it cannot be read."""
        text = self.texts.get(path)
        if text is not None:
            known = self._sources.get(path)
            if known is None or known.text is not text:
                known = self._sources[path] = Source(str(path), text)
            return known
        try:
            return Source.read(path)
        except OSError:
            return Source(str(path), "")

    def files(self, path: Path) -> list[Path]:
        """All plan files of the folder that the file stands in, and the open ones of it."""
        root = plan_root(path)
        found = {one for one in self.texts if one.is_relative_to(root)} | {path}
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(one for one in folders if not one.startswith("."))
            inside = [name for name in names if name.endswith(SUFFIX) and name[0] != "."]
            found |= {real(f"{folder}/{name}") for name in inside}
            if len(found) > MOST_FILES:
                break
        return sorted(found)


def at(span: Span) -> Span:
    """The span with the real path of its file."""
    return span._replace(path=str(real(span.path)))


def holds(span: Span, path: Path, line: int, column: int) -> bool:
    """Whether a place of a file lies in a span, or right behind it where the cursor may be."""
    there = span.line == line and span.column <= column <= span.end
    return there and real(span.path) == path


def today() -> date:
    """The day, by the clock of the machine."""
    return datetime.now().astimezone().date()
