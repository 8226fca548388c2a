"""Cells that a spreadsheet shows as text and never runs as a formula."""

from __future__ import annotations

import re

# A signed amount is a number to a spreadsheet and harmless; a telephone number is neither:
# it would be reckoned with and lose its plus.
_AMOUNT = re.compile(
    r"[+-](?:\\?[$€£¥₹])?(?:\d{1,6}|\d{1,3}(?:[.,\u00a0\u202f]\d{3})+)(?:[.,]\d+)?(?: [A-Z]{3})?"
)
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless_cell(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it.

    The apostrophe says "text" to every common spreadsheet. Leading spaces hide nothing: some
    programs drop them before they look.
    """
    if not text.lstrip(" ").startswith(_STARTS) or _AMOUNT.fullmatch(text):
        return text
    return f"'{text}"
