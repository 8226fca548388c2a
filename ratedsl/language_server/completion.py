"""What may stand at a place: words of the language as the parser takes them, names in scope.

For names, units, currencies, zones and choices the line is completed with a word that nobody
knows, and the compiler tells what it would have known. So no list of places is kept here, and a
new fact of the language is completed as soon as it can be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ratedsl.lang import ast
from ratedsl.lang.forms import forms_of
from ratedsl.lang.source import Source
from ratedsl.lang.vocabulary import FACTS, KINDS
from ratedsl.language_server.folder import SUFFIX, Folder, real
from ratedsl.language_server.grammar import Beginning
from ratedsl.language_server.outline import is_fact, record_at, without_comment
from ratedsl.plan.files import plan_root
from ratedsl.plan.load import Loaded

# A word that nobody would choose for a record.
_NOBODY = "zqzq-nobody"
_TYPED = re.compile(r"[\w.+/-]*$")
_HEAD = re.compile(r"(override )?\s*(addon )?\s*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may stand there, what kind of word it is, and what it means in a few words."""

    word: str
    kind: str
    detail: str = ""


def complete(folder: Folder, path: Path, line: int, column: int) -> tuple[int, list[Candidate]]:
    """The words that may stand at a place, and the column at which the one being typed begins."""
    source = folder.source(path)
    head = source.line(line)[: column - 1]
    typed = _TYPED.search(head)
    assert typed is not None
    start = typed.start()
    before = head[:start]
    quotes = head.count('"') % 2
    if without_comment(head) != head:
        return column, []
    if quotes:
        opened = head.rindex('"') + 1
        return opened + 1, _paths(path, head[: opened - 1])
    if not before.strip():
        return start + 1, _openings(source, line, is_fact(head) or before != "")
    kind = record_at(source, line)
    if not is_fact(head):
        return start + 1, _in_header(folder, path, source, line, before)
    if kind not in FACTS:
        return start + 1, []
    rule = "test_fact" if kind == "table" and before.split()[0] != "columns" else f"{kind}_fact"
    return start + 1, _following(folder, path, source, line, before, rule)


def _openings(source: Source, line: int, fact: bool) -> list[Candidate]:
    """The words that open a record, or a fact of the record above."""
    if not fact:
        words = [Candidate(one, "record") for one in KINDS]
        return [*words, *(Candidate(one, "record") for one in ("use", "override", "addon"))]
    kind = record_at(source, line)
    meanings: dict[str, str] = {}
    for form in forms_of(kind) if kind in KINDS else ():
        meanings.setdefault(form.keyword, form.meaning)
    return [Candidate(one, "fact", meanings.get(one, "")) for one in FACTS.get(kind, ())]


def _in_header(
    folder: Folder, path: Path, source: Source, line: int, before: str
) -> list[Candidate]:
    head = _HEAD.match(before)
    assert head is not None
    words = before[head.end() :].split()
    if not words:
        kinds = ("fee", "allowance") if head[2] else KINDS
        return [Candidate(one, "record") for one in kinds]
    if len(words) == 1 and head[1]:
        loaded = folder.loaded(path)
        return _named(loaded, words[0], path) if loaded is not None else []
    return _following(folder, path, source, line, before, "header")


def _named(loaded: Loaded, kind: str, path: Path) -> list[Candidate]:
    """The ids of a kind that other files bring."""
    return [
        Candidate(name, "name", record.title)
        for name, record in loaded.names.of_kind(kind).items()
        if real(record.span.path) != path or record.override
    ]


def _following(
    folder: Folder, path: Path, source: Source, line: int, before: str, rule: str
) -> list[Candidate]:
    """What may follow the beginning of a line: words of the language, then what can be named."""
    text = before.strip()
    beginning = Beginning(rule, text)
    if not beginning.reads:
        return []
    words = [Candidate(one, "word") for one in beginning.keywords()]
    for rest in beginning.rests_after_name():
        whole = f"{before}{_NOBODY} {rest}".rstrip()
        names = _asked(folder, path, source, line, whole, len(before) + 1)
        if names:
            known = {word.word for word in words}
            return [*words, *(one for one in names if one.word not in known)]
    return words


def _asked(
    folder: Folder, path: Path, source: Source, line: int, whole: str, column: int
) -> list[Candidate]:
    """What the compiler would have known where the unknown word stands."""
    lines = source.text.split("\n")
    lines[line - 1] = whole
    loaded = folder.with_texts({path: "\n".join(lines)}).loaded(path)
    if loaded is None:
        return []
    titles = _titles(loaded)
    found: dict[str, Candidate] = {}
    for one in loaded.diagnostics:
        here = one.span.line == line and one.span.column == column
        if here and one.options and real(one.span.path) == path:
            for word in one.options:
                kind = "name" if word in titles else "value"
                found.setdefault(word, Candidate(word, kind, titles.get(word, "")))
    own = loaded.plan.currency if loaded.plan is not None else ""
    return sorted(found.values(), key=lambda one: one.word != own)


def _titles(loaded: Loaded) -> dict[str, str]:
    def said(record: ast.Record) -> str:
        return f"{record.kind.text} {record.title}".strip()

    return {name: said(record) for (_, name), record in loaded.names.records.items()}


def _paths(path: Path, before: str) -> list[Candidate]:
    """The files that a quoted path may lead to, beside this one and below the plan folder."""
    words = before.split()
    if words != ["use"] and words[-1:] != ["from"]:
        return []
    suffix = SUFFIX if words == ["use"] else ".csv"
    root = plan_root(path)
    if not root.is_dir():
        return []
    found = sorted(one for one in root.rglob(f"*{suffix}") if one != path)[:500]
    listed = []
    for one in found:
        try:
            listed.append(one.relative_to(path.parent).as_posix())
        except ValueError:
            ups = "../" * len(path.parent.relative_to(root).parts)
            listed.append(f"{ups}{one.relative_to(root).as_posix()}")
    return [Candidate(one, "path") for one in listed]
