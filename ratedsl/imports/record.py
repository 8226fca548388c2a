"""A record of a plan to be: its facts, and the comments that stand above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from textwrap import wrap

from ratedsl.imports.offering import OfferedPrice

WIDTH = 100
FILL_IN = "# fill in:"
"""What marks a guess that the language asks for and the offering does not tell."""


@dataclass(slots=True)
class Record:
    """A record of the plan to be, with the comments above it."""

    header: str
    facts: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    left_out: str = ""

    def lines(self) -> list[str]:
        """Its lines; those of a record that is left out are comments, with the reason."""
        told = [line for text in self.comments for line in comment(text)]
        body = [self.header, *(f"  {aligned(fact)}" for fact in self.facts)]
        if self.left_out:
            body = [*comment(f"left out, since {self.left_out}:"), *(f"# {one}" for one in body)]
        return [*told, *body]


def note(prices: Sequence[OfferedPrice], why: str) -> Record:
    """Prices that make no record, told in comments."""
    record = Record("#")
    record.comments = [f"left out, since {why}:"]
    for one in prices:
        parts = [one.name, one.kind]
        if one.amount is not None:
            parts.append(f"{one.amount:f} {one.currency}")
        if one.unit:
            parts.append(f"per {one.per if one.per is not None else 1} {one.unit}")
        parts += [f"{name} {value}" for name, value in one.uses]
        parts.append(f"{one.start or ''} {one.end or ''}".strip())
        record.comments.append("  " + ", ".join(part for part in parts if part))
    return record


def has(record: Record, keyword: str) -> bool:
    """Whether the record has a fact of that keyword."""
    return any(fact.split()[0] == keyword for fact in record.facts)


def ruled(record: Record, one: OfferedPrice, *, conditions: bool = True) -> None:
    """State when a price counts, and its order."""
    if conditions:
        record.facts += [f"when {plain(text)}" for text in one.use("when")]
    for text in one.use("order")[:1]:
        if text.isdigit():
            record.facts.append(f"order {text}")


def said(record: Record, prices: Sequence[OfferedPrice]) -> None:
    """Keep what the prices say of themselves as comments."""
    for text in dict.fromkeys(one.description for one in prices if one.description):
        if not text.startswith("per "):
            record.comments.append(text[:500])


def dated(start: date | None, end: date | None) -> str:
    """The days of a fact, from the start until the end, exclusive."""
    words = f" from {start}" if start else ""
    if end is not None and (start is None or end > start):
        words += f" through {end - timedelta(days=1)}"
    return words


def slug(text: str, taken: set[str]) -> str:
    """An id from any text: small letters, digits and `-`, not taken yet."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    name = "-".join(words)[:60].strip("-")
    if not name or not name[0].isalpha():
        name = f"n-{name}".strip("-")
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    return unique


def plain(text: str) -> str:
    """Text that stays on its line and in its comment."""
    return " ".join(text.replace('"', "'").split())


def title(text: str) -> str:
    """Words that can stand in the quotes of a header."""
    return plain(text)[:120]


def aligned(fact: str) -> str:
    """A fact with its keyword in the column of keywords."""
    keyword, _, rest = fact.partition(" ")
    return f"{keyword:<9} {rest}".rstrip()


def comment(text: str, indent: str = "") -> list[str]:
    """Words as lines of comments; what is indented stays so."""
    first = indent or text[: len(text) - len(text.lstrip())]
    body = wrap(text.strip(), WIDTH, initial_indent=first, subsequent_indent=first + indent)
    return [f"# {line}" for line in body] or ["#"]
