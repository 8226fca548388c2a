"""Which of several records clash: each is told of once, with the first that it clashes with.

A large plan has thousands of rates, of which each could clash with any other. So records are
filed under what they are about, such as the prefixes of their places, and only those that share
such a trait are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from heapq import merge
from typing import Generic, NamedTuple, TypeVar

from ratedsl.plan.model import Element

E = TypeVar("E", bound=Element)


_FEW = 12
"""So many are compared with each other sooner than they are filed."""


class Trait(NamedTuple):
    """What a record is about: it is filed under some words, and meets those filed under others."""

    filed: Collection[Hashable]
    meets: Collection[Hashable]


Traits = Mapping[Hashable, Collection[Hashable] | Trait]
"""The traits of a record by what they are traits of; words alone are filed and met.

Two records that both have a trait clash only where they share a word of it. A record without
the trait may clash with any.
"""


class Meetings(Generic[E]):
    """Records that were filed, of which those that may clash with another are found quickly."""

    def __init__(self, records: Iterable[E], traits: Callable[[E], Traits]) -> None:
        self.records = list(records)
        self._traits = [_pairs(traits(one)) for one in self.records]
        counted = Counter(name for mine in self._traits for name in mine)
        # Who alone has a trait would be among those without it of everybody else.
        self._names = [name for name, count in counted.items() if count > 1]
        self._without: dict[Hashable, list[int]] = {name: [] for name in self._names}
        self._filed: dict[tuple[Hashable, Hashable], list[int]] = {}

    def file(self, index: int) -> None:
        """Let a record be found; they are filed in the order of their places in the list."""
        mine = self._traits[index]
        for name in self._names:
            trait = mine.get(name)
            if trait is None:
                self._without[name].append(index)
                continue
            for word in trait.filed:
                self._filed.setdefault((name, word), []).append(index)

    def near(self, index: int) -> Iterator[int]:
        """The filed records that may clash with one, in order, without itself."""
        mine = self._traits[index]
        best: list[list[int]] | None = None
        fewest = 0
        for name in self._names:
            trait = mine.get(name)
            if trait is None:
                continue
            lists = [self._without[name]]
            lists += [
                one for word in trait.meets if (one := self._filed.get((name, word))) is not None
            ]
            many = sum(map(len, lists))
            if best is None or many < fewest:
                best, fewest = lists, many
        last = -1
        for other in merge(*best) if best is not None else range(len(self.records)):
            if other not in (last, index):
                yield other
            last = other


def _pairs(traits: Traits) -> dict[Hashable, Trait]:
    return {
        name: words if isinstance(words, Trait) else Trait(words, words)
        for name, words in traits.items()
    }


def rivals(
    found: Iterable[E], clash: Callable[[E, E], bool], traits: Callable[[E], Traits]
) -> Iterator[tuple[E, E]]:
    """Pairs of an earlier and a later one, by their places in the text, that clash.

    A hundred equal records are ninety-nine pairs, not five thousand: once the later one is
    mended against the first, the others are found.
    """
    records = sorted(found, key=lambda one: one.at)
    if len(records) < 2:
        return
    meetings = Meetings(records, traits) if len(records) > _FEW else None
    for index, later in enumerate(records):
        for other in meetings.near(index) if meetings is not None else range(index):
            if other >= index:
                break
            if clash(records[other], later):
                yield records[other], later
                break
        if meetings is not None:
            meetings.file(index)
