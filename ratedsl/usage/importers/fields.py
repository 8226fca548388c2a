"""Functions that turn one field's text into a time or a quantity, or say what is wrong.

Each is built once from the mapping and then called for every row. Quantities pass through
`Decimal`, never through a float, so that 0.1 s is exactly 100 ms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from zoneinfo import ZoneInfo

from ratedsl.usage.mapping import CUSTOM_UNITS, UNITS, QuantityPart, TimePart

Fields = list[str]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000
FIRST = 0
LAST = 4_102_444_800_000  # 2100-01-01: a later start is a placeholder, not a call
LARGEST = 2**53  # 9 petabytes or 285,000 years: beyond it a field is garbage
SECONDS_PATTERN = "%Y-%m-%d %H:%M:%S"

_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_CLOCK = re.compile(r"([0-9]{1,6}):([0-5]?[0-9]):([0-5]?[0-9](?:\.[0-9]{1,9})?)")
_SECONDS_SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)


class FieldError(Exception):
    """One reason why a row is bad: the column and the fact, never the value itself."""


def time_reader(part: TimePart) -> Callable[[str], int]:
    """A function from the text of a time to UTC milliseconds."""
    parse = _time_parser(part)

    def read(text: str) -> int:
        if not text:
            raise FieldError(f"{part.column} is empty")
        start = parse(text)
        if not FIRST <= start < LAST:
            raise FieldError(f"{part.column} is not between 1970 and 2099")
        return start

    return read


def _time_parser(part: TimePart) -> Callable[[str], int]:
    if part.format in ("epoch-seconds", "epoch-milliseconds"):
        factor = 1000 if part.format == "epoch-seconds" else 1
        return lambda text: int(_decimal(part.column, text, ".") * factor)
    zone = ZoneInfo(part.timezone) if part.timezone else None
    moment = _moment_parser(part)

    def parse(text: str) -> int:
        try:
            local = moment(text)
            if local.tzinfo is None:
                if zone is None:
                    raise FieldError(f"{part.column} has no offset from UTC")
                local = _placed(part, local, zone)
            since = local - EPOCH
        except (ValueError, OverflowError):
            raise FieldError(f"{part.column} is not a time as `{part.format}`") from None
        return since.days * DAY + since.seconds * 1000 + since.microseconds // 1000

    return parse


def _moment_parser(part: TimePart) -> Callable[[str], datetime]:
    if part.format == "iso":
        return datetime.fromisoformat
    if part.format != SECONDS_PATTERN:
        return lambda text: datetime.strptime(text, part.format)  # noqa: DTZ007 - zone follows

    def quick(text: str) -> datetime:
        # The commonest format: fromisoformat is ten times as fast as strptime, but takes
        # week dates and more, hence the look at the shape.
        if _SECONDS_SHAPE.fullmatch(text) is None:
            raise ValueError
        return datetime.fromisoformat(text)

    return quick


def _placed(part: TimePart, local: datetime, zone: ZoneInfo) -> datetime:
    """The local time in its zone; the mapping says what a doubtful one means."""
    first = local.replace(tzinfo=zone)
    second = first.replace(fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before is None or after is None:
        raise ValueError
    if before > after:
        if part.ambiguous == "reject":
            raise FieldError(f"{part.column} comes twice that night in {zone.key}")
        return (local - (after if part.ambiguous == "second" else before)).replace(tzinfo=UTC)
    if before < after and part.nonexistent == "reject":
        raise FieldError(f"{part.column} does not exist that night in {zone.key}")
    # The offset from before a gap moves the time forward by the gap's length.
    return (local - before).replace(tzinfo=UTC)


def day_text(text: str, form: str) -> str:
    """A date or the date of a time, as ISO text; `ValueError` where it is none."""
    if form == "iso":
        return datetime.fromisoformat(text).date().isoformat()
    return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - only its date counts


def quantity_reader(
    service: str, part: QuantityPart, decimal: str, place: Callable[[str], int]
) -> Callable[[Fields], int]:
    """A function from a row to its quantity in base units; `place` finds a column's index."""
    if part.each is not None:
        fixed = part.each
        return lambda _fields: fixed
    columns = part.columns or (part.column or "",)
    unit = part.unit or ""
    factor = UNITS.get(service, CUSTOM_UNITS)[unit]
    places = [(column, place(column)) for column in columns]

    def one(column: str, text: str) -> int:
        # Whole numbers are nearly all there is; what follows costs ten times as much.
        if text.isascii() and text.isdigit() and len(text) <= 15 and unit != "h:m:s":
            return int(text) * factor
        if not text:
            raise FieldError(f"{column} is empty")
        amount = (_clock if unit == "h:m:s" else _decimal)(column, text, decimal)
        return _whole(column, part, amount * factor)

    def read(fields: Fields) -> int:
        total = 0
        for column, index in places:
            total += one(column, fields[index].strip())
        if abs(total) > LARGEST:
            raise FieldError(f"{' + '.join(columns)} is too large")
        return total

    return read


def _whole(column: str, part: QuantityPart, amount: Decimal) -> int:
    if amount < 0 and part.negative is None:
        raise FieldError(f"{column} is negative")
    # A correction mirrors what it corrects.
    up = (part.rounding == "up") == (amount >= 0)
    whole = amount.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR)
    if whole != amount and part.rounding is None:
        raise FieldError(
            f"{column} is finer than the base unit, and the mapping states no rounding"
        )
    return int(whole)


def _decimal(column: str, text: str, decimal: str) -> Decimal:
    plain = _pointed(text, decimal)
    if _NUMBER.fullmatch(plain) is None:
        raise FieldError(f"{column} is not a number")
    return Decimal(plain)


def _pointed(text: str, decimal: str) -> str:
    """The text with a point for the file's decimal mark; a point of the file fits nothing."""
    return text if decimal == "." else text.replace(".", "!").replace(decimal, ".")


def _clock(column: str, text: str, decimal: str) -> Decimal:
    found = _CLOCK.fullmatch(_pointed(text, decimal))
    if found is None:
        raise FieldError(f"{column} is not a length as `h:m:s`")
    hours, minutes, seconds = found.groups()
    whole = timedelta(hours=int(hours), minutes=int(minutes))
    return Decimal(whole.days * 86_400 + whole.seconds) + Decimal(seconds)
