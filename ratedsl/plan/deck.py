"""A rate deck in memory: the rows of each prefix, and what becomes of them in a plan."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

NOTHING = Decimal(0)


class DeckRow(NamedTuple):
    """A price of a prefix in a period, `end` exclusive; `line` is its place in the file.

    `fees` are those per call by their kind. `first` and `next` are the blocks that calls are
    billed in, `minimum` the least that is billed, in the deck's unit of increments.
    """

    price: Decimal
    start: date | None
    end: date | None
    line: int
    name: str = ""
    window: str = ""
    fees: tuple[tuple[str, Decimal], ...] = ()
    first: Decimal = NOTHING
    next: Decimal = NOTHING
    minimum: Decimal = NOTHING

    def holds(self, day: date) -> bool:
        """Whether the price applies on a day."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass
class DeckTable:
    """A deck in memory: for each prefix its rows, oldest first. `digest` names the content.

    `zones` are rows that name a zone instead, `windows` the windows that rows name,
    `currencies` the currencies, each with its first line. Numbers of `excepted` prefixes are
    not the deck's.
    """

    path: str
    rows: dict[str, list[DeckRow]] = field(default_factory=dict)
    zones: dict[str, list[DeckRow]] = field(default_factory=dict)
    windows: dict[str, int] = field(default_factory=dict)
    currencies: dict[str, int] = field(default_factory=dict)
    blocks: bool = False
    excepted: AbstractSet[str] = frozenset()
    digest: str = ""

    def on(self, prefix: str, day: date) -> list[DeckRow]:
        """The rows of a prefix in force on a day, one for each window."""
        return [row for row in self.rows.get(prefix, ()) if row.holds(day)]


def with_zones(deck: DeckTable, prefixes: Mapping[str, AbstractSet[str]]) -> DeckTable:
    """The deck with the rows of each zone under the zone's prefixes.

    A row that names a prefix itself is nearer to it than one that names a zone.
    """
    if not deck.zones:
        return deck
    rows: dict[str, list[DeckRow]] = {}
    for zone, found in deck.zones.items():
        rows.update((prefix, found) for prefix in prefixes.get(zone, ()))
    return replace(deck, rows={**rows, **deck.rows})


def held_to(deck: DeckTable, prefixes: AbstractSet[str], excepted: AbstractSet[str]) -> DeckTable:
    """The deck for numbers that begin with some prefixes only, and not with those excepted.

    Where a prefix is longer than any that the deck has for it, the deck's shorter one prices it.
    """
    rows: dict[str, list[DeckRow]] = {}
    for prefix, found in deck.rows.items():
        if _longest(prefix, prefixes, excepted):
            rows[prefix] = found
    for prefix in prefixes:
        if prefix not in rows:
            nearest = _longest(prefix, deck.rows.keys(), frozenset())
            if nearest:
                rows[prefix] = deck.rows[nearest]
    return replace(deck, rows=rows, excepted=excepted - rows.keys())


def _longest(number: str, known: AbstractSet[str], excepted: AbstractSet[str]) -> str:
    """The longest of the known prefixes of a number; empty where an excepted one is longer."""
    for length in range(len(number), 0, -1):
        if number[:length] in known:
            return number[:length]
        if number[:length] in excepted:
            return ""
    return ""


def digest_of(deck: DeckTable) -> str:
    """A name for what a deck says."""
    digest = hashlib.sha256()
    for places in (deck.rows, deck.zones):
        for place in sorted(places):
            for row in places[place]:
                # What a row says, whatever its place in the file.
                digest.update(f"{place},{_said(row)}\n".encode())
    return digest.hexdigest()[:16]


def _said(row: DeckRow) -> str:
    parts = [str(row.price.normalize()), str(row.start), str(row.end), row.window]
    parts += [f"{kind} {amount.normalize()}" for kind, amount in row.fees]
    if row.first or row.minimum:
        parts += [str(one.normalize()) for one in (row.first, row.next, row.minimum)]
    return ",".join(parts)
