"""The facts of two versions of a record, held against each other day by day.

Facts of one key are one timeline: what was in force on a day is compared with what is now. So
a price rise is one change from its date on, wherever its line stands in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ratedsl.diff.version import Version
from ratedsl.lang import ast
from ratedsl.lang.source import Span
from ratedsl.plan.keys import SETS, key_of
from ratedsl.plan.timeline import periods
from ratedsl.plan.units import Unit

_WORDS = re.compile(r'"[^"]*"|,|[<>]=?|[^\s",<>]+')
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact that differs from `start` until `end`, exclusive; None is open.

    `old` and `new` are its words without dates, and None where there was, or is, no such fact.
    """

    keyword: str
    old: Words | None
    new: Words | None
    before: Span | None
    after: Span | None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class _Value:
    """A fact's words, as written and as they count."""

    words: Words
    plain: tuple[object, ...]
    at: Span


def fact_changes(
    kind: str, old: ast.Record, new: ast.Record, was: Version, now: Version
) -> Iterator[FactChange]:
    """What differs between the facts of two records of one kind, key by key, day by day."""
    before, after = _by_key(kind, old), _by_key(kind, new)
    for key in dict.fromkeys((*before, *after)):
        yield from _timeline_changes(
            _timeline(before.get(key, ()), was), _timeline(after.get(key, ()), now), key[0]
        )


def _by_key(kind: str, record: ast.Record) -> Mapping[tuple[str, ...], list[ast.Fact]]:
    found: dict[tuple[str, ...], list[ast.Fact]] = {}
    for fact in record.facts:
        found.setdefault(key_of(kind, fact), []).append(fact)
    return found


def _timeline(
    facts: Sequence[ast.Fact], version: Version
) -> list[tuple[_Value, date | None, date | None]]:
    """The values of one key with the days on which each holds."""
    dated = [fact for fact in facts if getattr(fact, "dated", None) is not None]
    found = [
        (_value(fact, version), period.start, period.end)
        for fact, period in periods(dated, lambda one: one.dated, "facts", lambda _found: None)  # type: ignore[attr-defined]
    ]
    return found + [(_value(one, version), None, None) for one in facts if one not in dated]


def _value(fact: ast.Fact, version: Version) -> _Value:
    words = tuple(_WORDS.findall(version.text_of(fact.span)))
    while words[-2:-1] in (("from",), ("through",)) and _DATE.fullmatch(words[-1]):
        words = words[:-2]
    return _Value(words, plain(words, version.units), fact.span)


def _timeline_changes(
    old: list[tuple[_Value, date | None, date | None]],
    new: list[tuple[_Value, date | None, date | None]],
    keyword: str,
) -> Iterator[FactChange]:
    cuts = sorted({day for _, *ends in (*old, *new) for day in ends if day is not None})
    last: FactChange | None = None
    for start, end in zip((None, *cuts), (*cuts, None), strict=True):
        before, after = _on(old, start, end), _on(new, start, end)
        change = None
        if (before.plain if before else None) != (after.plain if after else None):
            change = FactChange(
                keyword,
                before.words if before else None,
                after.words if after else None,
                before.at if before else None,
                after.at if after else None,
                start,
                end,
            )
        if last is not None and change is not None and last.end == start and _alike(last, change):
            last = FactChange(
                *(keyword, last.old, last.new, last.before, last.after), last.start, end
            )
            continue
        if last is not None:
            yield last
        last = change
    if last is not None:
        yield last


def _on(
    timeline: list[tuple[_Value, date | None, date | None]], start: date | None, end: date | None
) -> _Value | None:
    """The value that holds between two neighbouring cuts."""
    for value, first, last in timeline:
        begins = first is None or (start is not None and first <= start)
        lasts = last is None or (end is not None and end <= last)
        if begins and lasts:
            return value
    return None


def _alike(one: FactChange, other: FactChange) -> bool:
    return (one.old, one.new) == (other.old, other.new)


def plain(words: Words, units: Mapping[str, Unit]) -> tuple[object, ...]:
    """Words as they count: `0.10` is `0.1`, and `60 s` is `1 min`."""
    found: list[object] = []
    for index, word in enumerate(words):
        unit = units.get(words[index + 1]) if index + 1 < len(words) else None
        before = units.get(word) if index and found and isinstance(found[-1], tuple) else None
        if before is not None:
            continue
        if unit is not None and _NUMBER.fullmatch(word) and not word.endswith("%"):
            found.append((Fraction(word) * unit.size, unit.dimension))
        else:
            found.append(_plain_number(word))
    return tuple(found)


def _plain_number(word: str) -> str:
    if not _NUMBER.fullmatch(word):
        return word
    percent = "%" if word.endswith("%") else ""
    return f"{Decimal(word.rstrip('%')).normalize():f}{percent}"


def is_set(kind: str, keyword: str) -> bool:
    """Whether a record has any number of such facts, each of which stands for itself."""
    return keyword in SETS.get(kind, ())


def differing(old: Words, new: Words) -> tuple[Words, Words, Words, Words]:
    """What two facts share at their front, what each says instead, and what they share behind."""
    front = 0
    while front < min(len(old), len(new)) and _same(old[front], new[front]):
        front += 1
    back = 0
    while back < min(len(old), len(new)) - front and _same(old[-1 - back], new[-1 - back]):
        back += 1
    return (
        old[:front],
        old[front : len(old) - back],
        new[front : len(new) - back],
        old[len(old) - back :],
    )


def _same(one: str, other: str) -> bool:
    return _plain_number(one) == _plain_number(other)


def numbers_moved(old: Words, new: Words) -> int:
    """1 where only numbers differ and all of them grew, -1 where all fell, else 0."""
    if len(old) != len(new):
        return 0
    ways = set()
    for one, other in zip(old, new, strict=True):
        if _same(one, other):
            continue
        if not (_NUMBER.fullmatch(one) and _NUMBER.fullmatch(other)):
            return 0
        ways.add(1 if Decimal(other.rstrip("%")) > Decimal(one.rstrip("%")) else -1)
    return ways.pop() if len(ways) == 1 else 0
