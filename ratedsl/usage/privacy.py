"""Masking of subscriber numbers: every surface shows numbers through here."""

from __future__ import annotations

import re

# Seven digits or more, with or without a plus: no short code is that long.
_NUMBER = re.compile(r"\+?\d{7,}")


def mask_number(number: str) -> str:
    """The number with the digits that tell one subscriber from another hidden.

    What rating needs stays: the country and area digits in front (at most six characters,
    at most half of the number). The last two digits stay so that a person can tell two
    rows apart. Short codes of up to six digits are not subscribers and stay whole.
    """
    digits = sum(character.isdigit() for character in number)
    if digits <= 6:
        return number
    head = number[: min(6, len(number) // 2)]
    return f"{head}{'•' * (len(number) - len(head) - 2)}{number[-2:]}"


def mask_text(text: str) -> str:
    """The text with everything in it that looks like a subscriber number masked."""
    return _NUMBER.sub(lambda found: mask_number(found.group()), text)
