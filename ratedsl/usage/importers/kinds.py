"""What a file of account records may hold: its kinds, their columns, and each field's text.

The columns are fixed, so that no mapping is needed: a header names them in any order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ratedsl.plan.currencies import CURRENCIES
from ratedsl.usage.importers.fields import DAY, EPOCH, FIRST, LAST, FieldError

TEXT_LIMIT = 200
MOST_ITEMS = 1_000_000_000

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*", re.ASCII)
_NAME = re.compile(r"[^\W\d]\w*([-./]\w+)*")  # as the language has ids
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,10}", re.ASCII)
_CHOICES = {"": False, "no": False, "yes": True}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. One of the columns in `either`, if there are any, says whose a row is."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    either: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that the file may have."""
        return (*self.required, *self.either, *self.optional)


KINDS: Mapping[str, Kind] = {
    one.name: one
    for one in (
        Kind("accounts", ("account",), ("name", "segment", "timezone")),
        Kind("lines", ("line", "account"), ("number",)),
        Kind("subscriptions", ("line", "plan", "start"), ("end",)),
        Kind("suspensions", ("line", "start"), ("end",)),
        Kind("items", ("line", "item", "quantity", "start"), ("end",)),
        Kind("attributes", ("line", "name", "value")),
        Kind("top-ups", ("id", "wallet", "amount", "at"), ("opening",), ("line", "account")),
        Kind("credits", ("id", "record", "amount", "day"), ("supplied",), ("line", "account")),
        Kind("bills", ("number", "account", "amount", "currency", "day"), ("due",)),
        Kind("payments", ("id", "account", "amount", "currency", "day"), ("reference",)),
        Kind(
            "deposits",
            ("id", "account", "amount", "currency", "held"),
            ("applied", "returned"),
        ),
        Kind("autopay", ("account", "start"), ("end",)),
    )
}


class Row:
    """The fields of one row by column, each read as what it has to be, or `FieldError`."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Take the row's fields, without blanks around them."""
        self._fields = fields

    def has(self, column: str) -> bool:
        """Whether the row says anything in the column."""
        return bool(self._fields.get(column))

    def text(self, column: str) -> str:
        """Any text, empty where the file has no such column."""
        text = self._fields.get(column, "")
        if len(text) > TEXT_LIMIT:
            raise FieldError(f"{column} is longer than {TEXT_LIMIT} characters")
        if not text.isprintable():
            raise FieldError(f"{column} has a character that cannot be printed")
        return text

    def identity(self, column: str) -> str:
        """Text that must be there."""
        text = self.text(column)
        if not text:
            raise FieldError(f"{column} is empty")
        return text

    def name(self, column: str) -> str:
        """A name as plans have them."""
        text = self.identity(column)
        if _NAME.fullmatch(text) is None:
            raise FieldError(
                f"{column} is no id as plans have them: letters, digits, `-`, a letter first"
            )
        return text

    def day(self, column: str) -> str:
        """A date, as ISO text."""
        text = self.identity(column)
        try:
            if _DATE.fullmatch(text) is None:
                raise ValueError
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise FieldError(f"{column} is not a date such as 2026-01-31") from None

    def end(self, start: str) -> str | None:
        """The day `end`, exclusive, or None where it is open; it lies after the start."""
        end = self.day("end") if self.has("end") else None
        if end is not None and end <= start:
            raise FieldError("end is not after start; it is the first day that does not count")
        return end

    def amount(self, *, may_be_zero: bool = False) -> str:
        """Money above zero in the plan's currency, exact, as decimal text."""
        text = self.identity("amount")
        if _AMOUNT.fullmatch(text) is None:
            raise FieldError("amount is not a decimal number such as 10.00")
        if not text.strip("0.") and not may_be_zero:
            raise FieldError("amount is zero")
        return text

    def currency(self) -> str:
        """The currency that an amount is in."""
        text = self.identity("currency")
        if text not in CURRENCIES:
            raise FieldError("currency is no ISO 4217 code such as EUR")
        return text

    def quantity(self) -> int:
        """A whole number of items, one at least."""
        text = self.identity("quantity")
        if _COUNT.fullmatch(text) is None or not 1 <= int(text) <= MOST_ITEMS:
            raise FieldError(f"quantity is not a whole number from 1 to {MOST_ITEMS:,}")
        return int(text)

    def flag(self, column: str) -> bool:
        """`yes`, or `no`, which nothing means too."""
        text = self.text(column)
        if text not in _CHOICES:
            raise FieldError(f"{column} is neither `yes` nor `no`")
        return _CHOICES[text]

    def instant(self, column: str, timezone: str) -> int:
        """UTC milliseconds of a time with an offset, or of a local one in the time zone."""
        text = self.identity(column)
        try:
            if _TIME.fullmatch(text) is None:
                raise ValueError
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise FieldError(f"{column} is not a time such as 2026-01-31 09:15:00") from None
        if moment.tzinfo is None:
            if not timezone:
                raise FieldError(f"{column} has no offset, and the account no time zone")
            moment = _placed(column, moment, ZoneInfo(timezone))
        since = moment - EPOCH
        instant = since.days * DAY + since // timedelta(milliseconds=1) % DAY
        if not FIRST <= instant < LAST:
            raise FieldError(f"{column} is not between 1970 and 2099")
        return instant


def _placed(column: str, local: datetime, zone: ZoneInfo) -> datetime:
    """The local time in its zone, which must be there once."""
    first = local.replace(tzinfo=zone).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first != second:
        word = "comes twice" if first < second else "does not exist"
        raise FieldError(f"{column} {word} that night in {zone.key}; write its offset from UTC")
    return first
