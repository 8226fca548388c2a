"""What may stand at a place: words of the language as the parser takes them, names in scope.

Names, units, currencies, zones and choices are those that the compiler names. So no list of places
is kept here, and a new fact of the language is completed as soon as it can be read.
"""

from __future__ import annotations

import re
from pathlib import Path

from ratedsl.lang.forms import forms_of
from ratedsl.lang.source import Source
from ratedsl.lang.vocabulary import FACTS, KINDS
from ratedsl.language_server.attributes import attributes
from ratedsl.language_server.candidates import Asking, Candidate, dates
from ratedsl.language_server.folder import SUFFIX, Folder, real
from ratedsl.language_server.grammar import Beginning
from ratedsl.language_server.outline import header_at, is_fact, record_at, without_comment
from ratedsl.plan.files import plan_root
from ratedsl.plan.load import Loaded

_TYPED = re.compile(r"[\w.+/-]*$")
# Where the name of an attribute is next.
_CONDITION = re.compile(r"\bwhen\s+(?:.*\sand\s+)?$")
# The kinds of record whose header has more than an id and a title.
_HEADED = {"for": ("rate", "deck", "cost"), "from": ("deck", "cost", "taxes", "zone")}
_HEAD = re.compile(r"(override )?\s*(addon )?\s*")


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
    beginning = Beginning(rule, before.strip())
    if not beginning.reads:
        return []
    words = [Candidate(one, "word") for one in beginning.keywords()]
    if rule == "header":
        kind = record_at(source, line)
        words = [one for one in words if kind in _HEADED.get(one.word, KINDS)]
    if "DATE" in beginning.accepts:
        words += dates(source, line)
    rests = beginning.rests_after_name()
    if rests and _CONDITION.search(before) and (loaded := folder.loaded(path)) is not None:
        known = attributes(loaded, record_at(source, line), header_at(source, line))
        return [*words, *(Candidate(one, "value", known[one]) for one in known)]
    for rest in rests:
        asking = Asking(folder, path, line, before, rest)
        names = asking.names()
        if names:
            taken = {word.word for word in words}
            return [*words, *(one for one in names if one.word not in taken)]
    return words


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
