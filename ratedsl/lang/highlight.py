"""The words of one line of a `.rate` file, sorted into kinds, for every front end that colours.

The language is line-based, so a line says by itself what its words are: no state leads from
one line to the next, and colouring a file is colouring each of its lines.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a stretch of a line is."""

    COMMENT = "comment"
    STRING = "string"
    RECORD = "record"
    NAME = "name"
    FACT = "fact"
    WORD = "word"
    DATE = "date"
    TIME = "time"
    MONEY = "money"
    PERCENT = "percent"
    QUANTITY = "quantity"
    PREFIX = "prefix"
    ID = "id"


class Token(NamedTuple):
    """A stretch `line[start:end]` of one kind."""

    kind: Kind
    start: int
    end: int


# Words that join the parts of a fact. They are listed so that `100 then` is no quantity
# with the unit `then`, and so that ids stand out between them.
_JOINING_WORDS = """
above across after and as at below by cycle day edge first for from full in is last limit
not of off on once only or otherwise per plus roaming started than the then through to
until up used when with
"""
_JOINING = frozenset(_JOINING_WORDS.split())
# Words that a number counts although they join elsewhere: `1 cycle`, `500 min used`.
_COUNTED = frozenset({"cycle", "day"})
# Words before the kind of a record.
_MODIFIERS = frozenset({"override", "addon"})

_TOKEN = re.compile(
    r"""
    (?P<comment>\#.*)
  | (?P<string>"(?:\\.|[^"\\])*"?)
  | (?P<date>\d{4}-\d{2}-\d{2}(?!\w))
  | (?P<time>\d{1,2}:\d{2}(?::\d{2})?(?:-\d{1,2}:\d{2}(?::\d{2})?)?(?!\w))
  | (?P<prefix>\+\d+)
  | (?P<percent>-?\d+(?:\.\d+)?\s?%)
  | (?P<number>-?\d+(?:[.,_]\d+)*)(?![\w-])
  | (?P<word>[^\W\d][\w-]*)
  | (?P<digits>[\w-]+)
    """,
    re.VERBOSE,
)
_CURRENCY = re.compile(r"[ \t]+[A-Z]{3}(?![\w-])")
_UNIT = re.compile(r"[ \t]+([^\W\d][\w-]*)")


def tokens(line: str) -> list[Token]:
    """The tokens of `line`, in order and never overlapping; what lies between is blank or marks.

    Any text is accepted: a line that does not parse is coloured as far as it can be.
    """
    found: list[Token] = []
    indented = line[:1] in (" ", "\t")
    position = 0
    heads = 0  # how many tokens of the line's opening were seen
    modifiers = 0  # how many of them stand before the kind of a record
    while match := _TOKEN.search(line, position):
        start, position = match.span()
        group = match.lastgroup
        if group == "number":
            kind, position = _number(line, position)
        elif group == "word":
            kind = _word(match.group(), heads - modifiers, indented)
            modifiers += heads == modifiers and not indented and match.group() in _MODIFIERS
        else:
            kind = _KINDS[group or "digits"]
        found.append(Token(kind, start, position))
        heads += 1
    return found


_KINDS = {
    "comment": Kind.COMMENT,
    "string": Kind.STRING,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "prefix": Kind.PREFIX,
    "percent": Kind.PERCENT,
    "digits": Kind.ID,
}


def _word(word: str, place: int, indented: bool) -> Kind:
    """The kind of a word that is the `place`-th of its line, modifiers not counted."""
    if place == 0:
        return Kind.FACT if indented else Kind.RECORD
    if place == 1 and not indented:
        return Kind.NAME
    return Kind.WORD if word in _JOINING else Kind.ID


def _number(line: str, end: int) -> tuple[Kind, int]:
    """The kind of a number that ends at `end`, and where its currency or unit ends."""
    if money := _CURRENCY.match(line, end):
        return Kind.MONEY, money.end()
    unit = _UNIT.match(line, end)
    if unit and (unit.group(1) not in _JOINING or unit.group(1) in _COUNTED):
        return Kind.QUANTITY, unit.end()
    return Kind.QUANTITY, end
