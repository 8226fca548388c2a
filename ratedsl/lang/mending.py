"""Changes of text that mend a finding: made where it is found, applied by whoever is asked to.

A fix is safe where nobody could mean anything else, and only such a fix is applied without
being looked at. All others are offered one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ratedsl.lang.source import Source, Span
from ratedsl.lang.spelling import alike, in_order, suggest

# What stands before a comment: quoted text, and anything that opens neither.
_CODE = re.compile(r'(?:"[^"]*"|[^"#]+)*')


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` in the place of a span, which may be empty; None takes the whole line out."""

    span: Span
    text: str | None


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together, and in a few words what they do."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


def replaced(span: Span, text: str, *, safe: bool = False) -> Fix:
    """The words of a span written otherwise."""
    return Fix(f"write `{text}`", (Edit(span, text),), safe)


def line_deleted(span: Span, *, safe: bool = False) -> Fix:
    """The line of a span taken out."""
    return Fix("delete this line", (Edit(span, None),), safe)


def spelt_as(word: str, span: Span, known: Iterable[str]) -> tuple[Fix, ...]:
    """`word` as the one of `known` that it most likely means.

    It is certain where that one name differs in capitals only, and a guess everywhere else.
    """
    names = in_order(known)
    near = suggest(word, names)
    if near is None or near == word:
        return ()
    return (replaced(span, near, safe=alike(word, names) == [near]),)


def apply_edits(source: Source, edits: Iterable[Edit]) -> tuple[str, int]:
    """The text after all edits that can be made together, and how many were made.

    Of edits that overlap the first of the text is made. A line with a comment behind its
    fact is not taken out: what the comment says would be lost.
    """
    spans = [one for edit in set(edits) if (one := _stretch(source, edit)) is not None]
    text, pieces, at, made = source.text, [], 0, 0
    for start, end, new in sorted(spans):
        if start < at:
            continue
        pieces += [text[at:start], new]
        at = end
        made += 1
    return "".join((*pieces, text[at:])), made


def _stretch(source: Source, edit: Edit) -> tuple[int, int, str] | None:
    """First and last offset of what goes, and what comes instead."""
    line = source.offset(edit.span.line)
    if edit.text is not None:
        return line + edit.span.column - 1, line + edit.span.end - 1, edit.text
    text = source.line(edit.span.line)
    code = _CODE.match(text)
    assert code is not None
    if code.group().strip() and code.end() < len(text):
        return None
    end = source.text.find("\n", line)
    return line, len(source.text) if end < 0 else end + 1, ""
