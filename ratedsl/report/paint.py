"""Colour for plain reports: a few styles by name, and the rule when to use them.

Colour is never the only sign: what it says is also said by a word or a glyph.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TextIO

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "clean": "1;32",
    "strong": "1",
    "frame": "34",
    "note": "36",
}

Paint = Callable[[str, str], str]


def wants_colour(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the stream is a terminal whose user has not declined colour."""
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    return stream.isatty()


def plain(style: str, text: str) -> str:
    """The text as it is, whatever the style."""
    return text


def coloured(style: str, text: str) -> str:
    """The text in the style's colour, and back to normal after it."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if text else text


def painter(colour: bool) -> Paint:
    """`coloured` or `plain`."""
    return coloured if colour else plain
