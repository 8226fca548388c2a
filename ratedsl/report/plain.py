"""Results in JSON's own types."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from ratedsl.lang.source import Span


def plain(value: object) -> object:
    """The value in JSON's own types: amounts as text, clauses as `file:line`."""
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Span):
        return value.place
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value
