"""What a word of a plan means: a fact by its forms, a name by its record and its price today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ratedsl.lang import ast
from ratedsl.lang.forms import forms_of
from ratedsl.lang.source import Span
from ratedsl.lang.vocabulary import FACTS, KINDS
from ratedsl.language_server.folder import Folder, at, today
from ratedsl.language_server.names import Named, name_at
from ratedsl.language_server.outline import is_fact, record_at, without_comment
from ratedsl.plan.as_of import as_of
from ratedsl.plan.load import Loaded
from ratedsl.report.show import record_rows

# The facts that say what is paid: over them stands what is in force today.
_PRICES = ("price", "amount", "percent", "tier", "cell", "setup", "grant", "priced", "bracket")


def hover(folder: Folder, path: Path, line: int, column: int) -> tuple[str, Span] | None:
    """What to say about a place, in Markdown, and the words that it is about."""
    loaded = folder.loaded(path)
    text = folder.source(path).line(line)
    if loaded is None or without_comment(text[: column - 1]) != text[: column - 1]:
        return None
    found = name_at(loaded, path, line, column)
    if found is not None:
        return _of_record(loaded, found), found.span
    word = next(
        (one for one in re.finditer(r"[^\s,]+", text) if one.start() < column <= one.end() + 1),
        None,
    )
    kind = record_at(folder.source(path), line)
    if word is None or kind not in KINDS:
        return None
    span = Span(str(path), line, word.start() + 1, word.end() + 1)
    if is_fact(text):
        keyword = text.split()[0]
        said = "\n\n".join(_of_fact(kind, keyword))
        if said and word.group() == keyword in _PRICES:
            said = _in_force(loaded, path, line) + said
        return (said, span) if said else None
    return ("\n".join(_of_kind(kind)), span) if word.group() == kind else None


def _of_fact(kind: str, keyword: str) -> Iterator[str]:
    """Each form of a fact with its meaning."""
    for form in forms_of(kind):
        if form.keyword == keyword:
            yield f"`{form.text}`\n\n{_sentence(form.meaning)}"


def _of_kind(kind: str) -> Iterator[str]:
    """The facts of a kind of record."""
    yield f"**{kind}**\n"
    for form in forms_of(kind):
        yield f"- `{form.text}`: {form.meaning}"
    if not forms_of(kind):
        yield ", ".join(f"`{one}`" for one in FACTS[kind])


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _of_record(loaded: Loaded, found: Named) -> str:
    """What a record is: its kind and title, where it stands, and what it says today."""
    record = _record(loaded, found.target)
    name = record.name if record is not None else ""
    title = f' "{record.title}"' if record is not None and record.title else ""
    head = f"{found.kind} {name}".strip()
    place = f"{Path(found.target.path).name}:{found.target.line}"
    rows = _rows(loaded, found.kind, name)
    day = f" on {today()}" if rows and loaded.plan is not None else ""
    parts = [f"**{_plain(head)}**{_plain(title)}  ({_plain(place)}){day}"]
    if rows:
        parts.append("```text\n" + "\n".join(row.replace("```", "") for row in rows) + "\n```")
    return "\n\n".join(parts)


def _record(loaded: Loaded, target: Span) -> ast.Record | None:
    plan = loaded.names.plan
    records = [*loaded.names.records.values(), *([plan] if plan is not None else [])]
    return next((one for one in records if one.id and at(one.id.span) == target), None)


def _rows(loaded: Loaded, kind: str, name: str) -> list[str]:
    """What `show` prints of a record as of today, without its name."""
    if loaded.plan is None or not name:
        return []
    return record_rows(as_of(loaded.plan, today()), kind, name)[1:]


def _in_force(loaded: Loaded, path: Path, line: int) -> str:
    """What the record of a line charges today."""
    mine = [
        one
        for one in loaded.names.records.values()
        if one.id and at(one.span).path == str(path) and one.span.line < line
    ]
    if not mine:
        return ""
    record = max(mine, key=lambda one: one.span.line)
    rows = _rows(loaded, record.kind.text, record.name)
    if not rows:
        return f"Nothing of `{_plain(record.name)}` is in force on {today()}.\n\n---\n\n"
    listed = "\n".join(row.replace("```", "") for row in rows)
    return f"In force on {today()}:\n\n```text\n{listed}\n```\n\n---\n\n"


def _plain(text: str) -> str:
    """Text of a plan that is never markup."""
    return re.sub(r"([\\`*_{}\[\]<>()#|!])", r"\\\1", text)
