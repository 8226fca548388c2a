"""An invoice as Markdown, for a ticket, a review or a page."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.billing.invoice import Invoice
from ratedsl.report.bill import Row, RowKind, bill_rows, head_words
from ratedsl.report.markdown import escape, table
from ratedsl.report.money import format_amount
from ratedsl.report.names import (
    HASH_SHOWN,
    bill_period,
    line_names,
    move_words,
    other_plans,
    outcome_words,
    owner_words,
    plan_name,
    reason_words,
    shown_words,
)


def render_markdown(invoice: Invoice, previous: Invoice | None = None, locale: str = "en") -> str:
    """The whole invoice as GitHub-flavoured Markdown, text from outside escaped.

    With a `previous` invoice the charges have one more column, the change of each row.
    """
    return "\n".join(_lines(invoice, previous, locale)) + "\n"


def _lines(invoice: Invoice, previous: Invoice | None, locale: str) -> Iterator[str]:
    yield f"# {escape(plan_name(invoice))}"
    yield ""
    yield f"- Account: {escape(owner_words(invoice))}"
    yield f"- {bill_period(invoice)}" if invoice.at_once else f"- Period: {bill_period(invoice)}"
    yield from (f"- {escape(words)}" for words in head_words(invoice))
    yield f"- Plan hash: {escape(invoice.plan_hash[:HASH_SHOWN])}"
    for name, plan_hash in other_plans(invoice):
        yield f"- And {escape(name)}, plan hash {escape(plan_hash)}"
    yield from (f"- {escape(words)}" for words in move_words(invoice))
    yield ""
    header = ["Charge", "Quantity", "Price", f"Amount in {escape(invoice.currency)}"]
    right = [1, 3]
    if previous is not None:
        header.append("Change")
        right.append(4)
    rows = bill_rows(invoice, previous, locale)
    yield from table(header, right, (_cells(row, len(header)) for row in rows))
    if invoice.allowances:
        yield from ("", "## Allowances", "")
        yield from _allowances(invoice)
    if invoice.balances:
        yield from ("", "## Balances", "")
        yield from _balances(invoice, locale)
    out = invoice.outcomes
    yield ""
    yield outcome_words(out.events, out.rated, out.free, out.covered, out.rejected)
    if out.reasons:
        yield f"(rejected: {escape(reason_words(out.reasons))})"
    if invoice.alerts:
        yield from ("", "## Alerts", "")
    for alert in invoice.alerts:
        yield f"- {escape(alert.when)}: {escape(shown_words(alert.words))}"


def _cells(row: Row, size: int) -> list[str]:
    cells = [row.words, row.quantity, row.price, row.amount, row.change][:size]
    escaped = [escape(cell) for cell in cells]
    if row.kind is RowKind.ITEM:
        return escaped
    return [f"**{cell}**" if cell else "" for cell in escaped]


def _balances(invoice: Invoice, locale: str) -> list[str]:
    names = line_names(invoice)
    return table(
        ["Balance", "Holder", "Held", "Topped up", "Paid", "Expired", "Left"],
        range(2, 7),
        (
            [
                *map(escape, (use.title, names[use.holder])),
                *(
                    escape(format_amount(amount, invoice.currency, locale))
                    for amount in (use.opening, use.topped_up, use.paid, use.expired, use.closing)
                ),
            ]
            for use in invoice.balances
        ),
    )


def _allowances(invoice: Invoice) -> list[str]:
    names = line_names(invoice)
    return table(
        ["Allowance", "Holder", "Granted", "Carried in", "Used", "Left", "Share"],
        range(2, 7),
        (
            [
                *map(escape, (use.title, names[use.holder], use.granted, use.carried_in)),
                *map(escape, (use.used, use.left)),
                f"{use.share}%",
            ]
            for use in invoice.allowances
        ),
    )
