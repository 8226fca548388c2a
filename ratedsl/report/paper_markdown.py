"""A consumer document in Markdown; every word of the plan is text in it."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.documents.paper import Entry, Paper
from ratedsl.report.markdown import escape, table

NOT_STATED = "not stated in the plan"


def render_markdown(paper: Paper, *, trace: bool = False) -> str:
    """The whole document; with `trace` each field is followed by where the plan says it."""
    return "\n".join(_lines(paper, trace)) + "\n"


def _lines(paper: Paper, trace: bool) -> Iterator[str]:
    yield f"# {escape(paper.title)}"
    yield ""
    yield f"**{escape(paper.name)}**"
    yield ""
    yield from _fields(paper.head)
    yield from ("", f"As of {paper.day.isoformat()}.")
    for words in paper.opening:
        yield from ("", escape(words))
    for part in paper.parts:
        yield from ("", f"## {escape(part.title)}", "")
        yield from _fields(part.entries)
    for words in paper.closing:
        yield from ("", escape(words))
    if paper.foot:
        yield ""
        yield from _fields(paper.foot)
    if trace:
        yield from ("", "## Where it comes from", "")
        rows = [
            (escape(title), escape(one.label), escape(places(one)))
            for title, one in paper.entries()
        ]
        yield from table(("Part", "Field", "Clauses"), (), rows)


def _fields(entries: tuple[Entry, ...]) -> Iterator[str]:
    for one in entries:
        if one.missing:
            yield f"- **{escape(one.label)}**: *{NOT_STATED}*"
        elif len(one.words) == 1:
            yield f"- **{escape(one.label)}**: {escape(one.words[0])}"
        else:
            yield f"- **{escape(one.label)}**:"
            yield from (f"  - {escape(words)}" for words in one.words)


def places(entry: Entry) -> str:
    """The clauses behind a field as file and line, each once."""
    return ", ".join(dict.fromkeys(at.place for at in entry.clauses))
