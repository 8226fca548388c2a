"""What every element of a plan is: frozen, in force in a period, and aware of its clause.

The modules of the model have no annotations as text: pydantic would compile each of them when
the module is imported, and five hundred take longer than the check of a plan.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from ratedsl.lang.source import Span

NOWHERE = Span("", 0, 0, 0)


class _AsItIs:
    """Takes a place without a look at it: each element has one, and the compiler made it."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: object
    ) -> core_schema.AnySchema:
        return core_schema.any_schema()


Place = Annotated[Span, _AsItIs()]


class Element(BaseModel):
    """Base of everything in a plan."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    at: Place = Field(default=NOWHERE, exclude=True, repr=False)


class Period(Element):
    """Local dates from `start` until `end`, exclusive; None is open."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


ALWAYS = Period()
"""Without a start and without an end."""


class Dated(Element):
    """An element that is in force in a period."""

    period: Period = ALWAYS
