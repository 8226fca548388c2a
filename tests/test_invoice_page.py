"""The invoice as a page and as data: what is on it adds up, and nothing in it is obeyed."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from test_report_invoice import HOSTILE, NUMBER, at, bill, item, tax

from ratedsl.billing.invoice import (
    Alert,
    AllowanceUse,
    BalanceUse,
    Invoice,
    InvoiceIssuer,
    PaymentRow,
    Section,
    Statement,
)
from ratedsl.cli.main import main
from ratedsl.report.invoice import render_invoice
from ratedsl.report.page import MISSING
from ratedsl.report.schemas import invoice_schema
from ratedsl.report.sections import after_parts, charge_parts, tax_parts

SCHEMA = Path(__file__).parent.parent / "docs" / "schema" / "invoice.schema.json"
SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}' + HOSTILE


def whole(words: str = "Words") -> Invoice:
    """An invoice with something in every field."""
    line = f"{NUMBER}"
    use = {"section": Section.USAGE, "title": words, "detail": words, "category": words}
    items = (
        item("fee", "20.00", title=words, line=line, description=words, quantity=words),
        item("calls", "1.25", **use, line=line, service="voice", unit_price=words),
        item("data", "2.00", **use, line=line, service="data"),
        item("more", "0.75", **use, line="B", service="data"),
        item("games", "4.99", title=words, provider=words, original=words),
        item("quiz", "1.01", title=words, provider="Quiz", section=Section.USAGE),
        item("off", "-5.00", title=words, section=Section.DISCOUNTS),
    )
    taxes = (
        tax("state", "1.00", title=words, level="state", rate=words),
        tax("city", "0.50", title=words, level="city", exempt=Decimal("3.00")),
        tax("fund", "0.25", shown_as="carrier charge"),
        tax("vat", "0.75", included=True, title=words),
    )
    invoice = bill(items, taxes[:3], (item("late", "0.33", title=words),))
    at_ = {"record": "x", "title": words, "at": at(1)}
    amounts = {"opening": Decimal(5), "topped_up": Decimal(0), "paid": Decimal(2)}
    return invoice.model_copy(
        update={
            "taxes": taxes,
            "included_tax": Decimal("0.75"),
            "plan_title": words,
            "account": words,
            "account_name": f"{words} {NUMBER}",
            "issuer": InvoiceIssuer(name=words, address=words, contact=words, tax_number=words),
            "due": date(2026, 8, 15),
            "statement": Statement(
                previous=Decimal("30.00"),
                payments=(
                    PaymentRow(
                        day=date(2026, 7, 9),
                        amount=Decimal("30.00"),
                        applied=((date(2026, 7, 1), Decimal("30.00")),),
                    ),
                ),
                amount_due=invoice.total,
            ),
            "allowances": (
                AllowanceUse(
                    **at_,
                    holder=line,
                    granted="500 min",
                    carried_in="",
                    used="5 min",
                    left="495 min",
                    share=1,
                ),
            ),
            "balances": (
                BalanceUse(**at_, **amounts, holder=line, expired=Decimal(0), closing=Decimal(3)),
            ),
            "alerts": (Alert(record="x", words=words, when=words, at=at(1)),),
        }
    )


class Elements(HTMLParser):
    """The elements of a page, their attributes, and its text outside of the style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.style = False

    def handle_data(self, data: str) -> None:
        if not self.style:
            self.text += data


def test_hostile_words_are_text_in_every_field() -> None:
    plain, hostile = (Elements(render_invoice(whole(one), "html")) for one in ("Words", SCRIPT))
    assert hostile.names == plain.names
    assert hostile.attributes == plain.attributes
    assert "script" not in plain.names
    assert hostile.text.count("<script>alert(1)</script>") == plain.text.count("Words") > 20
    assert "49" not in hostile.text.replace("495", "").replace("4.99", "")
    assert "\x1b" not in hostile.text and "\u202e" not in hostile.text


def test_the_page_loads_nothing() -> None:
    page = render_invoice(whole(), "html")
    assert not re.search(r"https?:|//|url\(|@import|src=|href=", page)
    assert "default-src 'none'" in page


def test_no_whole_number_is_on_the_page() -> None:
    page = render_invoice(whole(), "html")
    assert NUMBER not in page
    assert "•" in page


def test_the_page_shows_each_sum() -> None:
    text = Elements(render_invoice(whole(), "html")).text
    for words, amount in (
        ("Usage, total", "4.00"),
        ("Third-party charges, total", "6.00"),
        ("Government taxes and charges, total", "1.50"),
        ("Carrier surcharges, total", "0.25"),
        ("Subtotal", "25.00"),
        ("Total", "27.08"),
        ("Amount due", "27.08"),
    ):
        assert re.search(rf"(?<!\w){words}\s*{amount}\b", text), words


def test_every_level_adds_up() -> None:
    invoice = whole()
    for parts, total in (
        (charge_parts(invoice), invoice.subtotal),
        (tax_parts(invoice), invoice.tax_total),
        (after_parts(invoice), invoice.total - invoice.subtotal - invoice.tax_total),
    ):
        found = list(parts)
        assert sum(part.total for part in found) == total
        for part in found:
            assert part.total == sum(group.total for group in part.groups)
            for group in part.groups:
                assert group.total == sum(kind.total for kind in group.kinds)
                assert group.total == sum(row.amount for row in group.rows)


def test_third_parties_stand_apart() -> None:
    parts = {part.title: part for part in charge_parts(whole())}
    third = parts.pop("Third-party charges")
    assert {group.title for group in third.groups} == {
        "Provided by Words",
        "Provided by Quiz",
    }
    rows = [row for part in parts.values() for group in part.groups for row in group.rows]
    assert not any(row.provider for row in rows)
    text = render_invoice(whole(), "text")
    assert re.search(r"Third-party charges, sum\s+6\.00", text)


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_the_head_and_the_statement_are_in_every_form_for_people(form: str) -> None:
    shown = render_invoice(whole("Lusitel"), form)
    assert "2026-08-15" in shown
    assert "Previous balance" in shown
    assert re.search(r"Payment of 2026-07-09, for the bill of 2026-07-01", shown)
    assert re.search(r"Amount due", shown)


def test_the_schema_is_published_and_what_is_written_follows_it() -> None:
    assert json.loads(SCHEMA.read_text()) == invoice_schema()
    Draft202012Validator.check_schema(invoice_schema())
    check = Draft202012Validator(invoice_schema())
    written = json.loads(render_invoice(whole(SCRIPT), "json"))
    check.validate(written)
    assert not check.is_valid(written | {"total": None})
    assert not check.is_valid(written | {"surprise": 1})
    assert Invoice.model_validate(written).total == whole().total


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "invoice"]) == 0
    assert capsys.readouterr().out == SCHEMA.read_text()


def test_without_the_library_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from ratedsl.report import page

    page._environment.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(page.PageError, match=re.escape(MISSING)):
        render_invoice(whole(), "html")
    page._environment.cache_clear()
