"""Which clauses the tests of all plans leave out, by the file in which the clauses stand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ratedsl.lang.source import Span
from ratedsl.testing.clauses import Clause, Place
from ratedsl.testing.coverage import Coverage


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A clause that no test exercises: its place, its record, and its text."""

    at: Span
    record: str
    text: str


@dataclass(frozen=True, slots=True)
class Covered:
    """The clauses of one file: how many there are, and those that no test exercises."""

    path: str
    clauses: int
    uncovered: tuple[Uncovered, ...]

    @property
    def exercised(self) -> int:
        """How many some test exercises."""
        return self.clauses - len(self.uncovered)


def percent_down(part: int, whole: int) -> str:
    """A percentage with one decimal, never rounded up: 100.0 is all of it."""
    tenths = part * 1000 // whole if whole else 1000
    return f"{tenths // 10}.{tenths % 10}"


def by_file(
    coverages: Iterable[Coverage], text_of: Callable[[str, int], str]
) -> tuple[Covered, ...]:
    """The clauses of all the plans by the file in which they stand, each once.

    A clause that several plans inherit is exercised where a test of any of them does. `text_of`
    gives the text of a line of a file.
    """
    clauses: dict[Place, Clause] = {}
    exercised: set[Place] = set()
    for one in coverages:
        for place, clause in one.clauses.items():
            clauses.setdefault(_same(place), clause)
        exercised |= {_same(place) for place in one.exercised}
    files: dict[str, list[tuple[Place, Clause]]] = {}
    for place, clause in sorted(clauses.items()):
        files.setdefault(place[0], []).append((place, clause))
    return tuple(
        Covered(
            found[0][1].at.path,
            len(found),
            tuple(
                Uncovered(clause.at, clause.record, text_of(clause.at.path, clause.at.line))
                for place, clause in found
                if place not in exercised
            ),
        )
        for found in files.values()
    )


def _same(place: Place) -> Place:
    """The place by its real path: a plan may be read by itself and as another one's base."""
    return os.path.realpath(place[0]), place[1]
