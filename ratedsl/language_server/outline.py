"""The records of a file at a glance, each with its facts; broken lines leave nothing out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ratedsl.lang.formatter import INDENT
from ratedsl.lang.source import Source
from ratedsl.lang.vocabulary import KINDS

# Quoted text, which may be open at the end, and anything that opens no comment.
_CODE = re.compile(r'(?:"[^"]*(?:"|$)|[^"#]+)*')


@dataclass
class Part:
    """A record or a fact: its lines, the kind of its record, its name, and what else it says."""

    kind: str
    name: str
    detail: str
    line: int
    last: int
    facts: list[Part] = field(default_factory=list)


def outline(source: Source) -> list[Part]:
    """The records in order of the text, read line by line."""
    found: list[Part] = []
    for number, raw in enumerate(source.text.split("\n"), 1):
        words = raw.split()
        if not words or words[0].startswith("#"):
            continue
        if raw.startswith((" ", "\t")):
            if found:
                text = " ".join(words[1:])
                found[-1].facts.append(Part("", words[0], text, number, number))
                found[-1].last = number
            continue
        rest = [word for word in words if word not in ("override", "addon")]
        kind = rest[0] if rest else ""
        if kind not in KINDS:
            continue
        title = raw.split('"')[1] if raw.count('"') > 1 else ""
        name = title if kind in ("test", "table") else (rest[1] if len(rest) > 1 else kind)
        found.append(Part(kind, name or kind, title if title != name else "", number, number))
    return found


def header_at(source: Source, line: int) -> str:
    """The header of the record that a line belongs to, empty above the first one."""
    for number in range(line, 0, -1):
        text = source.line(number)
        if text.strip() and text[0] not in (" ", "\t", "#"):
            return text
    return ""


def record_at(source: Source, line: int) -> str:
    """The kind of the record that a line belongs to, empty above the first one."""
    words = [word for word in header_at(source, line).split() if word not in ("override", "addon")]
    return words[0] if words else ""


def is_fact(text: str) -> bool:
    """Whether a line is a fact, by its indent."""
    return text.startswith((INDENT[0], "\t")) and not text.strip().startswith("#")


def without_comment(text: str) -> str:
    """A line, or the beginning of one, up to its comment."""
    match = _CODE.match(text)
    return match.group() if match else ""
