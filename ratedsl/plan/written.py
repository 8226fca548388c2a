"""A plan as one text: what it uses and extends stands in it, and nothing is overridden any more.

The text says what the plan says: compiled in the same folder it makes the same model.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.formatter import Unreadable, format_source
from ratedsl.lang.parser import parse
from ratedsl.lang.source import Source
from ratedsl.lang.vocabulary import KINDS
from ratedsl.plan.compile.test_change import plans_named
from ratedsl.plan.files import FileSet, locate, read_files
from ratedsl.plan.resolve import resolve
from ratedsl.plan.resolved import Resolved

# What is said by the text itself.
_DONE = ("extends", "drops")


def written(path: Path) -> str:
    """The text of a plan without errors, in its form; tests that need other plans are left out.

    Raises OSError where a file cannot be read.
    """
    files = read_files(path)
    names = resolve(files)
    text = "\n".join(_Writer(files, names).lines()) + "\n"
    formatted = format_source(Source(str(path), text))
    assert not isinstance(formatted, Unreadable), f"line {formatted.line} does not read"
    return formatted


class _Writer:
    def __init__(self, files: FileSet, names: Resolved) -> None:
        self.files = files
        self.names = names
        self.own = files.files[files.first]
        self.facts: dict[int, str] = {}
        for file in files.files.values():
            self._note(file)

    def _note(self, file: ast.File) -> None:
        """Note the words of every fact; those of a tax table stand in a text of their own."""
        tables: dict[int, dict[tuple[str, str], ast.Record]] = {}
        for record in file.records:
            if record.kind.text == "test":
                continue
            source = record.source
            facts = record.facts
            if source is not file.source:
                plain = Source(source.path, source.text)
                if id(source) not in tables:
                    tables[id(source)] = {
                        (one.kind.text, one.name): one for one in parse(plain)[0].records
                    }
                facts = tables[id(source)][record.kind.text, record.name].facts
                source = plain
            for fact, there in zip(record.facts, facts, strict=True):
                span = there.span
                self.facts[id(fact)] = source.line(span.line)[span.column - 1 : span.end - 1]

    def lines(self) -> Iterator[str]:
        """The plan first, then its records kind by kind, then its tests."""
        assert self.names.plan is not None
        yield from self._record(self.names.plan)
        for kind in KINDS:
            for record in self.names.of_kind(kind).values():
                yield ""
                yield from self._record(record)
        yield from self._tests()

    def _record(self, record: ast.Record) -> Iterator[str]:
        parts = ["addon"] if record.addon else []
        parts += [record.kind.text, record.name]
        if record.title:
            parts.append(f'"{record.title}"')
        if record.table is not None:
            parts.append(f'from "{self._path(record.table)}"')
        if record.match is not None:
            parts.append(f"for {_match(record.match)}")
        yield " ".join(parts)
        for fact in record.facts:
            if fact.keyword not in _DONE:
                yield f"  {self.facts[id(fact)]}"

    def _path(self, word: ast.Word) -> str:
        """A table's path from the plan's own folder, wherever the record was written."""
        target = locate(word, Path(word.span.path).parent, self.names.root)
        assert not isinstance(target, Diagnostic)
        return Path(os.path.relpath(target[1], self.files.first.parent)).as_posix()

    def _tests(self) -> Iterator[str]:
        others = [
            one for one in self.names.plans if self.names.plan and one != self.names.plan.name
        ]
        named = re.compile(rf"\b(?:{'|'.join(map(re.escape, others))})/" if others else r"(?!)")
        foreign = {
            record.span.line
            for record in self.names.tests
            if any(word.text in others for word in plans_named(record))
        }
        for first, block in _blocks(self.own.source):
            whole = range(first, first + len(block))
            if any(line in foreign for line in whole) or any(map(named.search, block)):
                continue
            yield ""
            yield from block


def _match(match: ast.Match) -> str:
    text = match.service.text
    for word, places in (("to", match.to), ("roaming", match.roaming)):
        if places:
            text += f" {word} {', '.join(place.text for place in places)}"
    return text


def _blocks(source: Source) -> Iterator[tuple[int, list[str]]]:
    """The tests and tables of a file as they stand in it, each with its first line."""
    first, block = 0, list[str]()
    for number, raw in enumerate([*source.text.split("\n"), "end"], 1):
        line = raw.rstrip("\r")
        if line and line[0] not in " \t":
            if block:
                yield first, block
            opens = line.split(None, 1)[0] in ("test", "table")
            first, block = number, ([line] if opens else [])
        elif block:
            block.append(line)
