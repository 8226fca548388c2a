"""Records and files: what facts stand in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from ratedsl.lang.ast.facts import Fact, Setting
from ratedsl.lang.ast.values import Match, Word
from ratedsl.lang.source import Source, Span

F = TypeVar("F", bound=Fact)


@dataclass(slots=True, eq=False, repr=False)
class Record:
    """A header and its facts.

    An `addon` applies only while it is held. `table` is the path of the file that a deck is
    read from. `broken` is set where a line of it could not be parsed: what is missing from it
    may stand in that line, so nothing is said to be missing.
    """

    kind: Word
    id: Word | None
    title: str
    override: bool
    addon: bool
    match: Match | None
    table: Word | None
    span: Span
    source: Source
    facts: list[Fact] = field(default_factory=list)
    broken: bool = False
    _index: dict[object, Any] = field(default_factory=dict, init=False)

    @property
    def name(self) -> str:
        """The id, or the title of a record that has none (a test)."""
        return self.id.text if self.id else self.title

    def facts_of(self, kind: type[F]) -> tuple[F, ...]:
        """The facts of one kind; to be asked once the record is read whole."""
        found: tuple[F, ...] = (self._index or self._indexed()).get(kind, ())
        return found

    def settings(self, keyword: str) -> tuple[Setting, ...]:
        """The settings that start with one word; to be asked once the record is read whole."""
        found: tuple[Setting, ...] = (self._index or self._indexed()).get(keyword, ())
        return found

    def _indexed(self) -> dict[object, Any]:
        """The facts by their kind, and settings by their first word."""
        index = self._index = {}
        for fact in self.facts:
            kind = type(fact)
            index[kind] = (*index.get(kind, ()), fact)
            if kind is Setting:
                index[fact.keyword] = (*index.get(fact.keyword, ()), fact)
        return index


@dataclass(slots=True, eq=False, repr=False)
class File:
    """A parsed file: the paths it uses, and its records in order of the text.

    `lost` are the words of headers that could not be read: what they define may be meant
    elsewhere, so it is not said to be unknown. `use_lost` says that one of them was a `use`.
    """

    source: Source
    uses: list[Word] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    use_lost: bool = False
