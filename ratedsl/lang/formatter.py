"""The one form in which a file is written: same meaning, same comments, no choices.

A record's header stands in the first column and its facts two columns in, the keyword padded to
a fixed column; words are one space apart, and a comment at the end of a line is two. Blank lines
between records stay, one at most. Nothing is lined up with its neighbours, so a change of one
line never touches another (language reference, "Shape").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ratedsl.lang import ast
from ratedsl.lang.ast.meaning import meaning
from ratedsl.lang.parser import parse
from ratedsl.lang.source import Source
from ratedsl.lang.table import WORDS

INDENT = "  "
KEYWORD_WIDTH = 9

_CODE = re.compile(r'(?:"[^"]*"|[^"#]+)*')


class UnsafeFormat(Exception):
    """The formatted text would not say the same; a bug of the formatter, never of the file."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """That a file was left alone, since some of its lines do not read; the first one's place."""

    line: int
    column: int


def format_source(source: Source) -> str | Unreadable:
    """The text of a file in its one form.

    Formatting it again changes nothing, its tree is the same and its comments are all there;
    UnsafeFormat is raised where that does not hold. A file with lines that do not read is
    not formatted, since nobody knows what they mean.
    """
    tree, found = parse(source)
    if found:
        first = min(one.span for one in found)
        return Unreadable(first.line, first.column)
    text = "".join(f"{line}\n" for line in _lines(source.text))
    _require_same(source, tree, text)
    return text


def _lines(text: str) -> Iterator[str]:
    """The lines in their form; runs of blank ones are one, and none stands at an edge."""
    blank = False
    after_header = started = False
    for raw in text.split("\n"):
        line = _line(raw.rstrip("\r"))
        if not line:
            blank = started
            continue
        is_fact = line.startswith(INDENT)
        if blank and not (after_header and is_fact):
            yield ""
        yield line
        blank, started = False, True
        after_header = not is_fact and not line.startswith("#")


def _line(raw: str) -> str:
    code = _CODE.match(raw)
    assert code is not None
    comment = raw[code.end() :].rstrip()
    indented = raw[:1] in (" ", "\t")
    words = _joined(WORDS.findall(code.group()), indented=indented)
    if not words:
        return f"{INDENT}{comment}" if comment and indented else comment
    return f"{words}  {comment}" if comment else words


def _joined(words: list[str], *, indented: bool) -> str:
    """Words one space apart, no space before a comma; a fact's keyword padded to its column."""
    if not words:
        return ""
    text = words[0].ljust(KEYWORD_WIDTH) if indented and len(words) > 1 else words[0]
    for word in words[1:]:
        text += word if word == "," else f" {word}"
    return f"{INDENT}{text}" if indented else text


def _require_same(source: Source, tree: ast.File, text: str) -> None:
    """Raise where the formatted text differs in more than its spaces."""
    again = Source(source.path, text)
    formatted, found = parse(again)
    if found or meaning(formatted) != meaning(tree):
        raise UnsafeFormat(f"{source.path} would not say the same")
    if list(_comments(text)) != list(_comments(source.text)):
        raise UnsafeFormat(f"{source.path} would lose a comment")
    if "".join(f"{line}\n" for line in _lines(text)) != text:
        raise UnsafeFormat(f"{source.path} would be formatted anew each time")


def _comments(text: str) -> Iterator[str]:
    for raw in text.split("\n"):
        code = _CODE.match(raw)
        assert code is not None
        comment = raw[code.end() :].rstrip()
        if comment:
            yield comment
