"""One row of the invoice pane. Loads next to nothing: the first frame needs it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from ratedsl.lang.source import Span
from ratedsl.report.money import format_amount


class RowKind(Enum):
    """What a row is, and so how it looks and whether it can be asked for its reasons."""

    HEAD = auto()
    ITEM = auto()
    SUM = auto()
    TOTAL = auto()
    NOTE = auto()
    ALERT = auto()


@dataclass(frozen=True, slots=True)
class BillRow:
    """One row. `key` is what `Bill.explain` takes, empty where there is nothing to explain.

    `change` is the difference to the compared invoice, None where there is none.
    """

    kind: RowKind
    title: str
    quantity: str = ""
    amount: str = ""
    change: Decimal | None = None
    key: str = ""
    at: Span | None = None


def change_words(change: Decimal | None, currency: str, digits: int = 0) -> str:
    """`▲ +1.20` or `▼ -0.88`; the sign is always there, empty without a change.

    `digits` asks for more digits than the change has, so that a column lines up.
    """
    if not change:
        return ""
    arrow, sign = ("▲", "+") if change > 0 else ("▼", "-")
    return f"{arrow} {sign}{format_amount(abs(change), currency, digits=digits)}"
