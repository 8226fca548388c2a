"""What every element of a plan is: frozen, in force in a period, and aware of its clause."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from ratedsl.lang.source import Span

NOWHERE = Span("", 0, 0, 0)


class Element(BaseModel):
    """Base of everything in a plan."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    at: Span = Field(default=NOWHERE, exclude=True, repr=False)


class Period(Element):
    """Local dates from `start` until `end`, exclusive; None is open."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


class Dated(Element):
    """An element that is in force in a period."""

    period: Period = Period()
