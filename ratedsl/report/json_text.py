"""JSON that reads back exactly and that a terminal may show."""

from __future__ import annotations

import json
import re

_SUSPECT = re.compile(r"[^\n -~]")


def json_text(value: object) -> str:
    """The value as indented JSON, ending in a newline; keys stay in their order.

    Letters of every script stay readable. What a terminal would obey or hide is written as
    `\\uXXXX`, so printing is safe and loading gives the same text back.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _SUSPECT.sub(_escape, text) + "\n"


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    return character if character.isprintable() else json.dumps(character)[1:-1]
