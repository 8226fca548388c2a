"""An invoice as the rows of the invoice pane, in the order of a paper bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from textwrap import wrap

from ratedsl.billing.delta import Delta, Kind, RowChange
from ratedsl.billing.invoice import Invoice, InvoiceItem, Section
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.preview import NARROW
from ratedsl.report.bill import THIRD_PARTY, payment_words, statement_amounts
from ratedsl.report.money import format_amount, shared_digits
from ratedsl.report.names import line_names
from ratedsl.usage.privacy import mask_words
from tui.bill_row import BillRow, RowKind

_HEADS = {
    Section.FEES: "Fees",
    Section.USAGE: "Usage",
    Section.CREDITS: "Credits",
    Section.CORRECTIONS: "Corrections",
    Section.COMMITMENTS: "Minimum commitment",
    Section.DISCOUNTS: "Discounts",
    Section.PAYMENTS: "Paid from balances",
    Section.ROUNDING: "Rounding",
}


def bill_rows(
    invoice: Invoice,
    delta: Delta | None = None,
    notes: Sequence[str] = (),
    findings: Sequence[Diagnostic] = (),
) -> list[BillRow]:
    """All rows of the invoice; amounts line up, and each shows every decimal that it has.

    Notes, which say what the bill does not hold, stand above it; what the operator should see
    of it before it is sent stands below, each finding in rows that a narrow pane holds.
    """
    above = [BillRow(RowKind.ALERT, mask_words(words)) for words in notes]
    return [*above, *_Rows(invoice, delta or Delta()).rows(), *_finding_rows(findings)]


def _finding_rows(findings: Sequence[Diagnostic]) -> Iterator[BillRow]:
    if findings:
        yield BillRow(RowKind.HEAD, "Before it is sent, for the operator")
    for one in findings:
        words = mask_words(f"{one.code} {one.message}")
        for line in wrap(words, NARROW, subsequent_indent="  ", break_on_hyphens=False):
            yield BillRow(RowKind.ALERT, line, at=one.span)
        for line in wrap(mask_words(one.help), NARROW - 2, break_on_hyphens=False):
            yield BillRow(RowKind.NOTE, f"  {line}", at=one.span)


class _Rows:
    def __init__(self, invoice: Invoice, delta: Delta) -> None:
        self.invoice = invoice
        self.delta = delta
        self.lines = line_names(invoice)
        self.others = {one.plan: one.title or one.plan for one in invoice.others}
        amounts = [one.amount for one in (*invoice.items, *invoice.after_tax)]
        amounts += [tax.amount for tax in invoice.taxes]
        amounts += [invoice.total, *statement_amounts(invoice)]
        self.digits = shared_digits(amounts, invoice.currency)

    def rows(self) -> Iterator[BillRow]:
        invoice, delta = self.invoice, self.delta
        for section, head in _HEADS.items():
            items = [one for one in invoice.items if one.section is section and not one.provider]
            if items:
                yield BillRow(RowKind.HEAD, head)
                yield from map(self.item, items)
        if third := [one for one in invoice.items if one.provider]:
            yield BillRow(RowKind.HEAD, THIRD_PARTY)
            yield from map(self.item, third)
            total = sum((one.amount for one in third), Decimal(0))
            yield BillRow(RowKind.SUM, f"{THIRD_PARTY}, sum", amount=self.money(total))
        if gone := list(self.gone(delta.items)):
            yield BillRow(RowKind.HEAD, "No longer charged")
            yield from gone
        yield BillRow(
            RowKind.SUM,
            "Subtotal",
            amount=self.money(invoice.subtotal),
            change=delta.subtotal or None,
        )
        taxes = [*self.taxes(), *self.gone(delta.taxes)]
        if taxes:
            yield BillRow(RowKind.HEAD, "Taxes, fees and surcharges")
            yield from taxes
        if invoice.after_tax:
            yield BillRow(RowKind.HEAD, "After tax")
            yield from map(self.item, invoice.after_tax)
        yield BillRow(
            RowKind.TOTAL,
            f"TOTAL {invoice.currency}",
            amount=self.money(invoice.total),
            change=delta.total or None,
        )
        yield from self.statement()
        yield from self.notes()

    def item(self, item: InvoiceItem) -> BillRow:
        several = len({one.line for one in self.invoice.items if one.line}) > 1
        line = self.lines[item.line] if several and item.line else ""
        words = [item.title, line, mask_words(item.detail), item.provider]
        words.append(self.others.get(item.plan, ""))
        parts = [part for part in (item.quantity, item.unit_price) if part]
        return BillRow(
            RowKind.ITEM,
            " · ".join(word for word in words if word),
            " × ".join(parts),
            self.money(item.amount),
            _amount(self.delta.items.get(item.key)),
            item.key,
            item.at,
        )

    def taxes(self) -> Iterator[BillRow]:
        for tax in self.invoice.taxes:
            title = tax.title if tax.rate in tax.title else f"{tax.title} {tax.rate}"
            notes: list[str] = [tax.shown_as] if tax.shown_as != "government tax" else []
            notes += ["included"] if tax.included else []
            notes += [f"reverse charge of {self.money(tax.computed)}"] if tax.reverse_charge else []
            notes += [f"{self.money(tax.exempt)} exempt"] if tax.exempt else []
            yield BillRow(
                RowKind.ITEM,
                f"{title} ({', '.join(notes)})" if notes else title,
                f"on {self.money(tax.base)}",
                self.money(tax.computed if tax.shown_as == "not billed" else tax.amount),
                _amount(self.delta.taxes.get(tax.key)),
                tax.key,
                tax.at,
            )

    def statement(self) -> Iterator[BillRow]:
        """What was owed before, what came in, and what is to be paid now."""
        found = self.invoice.statement
        if found is None:
            return
        yield BillRow(RowKind.HEAD, "Account")
        previous = self.money(found.previous)
        yield BillRow(RowKind.NOTE, "Previous balance", amount=previous)
        for one in found.payments:
            yield BillRow(RowKind.NOTE, payment_words(one), amount=self.money(-one.amount))
        yield BillRow(RowKind.NOTE, "This bill", amount=self.money(self.invoice.total))
        yield BillRow(
            RowKind.TOTAL,
            f"AMOUNT DUE {self.invoice.currency}",
            amount=self.money(found.amount_due),
        )
        if found.held:
            yield BillRow(RowKind.NOTE, "Held as deposit", self.money(found.held))
        if found.autopay and found.amount_due > 0:
            yield BillRow(RowKind.NOTE, "Paid by standing order")

    def gone(self, changes: Mapping[str, RowChange]) -> Iterator[BillRow]:
        for change in changes.values():
            if change.kind is Kind.REMOVED:
                nothing = self.money(Decimal(0))
                title = f"{change.title} (gone)"
                yield BillRow(RowKind.NOTE, title, amount=nothing, change=change.amount)

    def notes(self) -> Iterator[BillRow]:
        invoice = self.invoice
        if invoice.alerts:
            yield BillRow(RowKind.HEAD, "Alerts")
            for alert in invoice.alerts:
                yield BillRow(
                    RowKind.ALERT, f"{mask_words(alert.words)} ({alert.when})", at=alert.at
                )
        if invoice.allowances:
            yield BillRow(RowKind.HEAD, "Allowances")
            holders = len({one.holder for one in invoice.allowances}) > 1
            for one in invoice.allowances:
                title = f"{one.title} · {self.lines[one.holder]}" if holders else one.title
                used = f"{one.used} of {one.granted}, {one.left} left"
                yield BillRow(RowKind.NOTE, title, used, f"{one.share}%", at=one.at)
        if invoice.balances:
            yield BillRow(RowKind.HEAD, "Balances")
            for use in invoice.balances:
                yield BillRow(
                    RowKind.NOTE,
                    f"{use.title} · {self.lines[use.holder]}",
                    f"{self.money(use.paid)} paid",
                    f"{self.money(use.closing)} left",
                    at=use.at,
                )
        out = invoice.outcomes
        if out.events:
            yield BillRow(RowKind.HEAD, f"Events {out.events:,}")
            parts = [
                f"{count:,} {word}"
                for count, word in (
                    (out.rated, "rated"),
                    (out.covered, "covered"),
                    (out.free, "free"),
                )
                if count
            ]
            if parts:
                yield BillRow(RowKind.NOTE, " · ".join(parts))
            if out.rejected:
                yield BillRow(RowKind.ALERT, f"{out.rejected:,} rejected")
            for reason, count in out.reasons:
                yield BillRow(RowKind.ALERT, f"  {count:,} × {mask_words(reason)}")

    def money(self, amount: Decimal) -> str:
        return format_amount(amount, self.invoice.currency, digits=self.digits)


def _amount(change: RowChange | None) -> Decimal | None:
    return None if change is None else change.amount
