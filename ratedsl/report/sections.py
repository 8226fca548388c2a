"""An invoice in nested sections for a page: every part of it with a sum of its own.

The sums of groups add up to their section, those of sections to the invoice's subtotal, tax
and total. Third-party charges stand apart, and carrier charges apart from government taxes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from ratedsl.billing.invoice import Invoice, InvoiceItem, InvoiceTax
from ratedsl.report.bill import HEADINGS, THIRD_PARTY

Row = TypeVar("Row", InvoiceItem, InvoiceTax)

_SERVICES = {"voice": "Calls", "data": "Data", "sms": "Messages", "mms": "Picture messages"}


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of one service within a group, and what they come to."""

    title: str
    rows: tuple[InvoiceItem | InvoiceTax, ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """What one line, provider or level has of a section, and what it comes to."""

    title: str
    kinds: tuple[Kind, ...]
    total: Decimal

    @property
    def rows(self) -> tuple[InvoiceItem | InvoiceTax, ...]:
        """All rows of it."""
        return tuple(row for kind in self.kinds for row in kind.rows)


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the bill: groups of rows, and what they come to."""

    title: str
    groups: tuple[Group, ...]
    total: Decimal


def charge_parts(invoice: Invoice) -> Iterator[Part]:
    """The charges before tax; their totals add up to the subtotal."""
    own = [one for one in invoice.items if not one.provider]
    for section, heading in HEADINGS.items():
        items = [one for one in own if one.section == section]
        yield from _part(heading, items, _line, _service)
    yield from _part("Other charges", [one for one in own if one.section not in HEADINGS], _line)
    yield from _part(THIRD_PARTY, [one for one in invoice.items if one.provider], _provider)


def tax_parts(invoice: Invoice) -> Iterator[Part]:
    """What stands on top of the charges; the totals add up to the tax total."""
    on_top = [one for one in invoice.taxes if not one.included]
    carrier = [one for one in on_top if one.shown_as == "carrier charge"]
    government = [one for one in on_top if one.shown_as == "government tax"]
    yield from _part("Carrier surcharges", carrier, lambda _: "")
    yield from _part("Government taxes and charges", government, _level)


def after_parts(invoice: Invoice) -> Iterator[Part]:
    """What comes after tax; with the subtotal and the tax total it makes the total."""
    yield from _part("After tax", invoice.after_tax, lambda _: "")


def _part(
    title: str,
    rows: Iterable[Row],
    by: Callable[[Row], str],
    within: Callable[[Row], str] = lambda _: "",
) -> Iterator[Part]:
    groups = []
    for name, own in _by(rows, by):
        kinds = tuple(Kind(kind, tuple(each), _sum(each)) for kind, each in _by(own, within))
        groups.append(Group(name, kinds, _added(kinds)))
    if groups:
        yield Part(title, tuple(groups), _added(groups))


def _by(rows: Iterable[Row], name: Callable[[Row], str]) -> Iterable[tuple[str, list[Row]]]:
    """The rows by a name that each has, in the order in which the names come."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(name(row), []).append(row)
    return found.items()


def _added(parts: Iterable[Kind | Group]) -> Decimal:
    return sum((one.total for one in parts), Decimal(0))


def _sum(rows: Iterable[InvoiceItem | InvoiceTax]) -> Decimal:
    return sum((one.amount for one in rows), Decimal(0))


def _line(item: InvoiceItem) -> str:
    return f"Line {item.line}" if item.line else ""


def _service(item: InvoiceItem) -> str:
    return _SERVICES.get(item.service, item.service)


def _provider(item: InvoiceItem) -> str:
    return f"Provided by {item.provider}"


def _level(tax: InvoiceTax) -> str:
    return tax.level.capitalize()
