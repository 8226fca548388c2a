"""Reading a mapping file: a mapping that holds together, or all that is wrong with it.

Each problem is one line that names the key as it stands in the file, `[time] format`. Shape
comes first; what keys mean to each other is looked at only once each of them is sound.
"""

from __future__ import annotations

import codecs
import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ratedsl.rating.events import ARRIVED
from ratedsl.usage.mapping import CUSTOM_UNITS, INSTANTS, UNITS, Mapping, QuantityPart


@dataclass(frozen=True, slots=True)
class LoadedMapping:
    """A mapping, or what is wrong with the file: `problems` is empty if `mapping` is there."""

    mapping: Mapping | None
    problems: tuple[str, ...]
    sha256: str


def load_mapping(path: Path) -> LoadedMapping:
    """Read a mapping file; a user's mistake is a value, all mistakes at once."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "input error").lower()
        return LoadedMapping(None, (f"cannot read it: {reason}",), "")
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        tree = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return LoadedMapping(None, (f"not UTF-8 text: byte {error.start + 1} is odd",), sha256)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        return LoadedMapping(None, (f"not TOML: {words[:1].lower()}{words[1:]}",), sha256)
    try:
        mapping = Mapping.model_validate(tree)
    except ValidationError as error:
        return LoadedMapping(None, shape_problems(error), sha256)
    problems = tuple(meaning_problems(mapping))
    return LoadedMapping(None if problems else mapping, problems, sha256)


_SHAPES = {
    "missing": "is missing",
    "string_pattern_mismatch": "must be lower case letters, digits, `-` and `_`, a letter first",
    "date_type": "must be a date without quotes, such as 2026-01-01",
    "model_type": "must be a table",
    "dict_type": "must be a table",
}


def shape_problems(error: ValidationError) -> tuple[str, ...]:
    """Each thing that pydantic found, in the words of the file instead of the model."""
    details = error.errors(include_url=False)
    return tuple(f"{_place(detail['loc'])} {_shape(detail)}" for detail in details)


def _place(where: tuple[int | str, ...]) -> str:
    parts = [str(part) for part in where]
    if len(parts) == 1:
        return f"[{parts[0]}]"
    return f"[{'.'.join(parts[:-1])}] {parts[-1]}"


def _shape(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return f"is not a key{_nearest(str(detail['loc'][-1]), _keys_beside(detail['loc']))}"
    if kind == "literal_error":
        return f"must be {detail.get('ctx', {})['expected']}"
    if kind in _SHAPES:
        return _SHAPES[kind]
    message = detail["msg"].removeprefix("Input ")
    return f"{message[:1].lower()}{message[1:]}"


def _keys_beside(where: tuple[int | str, ...]) -> list[str]:
    """The keys that the table of this key may have."""
    model: type[BaseModel] = Mapping
    for part in where[:-1]:
        if part == "quantity":
            return list(QuantityPart.model_fields)
        annotation = model.model_fields[str(part)].annotation
        kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
        model = next(kind for kind in kinds if issubclass(kind, BaseModel))
    return list(model.model_fields)


def _nearest(word: str, known: list[str]) -> str:
    found = get_close_matches(word.lower(), known, n=1)
    return f", did you mean `{found[0]}`?" if found else f"; keys are {', '.join(known)}"


def meaning_problems(mapping: Mapping) -> Iterator[str]:
    """What cannot be meant, though each key by itself is sound."""
    yield from _file_problems(mapping)
    yield from _time_problems(mapping)
    yield from _service_problems(mapping)
    for name in sorted(mapping.quantity):
        yield from _quantity_problems(name, mapping.quantity[name])
    if mapping.arrival is not None and ARRIVED in mapping.attributes:
        yield f"[attributes] {ARRIVED} is said by [arrival] already; delete it"
    if mapping.arrival is None and ARRIVED in mapping.attributes:
        yield f"[attributes] {ARRIVED} is the day of arrival; name its column in [arrival]"
    direction = mapping.direction
    if (direction.column is None) == (direction.always is None):
        yield "[direction] needs either `column` with `values`, or `always`"
    if direction.column is not None and not direction.values:
        yield "[direction] values is missing: say which values mean outgoing and incoming"
    if mapping.create is not None:
        if not _is_zone(mapping.create.timezone):
            yield f"[create] timezone `{mapping.create.timezone}` is no IANA time zone"
        number = mapping.create.number
        if number == "by direction" and not (mapping.numbers.calling and mapping.numbers.called):
            yield "[create] number `by direction` needs [numbers] calling and called"


def _file_problems(mapping: Mapping) -> Iterator[str]:
    encoding = mapping.file.encoding
    try:
        known = codecs.lookup(encoding)
        text = known._is_text_encoding
    except LookupError:
        text = False
    if not text:
        yield f"[file] encoding `{encoding}` is not a text encoding; try `utf-8` or `latin-1`"
    if mapping.file.delimiter in "\r\n" or mapping.file.delimiter == mapping.file.quote:
        yield "[file] delimiter must be neither a line end nor the quote"
    columns = mapping.file.columns or ()
    if len(set(columns)) < len(columns):
        yield "[file] columns has a name twice"


def _time_problems(mapping: Mapping) -> Iterator[str]:
    time = mapping.time
    instant = time.format in INSTANTS or "%z" in time.format
    if time.timezone is not None and not _is_zone(time.timezone):
        near = get_close_matches(time.timezone, _zones(), n=1)
        hint = f", did you mean `{near[0]}`?" if near else ", for example `Europe/Lisbon`"
        yield f"[time] timezone `{time.timezone}` is no IANA time zone{hint}"
    if instant and time.timezone is not None:
        yield "[time] timezone has no use: the format carries the offset itself"
    if not instant and time.timezone is None:
        yield "[time] timezone is missing: the format carries no offset"
    if not instant and time.ambiguous is None:
        yield "[time] ambiguous is missing: say which hour is meant when clocks are put back"
    if time.format != "iso" and time.format not in INSTANTS:
        yield from _pattern_problems(time.format)


def _pattern_problems(pattern: str) -> Iterator[str]:
    if "%Z" in pattern:
        yield "[time] format has `%Z`, but zone names are ambiguous; use `%z` or `timezone`"
        return
    moment = datetime(2026, 11, 22, 13, 45, 58, tzinfo=UTC)
    try:
        text = moment.strftime(pattern)
        read = datetime.strptime(text, pattern)  # noqa: DTZ007 - only a trial
    except ValueError as error:
        yield f"[time] format `{pattern}` cannot be read: {error}"
        return
    if read.replace(second=58, tzinfo=UTC) != moment:
        yield (
            f"[time] format `{pattern}` does not tell the whole time; use `iso`,"
            f" {', '.join(f'`{name}`' for name in INSTANTS)} or a pattern of date, hour and minute"
        )


def _service_problems(mapping: Mapping) -> Iterator[str]:
    service = mapping.service
    if (service.column is None) == (service.always is None):
        yield "[service] needs either `column` with `values`, or `always`"
        return
    if service.column is not None and not service.values:
        yield "[service] values is missing: say which value means which service"
    named = {service.always} if service.always else set(service.values.values())
    for missing in sorted(str(name) for name in named - set(mapping.quantity)):
        yield f"[quantity.{missing}] is missing: say how much an event of `{missing}` used"
    for unused in sorted(set(mapping.quantity) - named):
        yield f"[quantity.{unused}] has no use: no value of [service] means `{unused}`"


def _quantity_problems(name: str, part: QuantityPart) -> Iterator[str]:
    place = f"[quantity.{name}]"
    sources = [part.column, part.columns, part.each]
    if sum(source is not None for source in sources) != 1:
        yield f"{place} needs one of `column`, `columns` or `each`"
        return
    if part.each is not None:
        if any(one is not None for one in (part.unit, part.rounding, part.negative)):
            yield f"{place} counts `each` event, so `unit`, `rounding`, `negative` have no use"
        if name in ("voice", "data"):
            yield f"{place} cannot count `each` event: {name} is measured, name its column"
        return
    units = UNITS.get(name, CUSTOM_UNITS)
    if part.unit is None:
        yield f"{place} unit is missing: one of {', '.join(units)}"
    elif part.unit not in units:
        near = get_close_matches(part.unit, units, n=1, cutoff=0.4)
        hint = f"did you mean `{near[0]}`?" if near else f"units are {', '.join(units)}"
        yield f"{place} unit `{part.unit}` does not measure {name}; {hint}"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _zones() -> list[str]:
    from zoneinfo import available_timezones  # noqa: PLC0415 - reads a folder

    return sorted(available_timezones())
