"""JSON from elsewhere, read field by field: a wrong one is an error that points at it.

Numbers are exact. Nothing of what is read is trusted: its size is bounded, and each field is
taken as the type that it should have or refused by its JSON pointer (RFC 6901).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ratedsl.report.safe import safe_text

LARGEST = 8 * 1024 * 1024
MOST_ITEMS = 20_000
LONGEST = 2_000
_HUGE = Decimal(10) ** 15
_MOST_PLACES = 12


class WrongJson(Exception):
    """What is wrong with a document, and where: the message names the JSON pointer."""

    def __init__(self, pointer: str, words: str) -> None:
        super().__init__(f"{pointer or 'the whole'}: {words}")


def read_json(path: Path) -> Node:
    """The document in a file. Raises OSError, or WrongJson where it is none."""
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise WrongJson("", f"larger than {LARGEST // 1024 // 1024} MiB")
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except RecursionError:
        raise WrongJson("", "nested too deeply") from None
    except UnicodeDecodeError as error:
        raise WrongJson("", f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise WrongJson("", f"no JSON at {where}") from None
    except ValueError:
        raise WrongJson("", "a number that is too long") from None
    return Node(value, "")


def _no_number(text: str) -> Any:
    raise WrongJson("", f"`{text}` is no number in JSON")


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands."""

    value: Any
    pointer: str

    def at(self, name: str | int) -> str:
        """The pointer of a part."""
        return f"{self.pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"

    def wrong(self, words: str) -> WrongJson:
        """An error at this value."""
        return WrongJson(self.pointer, words)

    @property
    def names(self) -> list[str]:
        """The names of an object's fields that hold something."""
        if not isinstance(self.value, dict):
            return []
        return [name for name, one in self.value.items() if one not in (None, "", [], {})]

    def is_object(self) -> bool:
        """Whether it has fields."""
        return isinstance(self.value, dict)

    def part(self, name: str) -> Node | None:
        """A field that is an object; None if it is not there."""
        value = self._field(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise WrongJson(self.at(name), f"{_kind(value)} where an object should be")
        return Node(value, self.at(name))

    def items(self, name: str) -> Iterator[Node]:
        """The objects of a field that is a list of them; nothing if it is not there."""
        value = self._field(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise WrongJson(self.at(name), f"{_kind(value)} where a list should be")
        yield from Node(value, self.at(name)).objects()

    def objects(self) -> Iterator[Node]:
        """The objects of this list."""
        if len(self.value) > MOST_ITEMS:
            raise self.wrong(f"more than {MOST_ITEMS} items")
        for index, one in enumerate(self.value):
            if not isinstance(one, dict):
                raise WrongJson(self.at(index), f"{_kind(one)} where an object should be")
            yield Node(one, self.at(index))

    def text(self, name: str, most: int = LONGEST) -> str:
        """A field of words on one line, harmless; empty if it is not there."""
        value = self._field(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise WrongJson(self.at(name), f"{_kind(value)} where text should be")
        if len(value) > most:
            raise WrongJson(self.at(name), f"longer than {most} characters")
        return safe_text(" ".join(value.split()))

    def number(self, name: str) -> Decimal | None:
        """An exact number; None if it is not there."""
        value = self._field(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise WrongJson(self.at(name), f"{_kind(value)} where a number should be")
        number = Decimal(value)
        exponent = number.as_tuple().exponent
        if abs(number) > _HUGE or (isinstance(exponent, int) and -exponent > _MOST_PLACES):
            raise WrongJson(self.at(name), "too large, or too fine, to be meant")
        return number

    def _field(self, name: str) -> Any:
        if not isinstance(self.value, dict):
            raise self.wrong(f"{_kind(self.value)} where an object should be")
        return self.value.get(name)


def _kind(value: object) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "true or false"),
        (str, "text"),
        (list, "a list"),
        (dict, "an object"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "a number")
