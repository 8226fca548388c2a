"""What changed from one invoice of an account to another, row by row and in the totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from ratedsl.billing.invoice import Invoice, InvoiceItem, InvoiceTax

NOTHING = Decimal(0)
NO_ROWS: Mapping[str, RowChange] = MappingProxyType({})


class Kind(StrEnum):
    """How a row differs: its amount did, or only one of the invoices has it."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that is not as it was. `old` or `new` is None where the row is missing."""

    key: str
    title: str
    old: Decimal | None
    new: Decimal | None

    @property
    def kind(self) -> Kind:
        """Changed, added or removed."""
        if self.old is None:
            return Kind.ADDED
        return Kind.REMOVED if self.new is None else Kind.CHANGED

    @property
    def amount(self) -> Decimal:
        """How much more the row costs than before."""
        return (self.new or NOTHING) - (self.old or NOTHING)


@dataclass(frozen=True, slots=True)
class Delta:
    """The rows that differ, by key, and how much the totals moved.

    `items` covers the charges and what stands after tax. A row that is in neither mapping
    is as it was. `comparable` is False where there was no invoice to compare with, or one in
    another currency; then nothing counts as changed.
    """

    comparable: bool = False
    items: Mapping[str, RowChange] = field(default_factory=lambda: NO_ROWS)
    taxes: Mapping[str, RowChange] = field(default_factory=lambda: NO_ROWS)
    subtotal: Decimal = NOTHING
    tax_total: Decimal = NOTHING
    total: Decimal = NOTHING

    @property
    def unchanged(self) -> bool:
        """Whether every row and total is as it was."""
        return not (self.items or self.taxes or self.subtotal or self.tax_total or self.total)


def compare(old: Invoice | None, new: Invoice) -> Delta:
    """What `new` has over `old`; the changes of the charges and taxes add up to the total's.

    Rows stand in the order of `old`, those that came anew after them.
    """
    if old is None or old.currency != new.currency:
        return Delta()
    return Delta(
        comparable=True,
        items=_rows((*old.items, *old.after_tax), (*new.items, *new.after_tax)),
        taxes=_rows(old.taxes, new.taxes),
        subtotal=new.subtotal - old.subtotal,
        tax_total=new.tax_total - old.tax_total,
        total=new.total - old.total,
    )


def _rows(
    old: Iterable[InvoiceItem | InvoiceTax], new: Iterable[InvoiceItem | InvoiceTax]
) -> Mapping[str, RowChange]:
    before = {row.key: row for row in old}
    after = {row.key: row for row in new}
    changes = {}
    for key, row in {**before, **after}.items():
        was = before[key].amount if key in before else None
        now = after[key].amount if key in after else None
        if was != now:
            changes[key] = RowChange(key, row.title, was, now)
    return MappingProxyType(changes)
