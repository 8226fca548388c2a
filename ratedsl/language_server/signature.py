"""The forms of the fact that is being typed, as the reference of the language writes them."""

from __future__ import annotations

from pathlib import Path

from ratedsl.lang.forms import Form, forms_of, nearest_forms
from ratedsl.lang.vocabulary import KINDS
from ratedsl.language_server.folder import Folder
from ratedsl.language_server.outline import is_fact, record_at, without_comment


def signature(folder: Folder, path: Path, line: int, column: int) -> tuple[list[Form], int] | None:
    """The forms of the fact at a place, and which of them what is written comes nearest to."""
    source = folder.source(path)
    text = source.line(line)
    head = text[: column - 1]
    kind = record_at(source, line)
    words = head.split()
    typing_keyword = len(words) < 2 and not head.endswith((" ", "\t"))
    if kind not in KINDS or not is_fact(text) or not words or typing_keyword:
        return None
    if without_comment(head) != head:
        return None
    forms = [form for form in forms_of(kind) if form.keyword == words[0]]
    if not forms:
        return None
    nearest = nearest_forms(kind, text)
    # A share and an amount differ in no word: `10% of`, `0.10 EUR per`.
    share = "%" in head

    def fitness(place: int) -> tuple[bool, bool]:
        text = forms[place].text
        return text in nearest, ("%" in text) == share

    return forms, max(range(len(forms)), key=fitness)
