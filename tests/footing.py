"""An invoice read back from what is printed: every row, every sum, in every format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser

from ratedsl.billing.invoice import Invoice
from ratedsl.report.invoice import render_invoice
from ratedsl.report.invoice_html import render_html

ZERO = Decimal(0)
PRINTED = re.compile(r"\s(-?[\d,]+(?:\.\d+)?)$")
HEADINGS = (
    *("Fees", "Usage", "Credits", "Corrections", "Minimum commitment", "Discounts"),
    *("Paid from balances", "Rounding", "Other charges", "Third-party charges"),
    *("Carrier surcharges", "Government taxes and charges", "After tax", "Account"),
)

Rows = list[tuple[str, Decimal | None]]
"""The words of a row and its amount, None for a heading or for words that are wrapped."""


def foots(invoice: Invoice) -> None:
    """The rows of an invoice add up to its sums, and the sums to its total."""
    assert sum((one.amount for one in invoice.items), ZERO) == invoice.subtotal
    on_top = [one.amount for one in invoice.taxes if not one.included]
    assert sum(on_top, ZERO) == invoice.tax_total
    inside = [one.amount for one in invoice.taxes if one.included]
    assert sum(inside, ZERO) == invoice.included_tax
    after = sum((one.amount for one in invoice.after_tax), ZERO)
    assert invoice.subtotal + invoice.tax_total + after == invoice.total
    statement = invoice.statement
    if statement is not None:
        paid = sum((one.amount for one in statement.payments), ZERO)
        assert statement.previous - paid + invoice.total == statement.amount_due
        for one in statement.payments:
            assert sum((part for _, part in one.applied), ZERO) <= one.amount


def foots_in_every_form(invoice: Invoice) -> None:
    """So does what people and programs are given, to the last digit."""
    foots(invoice)
    back = Invoice.model_validate_json(render_invoice(invoice, "json"))
    foots(back)
    assert _sums(back) == _sums(invoice)
    rows_foot(text_rows(invoice), invoice)
    rows_foot(markdown_rows(invoice), invoice)
    page_foots(invoice)


def rows_foot(rows: Rows, invoice: Invoice) -> None:
    """Rows since a heading add up to its sum, those before the subtotal to it, and so on."""
    charges = taxes = after = section = account = ZERO
    place, total_seen = "charges", False
    for words, amount in rows:
        if amount is None:
            if words in HEADINGS:
                section = ZERO
                place = _place(words, place)
        elif words == "Subtotal":
            assert amount == charges == invoice.subtotal, words
            place = "taxes"
        elif words == "Taxes and surcharges":
            assert amount == taxes == invoice.tax_total
        elif words.endswith(", sum"):
            assert amount == section, words
        elif words.startswith("Total "):
            assert amount == charges + taxes + after == invoice.total
            place, total_seen = "done", True
        elif words.startswith("Amount due "):
            assert invoice.statement is not None
            assert amount == account == invoice.statement.amount_due
            place = "done"
        else:
            section += amount
            charges += amount if place == "charges" else ZERO
            taxes += amount if place == "taxes" else ZERO
            after += amount if place == "after" else ZERO
            account += amount if place == "account" else ZERO
    assert total_seen
    assert taxes == invoice.tax_total


def _place(heading: str, place: str) -> str:
    found = {"After tax": "after", "Account": "account"}
    return found.get(heading, place)


def text_rows(invoice: Invoice) -> Rows:
    lines = render_invoice(invoice, "text", width=400).splitlines()
    rules = [at for at, line in enumerate(lines) if line and set(line) == {"─"}]
    rows: Rows = []
    for line in filter(str.strip, lines[rules[0] + 1 : rules[1]]):
        found = PRINTED.search(line)
        words = line.strip().split("  ")[0]
        # A wide gap tells the column of amounts from a number that ends the words.
        apart = found is not None and line[: found.start() + 1].endswith("  ")
        rows.append((words, _number(found[1]) if found and apart else None))
    return rows


def markdown_rows(invoice: Invoice) -> Rows:
    lines = render_invoice(invoice, "markdown").splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("| Charge"))
    rows: Rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        cells = [cell.strip().strip("*") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        rows.append((cells[0], _number(cells[3]) if cells[3] else None))
    return rows


class _Page(HTMLParser):
    """The rows of the tables of bills: their class, their words and their amount."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[tuple[str, str, str]]] = []
        self._kind = self._cell = ""
        self._words: list[str] = []
        self._amount: list[str] = []
        self._small = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self._kind, self._words, self._amount = named.get("class") or "", [], []
        elif tag in ("th", "td"):
            self._cell = "amount" if named.get("class") == "number" else tag
        elif tag == "small":
            self._small += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr" and self._kind:
            words = "".join(self._words).strip()
            self.tables[-1].append((self._kind, words, "".join(self._amount).strip()))
        elif tag == "small":
            self._small -= 1

    def handle_data(self, data: str) -> None:
        if self._cell == "th" and not self._small:
            self._words.append(data)
        elif self._cell == "amount":
            self._amount.append(data)


def page_foots(invoice: Invoice) -> None:
    """The page's groups, parts and totals add up at every level."""
    page = _Page()
    page.feed(render_html([invoice]))
    bills = [rows for rows in page.tables if any(words == "Subtotal" for _, words, _ in rows)]
    (bill,) = bills
    parts: list[Decimal] = []
    part = group = kind = ZERO
    named = ""
    since = 0
    for what, words, text in bill:
        if what == "group":
            part = group = kind = ZERO
        elif what == "line":
            group = kind = ZERO
        elif what == "kind":
            kind, named = ZERO, words
        elif what == "row":
            amount = _number(text)
            part, group, kind = part + amount, group + amount, kind + amount
        elif what == "sum":
            assert _number(text) == (kind if words == f"{named}, sum" else group), words
            named = ""
        elif what == "whole":
            if words == "Taxes and surcharges, total":
                assert _number(text) == sum(parts[since:], ZERO) == invoice.tax_total
            else:
                assert _number(text) == part, words
                parts.append(part)
        elif words == "Subtotal":
            assert _number(text) == sum(parts, ZERO) == invoice.subtotal
            since = len(parts)
        else:
            assert words == "Total"
            assert _number(text) == sum(parts, ZERO) == invoice.total
    if invoice.statement is not None:
        account = next(rows for rows in page.tables if rows and rows[0][1] == "Previous balance")
        entries = [_number(text) for what, _, text in account if what == "row"]
        assert sum(entries, ZERO) == _number(account[-1][2]) == invoice.statement.amount_due


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("\\", ""))


def _sums(invoice: Invoice) -> Iterator[Decimal] | tuple[Decimal, ...]:
    rows = (*invoice.items, *invoice.taxes, *invoice.after_tax)
    sums = (invoice.subtotal, invoice.tax_total, invoice.included_tax, invoice.total)
    return (*(row.amount for row in rows), *sums)
