"""An invoice laid out as the rows of a bill, for the renderers that draw it for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from ratedsl.billing.delta import Delta, RowChange, compare
from ratedsl.billing.invoice import (
    BalanceUse,
    Invoice,
    InvoiceItem,
    InvoiceTax,
    PaymentRow,
    Section,
    Statement,
)
from ratedsl.report.money import format_amount, shared_digits
from ratedsl.report.names import line_names, shown, shown_words
from ratedsl.report.safe import safe_text
from ratedsl.usage.privacy import mask_reference

HEADINGS = {
    Section.FEES: "Fees",
    Section.USAGE: "Usage",
    Section.CREDITS: "Credits",
    Section.CORRECTIONS: "Corrections",
    Section.COMMITMENTS: "Minimum commitment",
    Section.DISCOUNTS: "Discounts",
    Section.PAYMENTS: "Paid from balances",
    Section.ROUNDING: "Rounding",
}


THIRD_PARTY = "Third-party charges"


class RowKind(Enum):
    """What a row is, so that a renderer can set it apart."""

    HEADING = "heading"
    LINE = "line"
    ITEM = "item"
    SUM = "sum"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the bill in words ready to print; a cell that the row lacks is empty."""

    kind: RowKind
    words: str
    quantity: str = ""
    price: str = ""
    amount: str = ""
    change: str = ""

    @property
    def basis(self) -> str:
        """How the amount comes about: the quantity times its price, or what there is of it."""
        if self.price.startswith("by "):
            return f"{self.quantity} {self.price}"
        return " × ".join(part for part in (self.quantity, self.price) if part)


def bill_rows(invoice: Invoice, previous: Invoice | None, locale: str = "en") -> tuple[Row, ...]:
    """The rows in the order of a paper bill: charges, subtotal, taxes, after tax, total.

    All amounts have the same number of decimals, so that a right-aligned column adds up at a
    glance. Carrier charges stand apart from government taxes, each with their own sum. Rows
    that only `previous` has close the bill before its total.
    """
    return tuple(_Bill(invoice, previous, locale).rows())


def balance_words(use: BalanceUse, currency: str, locale: str = "en") -> str:
    """How a wallet came from what it held to what is left."""
    parts = [f"{format_amount(use.opening, currency, locale)} held"]
    if use.topped_up:
        parts.append(f"{format_amount(use.topped_up, currency, locale)} topped up")
    parts.append(f"{format_amount(use.paid, currency, locale)} paid")
    if use.expired:
        parts.append(f"{format_amount(use.expired, currency, locale)} expired")
    return ", ".join(parts)


def statement_amounts(invoice: Invoice) -> tuple[Decimal, ...]:
    """The amounts of an invoice's statement, if it has one."""
    found = invoice.statement
    if found is None:
        return ()
    paid = (one.amount for one in found.payments)
    return (found.previous, found.amount_due, found.held, *paid)


def payment_words(payment: PaymentRow) -> str:
    """When it came in, by which reference, and which bills it went to; safe to print."""
    words = f"{'Deposit' if payment.deposit else 'Payment'} of {payment.day}"
    if payment.reference:
        words += f", {safe_text(mask_reference(payment.reference))}"
    if payment.applied:
        words += ", for the bill of " + " and ".join(str(day) for day, _ in payment.applied)
    return words


def head_words(invoice: Invoice) -> list[str]:
    """Who sends the bill and by when to pay it, a row each; nothing where the plan is silent."""
    rows = []
    if invoice.number:
        rows.append(f"Bill {shown(invoice.number)}")
    if invoice.issuer is not None:
        one = invoice.issuer
        rows.append(", ".join(part for part in (one.name, one.address, one.contact) if part))
        if one.tax_number:
            rows.append(f"Tax number {one.tax_number}")
    if invoice.due is not None:
        rows.append(f"Please pay by {invoice.due}")
    return [safe_text(row) for row in rows]


