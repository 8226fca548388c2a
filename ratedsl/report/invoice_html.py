"""Invoices as a page that a browser shows on any screen and prints on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from ratedsl.billing.invoice import Invoice, InvoiceItem, InvoiceTax, PaymentRow
from ratedsl.report.bill import balance_words, payment_words, statement_amounts
from ratedsl.report.invoice_json import masked
from ratedsl.report.money import format_amount, format_money, shared_digits
from ratedsl.report.names import (
    HASH_SHOWN,
    bill_period,
    move_words,
    other_plans,
    outcome_words,
    plan_name,
    reason_words,
)
from ratedsl.report.page import render_page
from ratedsl.report.sections import after_parts, charge_parts, tax_parts


def render_html(invoices: Sequence[Invoice], locale: str = "en") -> str:
    """One page with the invoices, each on paper of its own; numbers of subscribers masked.

    Raises PageError where the library for templates is missing.
    """
    bills = [_Page(masked(one), locale) for one in invoices]
    return render_page("invoice.html", bills=bills, lang=locale.replace("_", "-"))


class _Page:
    """What the template asks of one invoice; the invoice is masked already."""

    def __init__(self, invoice: Invoice, locale: str) -> None:
        self.invoice = invoice
        self.locale = locale
        rows = (*invoice.items, *invoice.after_tax)
        self.digits = shared_digits(
            (
                *(one.amount for one in rows),
                *(one.amount for one in invoice.taxes),
                *(invoice.subtotal, invoice.tax_total, invoice.total),
                *statement_amounts(invoice),
            ),
            invoice.currency,
        )
        self.period = bill_period(invoice)
        self.made = invoice.end - timedelta(days=1) if invoice.at_once else invoice.end
        self.title = invoice.plan_title or invoice.plan
        self.charges = list(charge_parts(invoice))
        self.taxes = list(tax_parts(invoice))
        self.after = list(after_parts(invoice))
        self.included = [one for one in invoice.taxes if one.included]
        out = invoice.outcomes
        self.outcomes = outcome_words(out.events, out.rated, out.free, out.covered, out.rejected)
        self.reasons = reason_words(out.reasons)
        self.moves = move_words(invoice)
        self.plan_words = f"{plan_name(invoice)}, {invoice.plan_hash[:HASH_SHOWN]}"
        self.others = other_plans(invoice)

    @property
    def due(self) -> Decimal:
        """What is to be paid now."""
        statement = self.invoice.statement
        return self.invoice.total if statement is None else statement.amount_due

    def amount(self, amount: Decimal) -> str:
        """An amount for a column."""
        return format_amount(amount, self.invoice.currency, self.locale, self.digits)

    def money(self, amount: Decimal) -> str:
        """An amount by itself, with its currency."""
        return format_money(amount, self.invoice.currency, self.locale)

    def words(self, row: InvoiceItem | InvoiceTax) -> str:
        """What tells a row apart below its title."""
        if isinstance(row, InvoiceItem):
            return ", ".join(part for part in (row.detail, row.original) if part)
        words = []
        if row.reverse_charge:
            words.append(f"reverse charge: {self.amount(row.computed)} to be accounted for by you")
        if row.exempt:
            words.append(f"{self.amount(row.exempt)} exempt")
        return ", ".join(words)

    def description(self, row: InvoiceItem | InvoiceTax) -> str:
        """What a charge is for, where the plan says it."""
        return row.description if isinstance(row, InvoiceItem) else ""

    def quantity(self, row: InvoiceItem | InvoiceTax) -> str:
        """How much of it; the base of a tax in percent."""
        if isinstance(row, InvoiceItem):
            return row.quantity
        return self.amount(row.base) if "%" in row.rate else ""

    def price(self, row: InvoiceItem | InvoiceTax) -> str:
        """What one of it costs."""
        if isinstance(row, InvoiceTax):
            return row.rate
        # A fee charged once at its price says no more by it than by its amount.
        alone = not row.quantity and row.unit_price in (f"{row.amount:f}", self.amount(row.amount))
        return "" if alone else row.unit_price

    def payment(self, row: PaymentRow) -> str:
        """A payment of the statement; the page is masked already, and escapes itself."""
        return payment_words(row)

    def balance(self, at: int) -> str:
        """What became of a wallet."""
        return balance_words(self.invoice.balances[at], self.invoice.currency, self.locale)
