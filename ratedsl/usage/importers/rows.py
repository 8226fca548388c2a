"""One row of a CSV made a usage event by a mapping, or all the reasons why it cannot be one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from ratedsl.rating.events import ARRIVED
from ratedsl.usage.batches import UsageRow, encode_attributes
from ratedsl.usage.importers.fields import (
    FieldError,
    Fields,
    day_text,
    quantity_reader,
    time_reader,
)
from ratedsl.usage.importers.text_file import UsageFileError
from ratedsl.usage.mapping import Direction, Mapping

ID_LIMIT = 200
NUMBER_LIMIT = 64
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_VISITED = re.compile(r"[A-Z]{2}|[0-9]{5,6}")


@dataclass(frozen=True, slots=True)
class Found:
    """A good row: the event, its account if the file names one, the line's own number."""

    usage: UsageRow
    account: str
    account_name: str
    own_number: str


class RowReader:
    """Reads rows under one header by one mapping."""

    def __init__(self, mapping: Mapping, header: list[str]) -> None:
        """Bind the mapping to the header; `UsageFileError` names all columns not there."""
        self._mapping = mapping
        self.width = len(header)
        self._header = header
        self._require_columns()
        self._start = time_reader(mapping.time)
        self._quantities: dict[str, Callable[[Fields], int]] = {
            service: quantity_reader(service, part, mapping.file.decimal, header.index)
            for service, part in mapping.quantity.items()
        }
        at = self._index
        numbers, create, visited = mapping.numbers, mapping.create, mapping.visited
        self._id, self._time = at(mapping.record.id), header.index(mapping.time.column)
        self._line = header.index(mapping.line.column)
        self._account = at(mapping.account.column if mapping.account else None)
        self._service, self._direction = at(mapping.service.column), at(mapping.direction.column)
        self._calling, self._called = at(numbers.calling), at(numbers.called)
        self._visited = at(visited.column if visited else None)
        self._name = at(create.name if create else None)
        by_direction = create is not None and create.number == "by direction"
        self._by_direction = by_direction
        self._number = None if by_direction else at(create.number if create else None)
        self._arrival = at(mapping.arrival.column if mapping.arrival else None)
        self._attributes = [
            (name, header.index(column)) for name, column in mapping.attributes.items()
        ]

    def read(self, fields: Fields) -> Found | list[str]:
        """The event of a row as wide as the header, or the reasons against it."""
        reasons: list[str] = []
        if not "".join(fields).isprintable():
            reasons = self._odd_characters(fields)
            if reasons:
                return reasons
        line = self._identity(fields, self._line, reasons)
        account = "" if self._account is None else self._identity(fields, self._account, reasons)
        service = self._choose(fields, self._service, self._mapping.service.values, reasons)
        direction = self._choose(fields, self._direction, self._mapping.direction.values, reasons)
        start = quantity = 0
        try:
            start = self._start(fields[self._time].strip())
        except FieldError as error:
            reasons.append(str(error))
        service = service or self._mapping.service.always or ""
        direction = direction or self._mapping.direction.always or ""
        try:
            if service:
                quantity = self._quantities[service](fields)
        except FieldError as error:
            reasons.append(str(error))
        calling = self._telephone(fields, self._calling, reasons)
        called = self._telephone(fields, self._called, reasons)
        visited = self._network(fields, reasons)
        if self._id is None:
            record = f"row-{_hash(fields)}"
        else:
            record = self._identity(fields, self._id, reasons)
        own = called if direction == "incoming" else calling
        if not self._by_direction:
            own = self._telephone(fields, self._number, reasons)
        arrived = self._arrived(fields, reasons)
        if reasons:
            return reasons
        kept = {name: value for name, at in self._attributes if (value := fields[at].strip())}
        if arrived:
            kept[ARRIVED] = arrived
        record = f"{self._mapping.record.prefix}{record}"
        usage = (record, line, service, start, quantity, calling, called, direction, visited)
        name = "" if self._name is None else fields[self._name].strip()
        return Found((*usage, encode_attributes(kept)), account, name, own)

    def _identity(self, fields: Fields, at: int, reasons: list[str]) -> str:
        text = fields[at].strip()
        if not text:
            reasons.append(f"{self._header[at]} is empty")
        elif len(text) > ID_LIMIT:
            reasons.append(f"{self._header[at]} is longer than {ID_LIMIT} characters")
        return text

    def _choose(
        self,
        fields: Fields,
        at: int | None,
        values: dict[str, str] | dict[str, Direction],
        reasons: list[str],
    ) -> str:
        if at is None:
            return ""
        text = fields[at].strip()
        chosen: str = values.get(text, "")
        if not chosen:
            shown = f"is `{text[:30]}`, which the mapping does not name" if text else "is empty"
            reasons.append(f"{self._header[at]} {shown}")
        return chosen

    def _telephone(self, fields: Fields, at: int | None, reasons: list[str]) -> str:
        if at is None:
            return ""
        text = fields[at].strip()
        prefix = self._mapping.numbers.international
        if prefix and text.startswith(prefix):
            text = f"+{text.removeprefix(prefix)}"
        if len(text) > NUMBER_LIMIT:
            reasons.append(f"{self._header[at]} is longer than {NUMBER_LIMIT} characters")
        return text

    def _network(self, fields: Fields, reasons: list[str]) -> str:
        part, at = self._mapping.visited, self._visited
        if part is None or at is None:
            return ""
        text = fields[at].strip()
        if not text or text in part.home:
            return ""
        network = part.values.get(text, text)
        if _VISITED.fullmatch(network) is None:
            reasons.append(f"{part.column} is neither a country code nor MCC and MNC")
        return network

    def _arrived(self, fields: Fields, reasons: list[str]) -> str:
        """The day of arrival as ISO text; empty where the row does not say."""
        part, at = self._mapping.arrival, self._arrival
        text = fields[at].strip() if at is not None else ""
        if part is None or not text:
            return ""
        try:
            return day_text(text, part.format)
        except ValueError:
            reasons.append(f"{part.column} is not a date as `{part.format}`")
            return ""

    def _odd_characters(self, fields: Fields) -> list[str]:
        """What no column that we use may hold; in the others it does no harm."""
        reasons = []
        for column in sorted(self._used_columns(), key=self._header.index):
            text = fields[self._header.index(column)]
            if _SURROGATE.search(text):
                reasons.append(f"{column} has bytes that are not {self._mapping.file.encoding}")
            elif _CONTROL.search(text.strip()):
                reasons.append(f"{column} has a control character")
        if not reasons and self._id is None and _SURROGATE.search("".join(fields)):
            reasons.append(f"the row has bytes that are not {self._mapping.file.encoding}")
        return reasons

    def _index(self, column: str | None) -> int | None:
        return None if column is None else self._header.index(column)

    def _used_columns(self) -> set[str]:
        mapping = self._mapping
        create, visited = mapping.create, mapping.visited
        used = {
            mapping.record.id,
            mapping.time.column,
            mapping.line.column,
            mapping.arrival.column if mapping.arrival else None,
            mapping.account.column if mapping.account else None,
            create.name if create else None,
            create.number if create and create.number != "by direction" else None,
            mapping.service.column,
            mapping.direction.column,
            mapping.numbers.calling,
            mapping.numbers.called,
            visited.column if visited else None,
            *mapping.attributes.values(),
        }
        for part in mapping.quantity.values():
            used.update((part.column, *(part.columns or ())))
        return {column for column in used if column is not None}

    def _require_columns(self) -> None:
        used = self._used_columns()
        missing = sorted(used - set(self._header))
        twice = sorted(column for column in used if self._header.count(column) > 1)
        if missing:
            words = []
            for column in missing:
                near = get_close_matches(column, self._header, n=1)
                words.append(f"`{column}`" + (f" (did you mean `{near[0]}`?)" if near else ""))
            raise UsageFileError(f"the header lacks {', '.join(words)}; mend the mapping")
        if twice:
            raise UsageFileError(f"the header has `{twice[0]}` twice; rename one of them")


def _hash(fields: Fields) -> str:
    # A unit separator cannot be confused with what a field holds: fields are printable.
    return hashlib.sha256("\x1f".join(fields).encode()).hexdigest()[:32]
