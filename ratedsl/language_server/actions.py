"""What can be done about a finding: the fixes that it carries, and what its help would add."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.formatter import INDENT, KEYWORD_WIDTH
from ratedsl.lang.mending import Edit, Fix
from ratedsl.lang.source import Source
from ratedsl.lang.vocabulary import FACTS
from ratedsl.language_server.findings import findings
from ratedsl.language_server.folder import Folder

# A plan lacks what only its author can say: the help names the ways to say it.
_UNSAID = ("E316", "E308")
_QUOTED = re.compile(r"`([^`]+)`")
_HEADER = re.compile(r"(?:override\s+)?(?:addon\s+)?(\w+)")
# What stands in a help for something that its author has to fill in.
_OPEN = re.compile(r"…|\b(?![A-Z]{3}\b)[A-Z]+\b")


def actions(folder: Folder, path: Path, first: int, last: int) -> list[tuple[Diagnostic, Fix]]:
    """The fixes of all findings on some lines of a file, the sure ones first."""
    found: list[tuple[Diagnostic, Fix]] = []
    for one in findings(folder).get(path, ()):
        if first <= one.span.line <= last:
            found += [(one, fix) for fix in (*one.fixes, *_said(folder.source(path), one))]
    return sorted(found, key=lambda entry: not entry[1].safe)


def _said(source: Source, one: Diagnostic) -> Iterator[Fix]:
    """Each way to state what is not stated, as the help of the finding names it."""
    if one.code not in _UNSAID:
        return
    line = source.line(one.span.line)
    for text in _QUOTED.findall(one.help):
        if _OPEN.search(text):
            continue
        if text.startswith(", "):
            end = one.span.end
            yield Fix(f"add `{text}`", (Edit(one.span._replace(column=end), text),))
        elif (kind := _kind(line)) and text.split()[0] in FACTS.get(kind, ()):
            yield Fix(f"add `{text}`", (_added(source, one, text),))


def _kind(line: str) -> str:
    match = _HEADER.match(line)
    return match[1] if match else ""


def _added(source: Source, one: Diagnostic, text: str) -> Edit:
    """A fact behind the last one of the record whose header is at the finding."""
    last = one.span.line
    number = last + 1
    while source.line(number).startswith((" ", "\t")):
        if not source.line(number).strip().startswith("#"):
            last = number
        number += 1
    keyword, *rest = text.split(None, 1)
    fact = f"{INDENT}{keyword.ljust(KEYWORD_WIDTH)} {' '.join(rest)}".rstrip()
    end = len(source.line(last)) + 1
    return Edit(one.span._replace(line=last, column=end, end=end), f"\n{fact}")
