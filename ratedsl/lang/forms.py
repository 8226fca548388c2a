"""How each fact is written, as the reference of the language has it: read when it is asked for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

_MOST_CHARACTERS = 120


class Form(NamedTuple):
    """A fact of a record as the reference writes it, and what it means."""

    text: str
    meaning: str

    @property
    def keyword(self) -> str:
        """Its first word."""
        return self.text.split(None, 1)[0]


@cache
def forms_of(kind: str) -> tuple[Form, ...]:
    """The forms of a kind of record's facts, in the order of the reference."""
    import tomllib  # noqa: PLC0415

    listed = tomllib.loads(Path(__file__).with_name("forms.toml").read_text(encoding="utf-8"))
    return tuple(
        Form(form, row["meaning"]) for row in listed.get(kind, ()) for form in row["forms"]
    )


def nearest_forms(kind: str, line: str) -> tuple[str, ...]:
    """The forms of a line's keyword that share most words with it, the first where they are long.

    The reference has the commonest form first.
    """
    keyword, *rest = re.findall(r"[\w-]+", line) or ("",)
    known = [form.text for form in forms_of(kind) if form.keyword == keyword]
    shared = [len(set(rest) & set(re.findall(r"[\w-]+", text))) for text in known]
    nearest = [text for text, words in zip(known, shared, strict=True) if words == max(shared)]
    return tuple(nearest if sum(map(len, nearest)) <= _MOST_CHARACTERS else nearest[:1])
