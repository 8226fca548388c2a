"""Words that may stand at a place, as the compiler names them and as the text itself does.

A line is completed with a word that nobody knows, and the compiler tells what it would have known.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Source
from ratedsl.language_server.folder import Folder, real, today
from ratedsl.plan.load import Loaded, load

# A word that nobody would choose for a record.
_NOBODY = "zqzq-nobody"
# Units of which one fits nearly nowhere that the other does.
_UNITS = ("GB", "min")
_MOST_DATES = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may stand there, what kind of word it is, and what it means in a few words."""

    word: str
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """A line up to the word that is wanted, and a rest that makes it whole."""

    folder: Folder
    path: Path
    line: int
    before: str
    rest: str

    def names(self) -> list[Candidate]:
        """What the compiler would have known there: what this file defines before all else."""
        loaded = self._with(_NOBODY)
        found = self._said(loaded) if loaded is not None else None
        if loaded is None or found is None:
            return []
        words = found.options
        if found.code == "E303":
            words = self._units_that_fit(words)
        own = loaded.plan.currency if loaded.plan is not None else ""
        named = _records(loaded, self.path)
        candidates = [
            Candidate(word, "name", named[word][0]) if word in named else Candidate(word, "value")
            for word in dict.fromkeys(words)
        ]

        def place(one: Candidate) -> tuple[bool, bool]:
            return one.word != own, one.kind == "name" and not named[one.word][1]

        return sorted(candidates, key=place)

    def _with(self, word: str) -> Loaded | None:
        text = self.folder.source(self.path).text
        lines = text.split("\n")
        lines[self.line - 1] = f"{self.before}{word} {self.rest}".rstrip()
        texts = {**self.folder.texts, self.path: "\n".join(lines)}
        try:
            return load(self.path, texts)
        except OSError:
            return None

    def _said(self, loaded: Loaded) -> Diagnostic | None:
        """The finding that knows which word had to stand there."""
        column = len(self.before) + 1
        here = [
            one
            for one in loaded.diagnostics
            if one.options and one.span.line == self.line and real(one.span.path) == self.path
        ]
        exact = next((one for one in here if one.span.column == column), None)
        return exact or next((one for one in here if one.span.column < column < one.span.end), None)

    def _units_that_fit(self, units: tuple[str, ...]) -> tuple[str, ...]:
        """Of all units those of the quantity that is counted there, if it is of one kind."""
        for unit in _UNITS:
            loaded = self._with(unit)
            found = self._said(loaded) if loaded is not None else None
            if found is not None and found.code == "E304":
                return found.options
        return units


def _records(loaded: Loaded, path: Path) -> dict[str, tuple[str, bool]]:
    """What each id names, and whether this file defines it."""
    return {
        name: (f"{record.kind.text} {record.title}".strip(), real(record.span.path) == path)
        for (_, name), record in loaded.names.records.items()
    }


def dates(source: Source, line: int) -> list[Candidate]:
    """Days that are likely meant: today, the first of next month, and those of the text."""
    now = today()
    first = date(now.year + now.month // 12, now.month % 12 + 1, 1)
    known = {str(now): "today", str(first): "the first of next month"}
    others = "\n".join(
        text for number, text in enumerate(source.text.split("\n"), 1) if number != line
    )
    for day, _ in Counter(re.findall(r"\b\d{4}-\d\d-\d\d\b", others)).most_common(_MOST_DATES):
        known.setdefault(day, "in this file")
    return [Candidate(day, "value", known[day]) for day in known]
