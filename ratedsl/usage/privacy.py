"""Masking of numbers and names: every surface shows personal data through here.

Masked is the rule. Only `shown_in_full` lifts it, and only `ratedsl.usage.access_log` uses
that, after it has written who wants to see what, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

# Seven digits or more, with or without a plus: no short code is that long.
_NUMBER = re.compile(r"\+?\d{7,}")
# The same as people write it. Only with a plus: dates and amounts have separators too.
_SPACED = re.compile(r"\+\d[\d ().\-/]{6,}\d")
_E164 = re.compile(r"\+\d{7,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")

# How many ask to see data in full now. It is the process that shows, in whatever thread.
_open = 0


def is_masked() -> bool:
    """Whether personal data are masked now, as they are unless someone gave a reason."""
    return _open == 0


@contextmanager
def shown_in_full() -> Iterator[None]:
    """Inside, nothing is masked. For `access_log.unmasked`, which logs the access first."""
    lift()
    try:
        yield
    finally:
        drop()


def lift() -> None:
    """Stop masking until `drop`, for an app that goes on; as `shown_in_full`."""
    global _open  # noqa: PLW0603 - one process is one viewer
    _open += 1


def drop() -> None:
    """Mask again."""
    global _open  # noqa: PLW0603 - as above
    _open = max(0, _open - 1)


def mask_number(number: str) -> str:
    """The number with the digits that tell one subscriber from another hidden.

    What rating needs stays: the country and area digits in front (at most six characters,
    at most half of the number). The last two digits stay so that a person can tell two
    rows apart. Short codes of up to six digits are not subscribers and stay whole.
    """
    return number if _open else _masked(number)


def mask_text(text: str) -> str:
    """The text with everything in it that looks like a subscriber number masked."""
    return text if _open else hide_numbers(text)


def mask_words(text: str) -> str:
    """The words with every E.164 number in them masked, bare digits left alone."""
    return text if _open else _E164.sub(_found, text)


def mask_reference(text: str) -> str:
    """What a payer wrote by its end: four characters, and at most a third, tell two apart."""
    if _open:
        return text
    kept = min(4, len(text) // 3)
    return "•" * (len(text) - kept) + text[len(text) - kept :]


def mask_name(name: str) -> str:
    """A person's or account's name by its initials: `Ana Silva` is `A•• S••••`."""
    if _open:
        return name
    return _LETTERS.sub(lambda found: _initial(found.group()), hide_numbers(name))


def mask_row(row: str) -> str:
    """A raw row by its shape: letters are `x` or `X` and digits `9`, all else stays.

    Nobody knows what stands where in a row that was not understood; its separators and
    lengths are what shows how it is broken.
    """
    if _open:
        return row
    shape = _LETTERS.sub(lambda found: "".join(map(_shape, found.group())), row)
    return _DIGIT.sub("9", shape)


def hide_numbers(text: str) -> str:
    """As `mask_text`, always: for logs, which outlive the reason to see a number."""
    return _NUMBER.sub(_found, _SPACED.sub(_found, text))


def _masked(number: str) -> str:
    digits = sum(character.isdigit() for character in number)
    if digits <= 6:
        return number
    head = number[: min(6, len(number) // 2)]
    return f"{head}{'•' * (len(number) - len(head) - 2)}{number[-2:]}"


def _found(found: re.Match[str]) -> str:
    return _masked(found.group())


def _initial(word: str) -> str:
    return word[0] + "•" * (len(word) - 1)


def _shape(letter: str) -> str:
    return "X" if letter.isupper() else "x"
