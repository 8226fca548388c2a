"""Judgement of words: which of a list of choices, or which record, a word names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ratedsl.lang import ast
from ratedsl.lang.spelling import in_order
from ratedsl.plan.judge.findings import Findings


@dataclass
class NameJudge(Findings):
    """Judges words against choices and against the names of records."""

    _names: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def choice(self, word: ast.Word | None, known: Iterable[str], what: str) -> str | None:
        """The word if it is one of `known`; `what` says what it should be."""
        if word is None:
            return None
        options = list(known)
        if word.text in options:
            return word.text
        listed = ", ".join(options)
        self.unknown("E112", f"`{word.text}` is no {what}", word, options, f"it is one of {listed}")
        return None

    def name(self, word: ast.Word | None, kinds: Sequence[str], what: str) -> str | None:
        """The word if it names a record of one of the kinds."""
        if word is None:
            return None
        if self.refers(word, kinds):
            return word.text
        if self.names.may_hold(word.text, kinds):
            return None
        known = self._known(kinds)
        otherwise = (
            "" if known else f"define it, or `use` the file that does: no {what} is known here"
        )
        self.unknown("E101", f"unknown {what} `{word.text}`", word, known, otherwise)
        return None

    def refers(self, word: ast.Word, kinds: Sequence[str]) -> bool:
        """Whether a word names a record of one of the kinds, which is then noted."""
        for kind in kinds:
            record = self.names.records.get((kind, word.text))
            if record is not None:
                self.refer(word, record)
                return True
        return False

    def _known(self, kinds: Sequence[str]) -> tuple[str, ...]:
        """The names of the kinds; records are settled before any is judged."""
        key = tuple(kinds)
        if key not in self._names:
            self._names[key] = tuple(name for kind, name in self.names.records if kind in kinds)
        return self._names[key]

    def targets(
        self, words: Sequence[ast.Word], kinds: Sequence[str], groups: Sequence[str]
    ) -> tuple[str, ...]:
        """Names of charges: groups such as `usage`, or ids of records of the kinds."""
        good = []
        for word in words:
            if word.text in groups or self.refers(word, kinds):
                good.append(word.text)
            elif not self.names.may_hold(word.text, kinds):
                known = in_order((*groups, *self._known(kinds)))
                self.unknown("E101", f"unknown charge `{word.text}`", word, known)
        return tuple(dict.fromkeys(good))

    def place(self, word: ast.Word) -> str | None:
        """A zone's id, or digits: a prefix in E.164 with `+`, or as dialled."""
        if word.text.lstrip("+").isdigit():
            return word.text
        return self.name(word, ("zone",), "zone")
