"""The words of a line: names, numbers, quoted text and marks, and what each may be.

Most words are what they look like. Which words are keywords, and what a number such as `268-01`
is, depends on what the grammar accepts where it stands: `next_word` is asked for one place;
`words_of` reads a whole line as it looks, which nearly always is what is meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping


class Lexeme(str):
    """A word of a line, which kind of word it is, and at which offset it starts."""

    __slots__ = ("kind", "start")

    kind: str
    start: int


# What begins with a digit or a sign, most special first; the first that fits is taken.
_NUMERIC = {
    "HOURS": r"\d{1,2}:\d{2}-\d{1,2}:\d{2}",
    "TIME": r"\d{1,2}:\d{2}(?::\d{2})?",
    "DATE": r"\d{4}-\d{1,2}-\d{1,2}",
    "THIRTY_DAY": r"30-day\b",
    "THIRTY_360": r"30/360\b",
    "SLICE": r"\d{1,3}-[0-9A-Fa-f]{6}(?!\w)",
    "NETWORK": r"\d{3}-\d{2,3}(?!\d)",
    "PERCENT": r"\d+(?:\.\d+)?%",
    "PREFIX": r"\+\d+",
    "NUMBER": r"-?\d+(?:\.\d+)?",
}
_OTHERS = {
    "NAME": r"[^\W\d]\w*(?:[-./]\w+)*",
    "STRING": r'"[^"]*"',
    "COMPARE": r"[<>]=?",
    "COMMA": ",",
    "SLASH": "/",
}
_ALL = {"NAME": _OTHERS["NAME"], **_NUMERIC, **_OTHERS}
_WORD = re.compile(rf"[ \t]*(?:{'|'.join(f'({pattern})' for pattern in _ALL.values())})")
_PLAIN = tuple((kind, re.compile(pattern)) for kind, pattern in _OTHERS.items())
_NUMBERS = tuple((kind, re.compile(pattern)) for kind, pattern in _NUMERIC.items())

KINDS = ("", *_ALL)
"""The kind of a word by its group."""


def words_of(line: str) -> list[re.Match[str]] | None:
    """The words of a line, or None where something in it begins no word.

    A word is the group `lastindex` of its match: blanks stand before it, but none at the end.
    """
    read = _WORD.scanner(line).match  # type: ignore[attr-defined]
    found = list(iter(read, None))
    return found if found and found[-1].end() == len(line) else None


def next_word(
    text: str, position: int, accepted: Collection[str], keywords: Mapping[str, str]
) -> tuple[str, int] | None:
    """The kind of the word at a position, and where it stops; None where none begins.

    Of the kinds that fit, the first that is accepted, and else the first.
    """
    if text[position].isdigit() or text[position] in "+-":
        fitting = [
            (kind, found.end())
            for kind, pattern in _NUMBERS
            if (found := pattern.match(text, position)) is not None
        ]
        accepted_first = sorted(fitting, key=lambda one: one[0] not in accepted)
        return accepted_first[0] if fitting else None
    for kind, pattern in _PLAIN:
        found = pattern.match(text, position)
        if found is None:
            continue
        keyword = keywords.get(found.group(), kind) if kind == "NAME" else kind
        return (keyword if keyword in accepted else kind), found.end()
    return None
