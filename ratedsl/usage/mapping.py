"""A mapping file: how the columns of a CSV become accounts, lines and usage events.

Here is the shape of a mapping; `ratedsl.usage.mapping_checks` reads a file into it and says
all that is wrong with the file at once. `samples/README.md` explains each key.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ratedsl.plan.units import SERVICES
from ratedsl.plan.units import UNITS as PLAN_UNITS

Text = Annotated[str, Field(min_length=1, max_length=200)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
Direction = Literal["outgoing", "incoming", "forwarded"]

# Base units an amount in this unit holds, by service. Records also write durations as
# clock time, and volumes in bytes by name.
UNITS: dict[str, dict[str, int]] = {
    service: {unit.name: unit.size for unit in PLAN_UNITS.values() if unit.dimension == dimension}
    for service, dimension in SERVICES.items()
}
UNITS["voice"]["h:m:s"] = 1_000
UNITS["data"]["byte"] = 1
CUSTOM_UNITS = {"unit": 1}
# Formats of a time that are the same instant everywhere.
INSTANTS = ("epoch-seconds", "epoch-milliseconds")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FilePart(_Part):
    """How the file is written. `columns` names the columns of a file without a header."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Field(min_length=1, max_length=1)] = '"'
    encoding: Text = "utf-8"
    decimal: Literal[".", ","] = "."
    columns: tuple[Text, ...] | None = Field(default=None, strict=False)


class RecordPart(_Part):
    """What tells one record from another: a column, or a hash of the row without one."""

    id: Text | None = None
    prefix: Annotated[str, Field(max_length=40)] = ""


class TimePart(_Part):
    """When an event started, and what local times that come twice or never mean."""

    column: Text
    format: Text
    timezone: Text | None = None
    ambiguous: Literal["first", "second", "reject"] | None = None
    nonexistent: Literal["forward", "reject"] = "reject"


class ArrivalPart(_Part):
    """The local day on which an event arrived, where its bill may have closed before."""

    column: Text
    format: Text = "iso"


class ColumnPart(_Part):
    """A column taken as it is."""

    column: Text


class CreatePart(_Part):
    """What an account and line get that the store does not have yet."""

    plan: Identifier
    start: date
    timezone: Text
    segment: str = ""
    name: Text | None = None
    number: Text | None = None


class ServicePart(_Part):
    """The service of an event: by the value of a column, or the same one for all."""

    column: Text | None = None
    values: dict[str, Identifier] = Field(default_factory=dict)
    always: Identifier | None = None


class QuantityPart(_Part):
    """How much one event of a service used: a column, a sum of columns, or a fixed count.

    A row below zero is a correction where these are `kept`, and a bad row otherwise.
    """

    column: Text | None = None
    columns: tuple[Text, ...] | None = Field(default=None, strict=False)
    unit: Text | None = None
    rounding: Literal["up", "down"] | None = None
    negative: Literal["kept"] | None = None
    each: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class DirectionPart(_Part):
    """Whether the line made or received the event."""

    column: Text | None = None
    values: dict[str, Direction] = Field(default_factory=dict)
    always: Direction | None = None


class NumbersPart(_Part):
    """Who called whom, as the file has it. `international` is a prefix that means `+`."""

    calling: Text | None = None
    called: Text | None = None
    international: Text | None = None


class VisitedPart(_Part):
    """The visited network or country. `home` values and empty ones mean not roaming."""

    column: Text
    home: tuple[str, ...] = Field(default=(), strict=False)
    values: dict[str, Text] = Field(default_factory=dict)


class Mapping(_Part):
    """A mapping that holds together. Column names are those of the file's header."""

    file: FilePart = FilePart()
    record: RecordPart = RecordPart()
    time: TimePart
    arrival: ArrivalPart | None = None
    line: ColumnPart
    account: ColumnPart | None = None
    create: CreatePart | None = None
    service: ServicePart
    quantity: dict[Identifier, QuantityPart]
    direction: DirectionPart = DirectionPart(always="outgoing")
    numbers: NumbersPart = NumbersPart()
    visited: VisitedPart | None = None
    attributes: dict[Identifier, Text] = Field(default_factory=dict)
