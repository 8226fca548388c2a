"""The colours of a text for editors that ask a server for them: what the one lexer says.

An editor without a grammar of its own for plans colours them as the app does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ratedsl.lang.highlight import Kind, tokens
from ratedsl.lang.source import Source

# The protocol's own name of each kind; ids have no colour of their own.
TYPES = {
    Kind.COMMENT: "comment",
    Kind.STRING: "string",
    Kind.RECORD: "keyword",
    Kind.NAME: "class",
    Kind.FACT: "property",
    Kind.WORD: "operator",
    Kind.DATE: "number",
    Kind.TIME: "number",
    Kind.MONEY: "number",
    Kind.PERCENT: "number",
    Kind.QUANTITY: "number",
    Kind.PREFIX: "number",
}
# In the order in which the answers number them.
LEGEND = tuple(dict.fromkeys(TYPES.values()))
# A longer line is data, and nobody looks at its colours.
_LONGEST = 2000


class Coloured(NamedTuple):
    """A stretch of a line, columns from 1, and its place in the legend."""

    line: int
    start: int
    end: int
    type: int


def colours(source: Source, first: int, last: int) -> Iterator[Coloured]:
    """The coloured stretches of some lines, in order of the text."""
    for line in range(first, last + 1):
        text = source.line(line)
        if len(text) > _LONGEST:
            continue
        for kind, start, end in tokens(text):
            if kind in TYPES:
                yield Coloured(line, start + 1, end + 1, LEGEND.index(TYPES[kind]))