class _Bill:
    def __init__(self, invoice: Invoice, previous: Invoice | None, locale: str) -> None:
        self.invoice = invoice
        self.delta: Delta = compare(previous, invoice)
        self.lines = line_names(invoice)
        self.others = {one.plan: safe_text(one.title or one.plan) for one in invoice.others}
        self.locale = locale
        both = (invoice, previous) if previous is not None else (invoice,)
        self.digits = shared_digits(
            (
                amount
                for one in both
                for amount in (
                    *(item.amount for item in (*one.items, *one.after_tax)),
                    *(
                        part
                        for tax in one.taxes
                        for part in (tax.base, tax.exempt, tax.amount, tax.computed)
                    ),
                    *(one.subtotal, one.tax_total, one.total),
                    *statement_amounts(one),
                )
            ),
            invoice.currency,
        )

    def rows(self) -> Iterator[Row]:
        invoice, delta = self.invoice, self.delta
        for section, heading in HEADINGS.items():
            items = [one for one in invoice.items if one.section == section and not one.provider]
            yield from self._charges(heading, items, by_line=section is Section.USAGE)
        others = [one for one in invoice.items if one.section not in HEADINGS and not one.provider]
        yield from self._charges("Other charges", others, by_line=False)
        third = [one for one in invoice.items if one.provider]
        yield from self._charges(THIRD_PARTY, third, by_line=False)
        if third:
            total = sum((one.amount for one in third), Decimal(0))
            yield self._sum(RowKind.SUM, f"{THIRD_PARTY}, sum", total, Decimal(0))
        yield self._sum(RowKind.SUM, "Subtotal", invoice.subtotal, delta.subtotal)
        on_top = [tax for tax in invoice.taxes if not tax.included]
        carrier = [tax for tax in on_top if tax.shown_as == "carrier charge"]
        government = [tax for tax in on_top if tax.shown_as == "government tax"]
        both = bool(carrier and government)
        yield from self._taxes("Carrier surcharges", carrier, is_all=not both)
        yield from self._taxes("Government taxes and charges", government, is_all=not both)
        if both:
            yield self._sum(RowKind.SUM, "Taxes and surcharges", invoice.tax_total, delta.tax_total)
        yield from self._charges("After tax", invoice.after_tax, by_line=False)
        yield from self._gone()
        words = f"Total {safe_text(invoice.currency)}"
        yield self._sum(RowKind.TOTAL, words, invoice.total, delta.total)
        yield from self._statement()
        yield from self._aside(
            "Included in the charges above", [t for t in invoice.taxes if t.included]
        )
        not_billed = [tax for tax in invoice.taxes if tax.shown_as == "not billed"]
        yield from self._aside("Not billed, for the operator", not_billed)

    def _charges(self, heading: str, items: Iterable[InvoiceItem], by_line: bool) -> Iterator[Row]:
        groups: dict[str, list[InvoiceItem]] = {}
        for item in items:
            groups.setdefault(item.line if by_line else "", []).append(item)
        if groups:
            yield Row(RowKind.HEADING, heading)
        for line, group in groups.items():
            if line:
                yield Row(RowKind.LINE, f"Line {safe_text(self.lines[line])}")
            for item in group:
                owner = "" if by_line or not item.line else f"line {self.lines[item.line]}"
                parts = (
                    safe_text(item.title),
                    shown_words(item.detail),
                    safe_text(item.original),
                    safe_text(owner),
                    safe_text(item.provider),
                    self.others.get(item.plan, ""),
                )
                yield Row(
                    RowKind.ITEM,
                    ", ".join(part for part in parts if part),
                    safe_text(item.quantity),
                    safe_text(item.unit_price),
                    self._money(item.amount),
                    self._moved(self.delta.items.get(item.key)),
                )

    def _taxes(self, heading: str, taxes: list[InvoiceTax], is_all: bool) -> Iterator[Row]:
        if not taxes:
            return
        yield Row(RowKind.HEADING, heading)
        for tax in taxes:
            yield self._tax(tax, tax.amount, self._moved(self.delta.taxes.get(tax.key)))
        total = sum((tax.amount for tax in taxes), Decimal(0))
        moved = self.delta.tax_total if is_all else Decimal(0)
        yield self._sum(RowKind.SUM, f"{heading}, sum", total, moved)

    def _aside(self, heading: str, taxes: list[InvoiceTax]) -> Iterator[Row]:
        """Taxes that the total does not count beside the charges."""
        if taxes:
            yield Row(RowKind.HEADING, heading)
        for tax in taxes:
            yield self._tax(tax, tax.computed, "")

    def _tax(self, tax: InvoiceTax, amount: Decimal, change: str) -> Row:
        words = [safe_text(tax.title)]
        if tax.reverse_charge:
            words.append(f"reverse charge: {self._money(tax.computed)} to be accounted for by you")
        if tax.exempt:
            words.append(f"{self._money(tax.exempt)} exempt")
        # A flat amount has a base too, but is no share of it.
        base = f" of {self._money(tax.base)}" if "%" in tax.rate else ""
        price = f"{safe_text(tax.rate)}{base}"
        return Row(
            RowKind.ITEM, ", ".join(words), price=price, amount=self._money(amount), change=change
        )

    def _statement(self) -> Iterator[Row]:
        """What was owed before, what came in, and what is to be paid now."""
        statement = self.invoice.statement
        if statement is None:
            return
        yield Row(RowKind.HEADING, "Account")
        previous = self._money(statement.previous)
        yield Row(RowKind.ITEM, "Previous balance", amount=previous)
        for one in statement.payments:
            yield Row(RowKind.ITEM, payment_words(one), amount=self._money(-one.amount))
        yield Row(RowKind.ITEM, "This bill", amount=self._money(self.invoice.total))
        words = f"Amount due {safe_text(self.invoice.currency)}"
        yield Row(RowKind.TOTAL, words, amount=self._money(statement.amount_due))
        yield from (Row(RowKind.ITEM, words) for words in self._beside(statement))

    def _beside(self, statement: Statement) -> Iterator[str]:
        """What is known of the account and does not count."""
        if statement.held:
            yield f"Held as deposit: {self._money(statement.held)}"
        if statement.autopay and statement.amount_due > 0:
            yield "Paid by standing order"

    def _gone(self) -> Iterator[Row]:
        """What the previous invoice had and this one has not."""
        changes = (*self.delta.items.values(), *self.delta.taxes.values())
        gone = [change for change in changes if change.new is None]
        if gone:
            yield Row(RowKind.HEADING, "No longer charged")
        for change in gone:
            yield Row(RowKind.ITEM, safe_text(change.title), change=self._moved(change))

    def _sum(self, kind: RowKind, words: str, amount: Decimal, moved: Decimal) -> Row:
        return Row(kind, words, amount=self._money(amount), change=self._signed(moved))

    def _money(self, amount: Decimal) -> str:
        return format_amount(amount, self.invoice.currency, self.locale, self.digits)

    def _signed(self, moved: Decimal) -> str:
        if not moved:
            return ""
        return f"{'+' if moved > 0 else ''}{self._money(moved)}"

    def _moved(self, change: RowChange | None) -> str:
        if change is None:
            return ""
        return f"{'new ' if change.old is None else ''}{self._signed(change.amount)}".rstrip()
