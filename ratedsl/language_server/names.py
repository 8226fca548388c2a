"""Where the name of a record stands, in all files of a folder: to go there, to list, to rename.

Which word names which record is what the compiler found, so nothing is taken for a name that
only looks like one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.mending import Edit, apply_edits
from ratedsl.lang.source import Source, Span
from ratedsl.language_server.folder import SUFFIX, Folder, at, holds, real
from ratedsl.plan.files import locate, plan_root
from ratedsl.plan.load import Loaded
from ratedsl.plan.reserved import RELATIVE, RESERVED

_NAME = re.compile(r"[^\W\d]\w*(?:[-.]\w+)*")


class Refused(Exception):
    """Why a record cannot be renamed, in one line for the user."""


class Named(NamedTuple):
    """A name at a place: the word itself, the id of its record, and the record's kind."""

    span: Span
    target: Span
    kind: str


def name_at(loaded: Loaded, path: Path, line: int, column: int) -> Named | None:
    """The name of a record that stands at a place of a file."""
    for one in loaded.references:
        if holds(one.span, path, line, column):
            return Named(at(one.span), at(one.target), one.kind)
    for record in _records(loaded):
        if record.id is not None and holds(record.id.span, path, line, column):
            return Named(at(record.id.span), at(record.id.span), record.kind.text)
    return None


def name_in(folder: Folder, path: Path, line: int, column: int) -> Named | None:
    """The name at a place as the file itself reads, else as a plan that uses the file does.

    A library's taxes are compiled in plans only.
    """
    word = word_at(folder.source(path), line, column)
    for file in folder.mentioning(path, word) if word else ():
        loaded = folder.named(file)
        found = name_at(loaded, path, line, column) if loaded is not None else None
        if found is not None:
            return found
    return None


def _records(loaded: Loaded) -> Iterator[ast.Record]:
    if loaded.names.plan is not None:
        yield loaded.names.plan
    yield from loaded.names.records.values()


def definition(folder: Folder, path: Path, line: int, column: int) -> Span | None:
    """Where what stands at a place is defined: a record's id, or the file that `use` names."""
    loaded = folder.loaded(path)
    if loaded is None:
        return None
    used = _used_file(folder, path, line, column)
    if used is not None:
        return Span(str(used), 1, 1, 1)
    found = name_in(folder, path, line, column)
    if found is not None:
        return found.target
    # A line that does not read names nothing yet: its word may still be the only one of its kind.
    word = word_at(folder.source(path), line, column)
    places = {at(one.id.span) for one in _records(loaded) if one.id and one.id.text == word}
    return places.pop() if len(places) == 1 else None


def word_at(source: Source, line: int, column: int) -> str:
    """The word at a place, empty where there is none."""
    for match in re.finditer(r"[\w.+-]+", source.line(line)):
        if match.start() < column <= match.end() + 1:
            return match.group()
    return ""


def _used_file(folder: Folder, path: Path, line: int, column: int) -> Path | None:
    text = folder.source(path).line(line)
    for match in re.finditer(r'"([^"]*)"', text):
        if not match.start() < column <= match.end() + 1:
            continue
        before = text[: match.start()].split()
        if before and (before == ["use"] or before[-1] == "from"):
            span = Span(str(path), line, match.start() + 1, match.end() + 1)
            target = locate(ast.Word(match[1], span), path.parent, plan_root(path))
            if not isinstance(target, Diagnostic):
                return target[1]
    return None


def occurrences(folder: Folder, path: Path, line: int, column: int) -> list[Span]:
    """Every place of the name at a place, definitions too; `extends` and `override` followed."""
    found = name_in(folder, path, line, column)
    return sorted(_all_of(folder, path, found.target)) if found is not None else []


def highlights(folder: Folder, path: Path, line: int, column: int) -> list[Span]:
    """The places of the name at a place in its own file, as that file alone tells them."""
    loaded = folder.loaded(path)
    found = name_at(loaded, path, line, column) if loaded is not None else None
    if loaded is None or found is None:
        return []
    mine = {found.target} if found.target.path == str(path) else set()
    mine |= {at(one.span) for one in loaded.references if at(one.target) == found.target}
    return sorted(span for span in mine if span.path == str(path))


def _all_of(folder: Folder, path: Path, start: Span) -> set[Span]:
    """The places that are tied to one, over all files: overriding records stand for one name."""
    tied: dict[Span, set[Span]] = {}
    for file in folder.mentioning(path, _text(folder, start)):
        loaded = folder.named(file)
        for one in loaded.references if loaded is not None else ():
            span, target = at(one.span), at(one.target)
            tied.setdefault(span, set()).add(target)
            tied.setdefault(target, set()).add(span)
    found, waiting = {start}, [start]
    while waiting:
        for span in tied.get(waiting.pop(), ()):
            if span not in found:
                found.add(span)
                waiting.append(span)
    return found


def rename(folder: Folder, path: Path, line: int, column: int, name: str) -> dict[Path, list[Edit]]:
    """The edits of each file that give a record another id; Refused where that cannot be.

    The plans are checked with the new name before anything is told to the editor.
    """
    spans = occurrences(folder, path, line, column)
    if not spans:
        raise Refused("no id of a record stands here")
    if not _NAME.fullmatch(name):
        raise Refused(f"`{name}` is no id: write letters, digits and hyphens, a letter first")
    if name in RESERVED | RELATIVE:
        raise Refused(f"`{name}` cannot be an id: the language means something by this word")
    old = _text(folder, spans[0])
    edits: dict[Path, list[Edit]] = {}
    for span in spans:
        if not span.path.endswith(SUFFIX) or _text(folder, span) != old:
            raise Refused(f"`{old}` stands in {Path(span.path).name} too, where it is no plain id")
        edits.setdefault(real(span.path), []).append(Edit(span, name))
    if name != old:
        _require_same(folder, path, edits, len(spans))
    return edits


def _text(folder: Folder, span: Span) -> str:
    return folder.source(Path(span.path)).line(span.line)[span.column - 1 : span.end - 1]


def _require_same(folder: Folder, path: Path, edits: dict[Path, list[Edit]], count: int) -> None:
    """Raise Refused where the new name brings a new finding, or means something else somewhere."""
    texts = {file: apply_edits(folder.source(file), mine)[0] for file, mine in edits.items()}
    after = folder.with_texts(texts)
    old = _text(folder, next(iter(edits.values()))[0].span)
    for file in {*folder.mentioning(path, old), *edits}:
        before, now = folder.named(file), after.named(file)
        if before is None or now is None:
            continue
        known = Counter(one.code for one in before.diagnostics)
        for one in now.diagnostics:
            known[one.code] -= 1
            if known[one.code] < 0:
                place = f"{Path(one.span.path).name}:{one.span.line}"
                raise Refused(f"with this name {one.message} ({place})")
    file, mine = next(iter(edits.items()))
    first = mine[0].span
    if len(occurrences(after, file, first.line, first.column)) != count:
        raise Refused("with this name a word that means something else would mean this record")
