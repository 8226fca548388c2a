"""Keyed pseudonyms: the same number is the same other number, and only the key tells which.

A number keeps its country and area digits and its length, so a plan rates it as before; no two
numbers get the same pseudonym. Whoever has the key can undo it: keep it apart from the data.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from ratedsl.usage.connection import StoreError

LEAST_KEY = 16  # bytes; a shorter one can be guessed
LEAST_HIDDEN = 4  # digits, however long the prefixes of a plan are
_ROUNDS = 10
_RUN = re.compile(r"\+?\d{7,}")
_DIGITS = re.compile(r"\+?\d+")


class Pseudonyms:
    """Pseudonyms under one key; numbers keep those `prefixes` of theirs too."""

    def __init__(self, key: bytes, prefixes: Iterable[str] = ()) -> None:
        """`key` is secret; `StoreError` where it is too short to be one."""
        if len(key) < LEAST_KEY:
            raise StoreError(f"the key has {len(key)} bytes; it needs {LEAST_KEY} or more")
        self._key = key
        self._prefixes = frozenset(prefixes)
        self._longest = max(map(len, self._prefixes), default=0)
        self.number = lru_cache(maxsize=65_536)(self._number)

    def _number(self, number: str) -> str:
        """The pseudonym of a number. Short codes and what is no number pass through `text`."""
        if not _DIGITS.fullmatch(number):
            return self.text(number)
        digits = number.removeprefix("+")
        if len(digits) <= 6:
            return number
        head = self._head(number)
        other = number
        while True:
            other = head + self._permuted(head, other[len(head) :])
            # A step may lead under a longer prefix, where other numbers are at home. Walking
            # on leads back, at the latest to the number itself, and stays one to one.
            if self._head(other) == head:
                return other

    def text(self, text: str) -> str:
        """The text with each run of digits that could be a number replaced."""
        return _RUN.sub(lambda found: self.number(found.group()), text)

    def identity(self, kind: str, text: str) -> str:
        """A pseudonym for an id that is no number, empty for an empty one."""
        if not text:
            return ""
        return f"{kind}-{self._digest(f'{kind}/{text}')[:8].hex()}"

    def _head(self, number: str) -> str:
        """What stays: what `privacy.mask_number` shows, or a longer prefix of the plan's."""
        kept = min(6, len(number) // 2)
        for length in range(min(self._longest, len(number) - LEAST_HIDDEN), kept, -1):
            if number[:length] in self._prefixes:
                return number[:length]
        return number[:kept]

    def _digest(self, text: str) -> bytes:
        return hmac.new(self._key, text.encode("utf-8", "surrogateescape"), hashlib.sha256).digest()

    def _permuted(self, head: str, tail: str) -> str:
        """The tail's digits under a permutation of all tails of this length after this head.

        A Feistel network over decimal digits with HMAC as its round function: one to one, so
        that two numbers never become one.
        """
        half = len(tail) // 2
        left, right = tail[:half], tail[half:]
        for turn in range(_ROUNDS):
            mixed = self._digest(f"number/{head}/{len(tail)}/{turn}/{right}")
            size = len(left)
            moved = (int(left or "0") + int.from_bytes(mixed, "big")) % 10**size
            left, right = right, f"{moved:0{size}}" if size else ""
        return left + right


def load_key(file: Path | None, variable: str | None) -> bytes:
    """The key out of a file or an environment variable; `StoreError` where it is not there.

    Never out of the command line, which other users of the machine can read.
    """
    if (file is None) == (variable is None):
        raise StoreError("name the key's file with --key-file or its variable with --key-variable")
    if file is not None:
        try:
            return file.read_bytes().strip()
        except OSError as error:
            reason = (error.strerror or "input error").lower()
            raise StoreError(f"cannot read the key `{file}`: {reason}") from error
    key = os.environ.get(str(variable), "")
    if not key:
        raise StoreError(f"the environment has no variable `{variable}` with a key")
    return os.fsencode(key)
