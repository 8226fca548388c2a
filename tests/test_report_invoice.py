"""Invoices, their comparison, traces and portfolio totals in every form."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratedsl.billing.delta import Delta, Kind, compare
from ratedsl.billing.invoice import (
    Alert,
    AllowanceUse,
    Invoice,
    InvoiceIssuer,
    InvoiceItem,
    InvoiceTax,
    Outcomes,
    Section,
)
from ratedsl.billing.portfolio import add_up
from ratedsl.lang.source import Span
from ratedsl.rating.trace import EventRow, Step, Why
from ratedsl.report import invoice as invoice_report
from ratedsl.report import portfolio as portfolio_report
from ratedsl.report.cells import cell_width
from ratedsl.report.invoice import render_invoice
from ratedsl.report.markdown import escape
from ratedsl.report.portfolio import render_portfolio
from ratedsl.report.trace_text import render_trace

NUMBER = "351912345678"
HOSTILE = "\x1b[31m[bold]*x* | <b> `c` \u202e\n"


def at(line: int) -> Span:
    return Span("plans/smart-20.rate", line, 1, 2)


def item(key: str, amount: str, **parts: object) -> InvoiceItem:
    row = {
        "section": Section.FEES,
        "record": key,
        "title": key.capitalize(),
        "supplied": date(2026, 7, 31),
        "at": at(20),
    }
    return InvoiceItem(key=key, amount=Decimal(amount), **(row | parts))


def tax(key: str, amount: str, **parts: object) -> InvoiceTax:
    row = {"record": key, "title": key, "rate": "23%", "base": Decimal("31.20"), "at": at(60)}
    kind = {"shown_as": "government tax"}
    return InvoiceTax(key=key, amount=Decimal(amount), **(row | kind | parts))


def bill(
    items: tuple[InvoiceItem, ...],
    taxes: tuple[InvoiceTax, ...] = (),
    after_tax: tuple[InvoiceItem, ...] = (),
    **parts: object,
) -> Invoice:
    subtotal = sum((one.amount for one in items), Decimal(0))
    tax_total = sum((one.amount for one in taxes), Decimal(0))
    after = sum((one.amount for one in after_tax), Decimal(0))
    content = {
        "plan": "smart-20",
        "plan_title": "Smart 20",
        "plan_hash": "3f2a9c1b77d0445566",
        "account": "A-0001",
        "currency": "EUR",
        "start": date(2026, 7, 1),
        "end": date(2026, 8, 1),
        "items": items,
        "taxes": taxes,
        "after_tax": after_tax,
        "subtotal": subtotal,
        "tax_total": tax_total,
        "total": subtotal + tax_total + after,
    }
    return Invoice.model_validate(content | parts)


CALLS = item(
    f"voice/{NUMBER}/peak",
    "11.20",
    record="voice",
    section=Section.USAGE,
    title="Calls",
    line=NUMBER,
    detail="peak, national",
    quantity="112 min",
    unit_price="0.10 EUR per min",
    events=31,
)
FULL = bill(
    (item("monthly", "21.50"), CALLS, item("loyalty", "-1.50", section=Section.DISCOUNTS)),
    (
        tax("IVA", "7.18"),
        tax("Recovery fee", "2.22", rate="1.11 EUR per line", shown_as="carrier charge"),
    ),
    (item("coupon", "-5.00", section=Section.AFTER_TAX),),
    account_name="Ana Silva",
    allowances=(
        AllowanceUse(
            record="voice-500",
            title="500 minutes",
            holder=NUMBER,
            granted="500 min",
            carried_in="20 min",
            used="310 min",
            left="210 min",
            share=59,
            at=at(30),
        ),
    ),
    alerts=(Alert(record="cap", words="80% of the cap", when="2026-07-20 14:03", at=at(50)),),
    outcomes=Outcomes(
        events=1234, rated=800, free=34, covered=390, rejected=10, reasons=(("no rate", 7),)
    ),
)


def text(invoice: Invoice, previous: Invoice | None = None, width: int = 80) -> str:
    return render_invoice(invoice, "text", previous, width=width)


def test_a_telephone_number_in_the_head_stays_on_one_line() -> None:
    sender = InvoiceIssuer(name="Lusitel, S.A.", address="Rua Augusta 1, Lisboa")
    for number in ("800 200 300", "+351 21 000 00 00", "8 0 0"):
        issuer = sender.model_copy(update={"contact": f"help@lusitel.example, {number}"})
        for width in range(60, 100):
            assert number in text(FULL.model_copy(update={"issuer": issuer}), width=width)


def test_text_reads_like_a_bill() -> None:
    rule = "─" * 80
    assert (
        text(FULL)
        == f"""\
Smart 20 (smart-20)                                       plan hash 3f2a9c1b77d0
Account A-0001  A•• S••••                               2026-07-01 to 2026-07-31
{rule}
Fees
    Monthly                                                                21.50

Usage
  Line 351912••••78
    Calls, peak, national, 112 min × 0.10 EUR per min                      11.20

Discounts
    Loyalty                                                                -1.50
Subtotal                                                                   31.20

Carrier surcharges
    Recovery fee, 1.11 EUR per line                                         2.22
Carrier surcharges, sum                                                     2.22

Government taxes and charges
    IVA, 23% of 31.20                                                       7.18
Government taxes and charges, sum                                           7.18
Taxes and surcharges                                                        9.40

After tax
    Coupon                                                                 -5.00

Total EUR                                                                  35.60
{rule}
Allowances
  500 minutes, 351912••••78                           ███████████░░░░░░░░░   59%
    310 min of 500 min and 20 min carried in, 210 min left

1,234 events = 800 rated + 34 free + 390 covered + 10 rejected
rejected: no rate 7

Alerts
  ▲ 2026-07-20 14:03  80% of the cap
"""
    )


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_text_keeps_to_the_width(width: int) -> None:
    lines = text(FULL, bill((item("monthly", "1.00"),)), width).splitlines()
    assert max(map(cell_width, lines)) <= width
    assert any(cell_width(line) == width for line in lines)


def test_wide_text_has_columns_for_quantity_and_price() -> None:
    line = next(line for line in text(FULL, width=120).splitlines() if "Calls" in line)
    assert line.split("  ")[2] == "Calls, peak, national"
    assert line.endswith("11.20") and "112 min  0.10 EUR per min" in line


def test_decimals_stand_under_each_other() -> None:
    shown = text(bill((item("a", "20.00"), item("b", "0.1217"), item("c", "1000"))))
    amounts = [line for line in shown.splitlines() if line.startswith("    ")]
    assert [line.split()[-1] for line in amounts] == ["20.0000", "0.1217", "1,000.0000"]
    assert len({line.rindex(".") for line in amounts}) == 1


def test_change_column() -> None:
    before = bill((item("monthly", "20.00"), CALLS, item("gone", "3.00")), (tax("IVA", "7.18"),))
    after = bill((item("monthly", "21.50"), CALLS, item("new", "4.00")), (tax("IVA", "7.70"),))
    ends = {
        line.split("  ")[0]: line.rsplit("  ", 1)[-1].strip()
        for line in (line.strip() for line in text(after, before).splitlines())
    }
    assert ends["Monthly"] == "+1.50"
    assert ends["New"] == "new +4.00"
    assert ends["Gone"] == "-3.00"
    assert ends["Subtotal"] == "+2.50"
    assert ends["IVA, 23% of 31.20"] == "+0.52"
    assert ends["Total EUR"] == "+3.02"
    assert ends["Calls, peak, national, 112 min × 0.10 EUR per min"] == "11.20"
    assert "No longer charged" in text(after, before)
    assert "No longer charged" not in text(after, after)


def test_plain_text_has_no_escape_sequence_and_colour_adds_only_those() -> None:
    assert "\x1b" not in text(FULL)
    assert "\x1b[1m" in render_invoice(FULL, "text", colour=True)


@pytest.mark.parametrize("form", invoice_report.FORMATS)
def test_no_form_shows_a_whole_number(form: str) -> None:
    invoice = FULL.model_copy(
        update={
            "account": NUMBER,
            "alerts": (Alert(record="x", words=f"call to +{NUMBER}", when="now", at=at(1)),),
        }
    )
    shown = render_invoice(invoice, form)
    assert NUMBER not in shown
    assert "351912••••78" in shown


@pytest.mark.parametrize("form", invoice_report.FORMATS)
def test_lines_that_look_alike_when_masked_are_told_apart(form: str) -> None:
    other = "351912999978"
    twin = CALLS.model_copy(update={"key": CALLS.key.replace(NUMBER, other), "line": other})
    shown = render_invoice(bill((CALLS, twin)), form).replace("\\~", "~")
    assert "351912••••78~2" in shown
    if form == "json":
        keys = [row["key"] for row in json.loads(shown)["items"]]
        assert keys == ["voice/351912••••78/peak", "voice/351912••••78~2/peak"]


def test_hostile_text_is_neither_obeyed_nor_interpreted() -> None:
    hostile = bill(
        (item("a", "1.00", title=HOSTILE, line=HOSTILE, quantity=HOSTILE, detail=HOSTILE),),
        (tax("t", "1.00", title=HOSTILE),),
        plan_title=HOSTILE,
        account_name=HOSTILE,
    )
    for form in invoice_report.FORMATS:
        shown = render_invoice(hostile, form, width=200)
        assert "\x1b" not in shown and "\u202e" not in shown
    assert "␛[31m[bold]*x* | <b> `c`" in text(hostile, width=200)
    assert r"␛\[31m\[bold\]\*x\* \| \<b\> \`c\`" in render_invoice(hostile, "markdown")
    assert Invoice.model_validate_json(render_invoice(hostile, "json")).plan_title == HOSTILE


def test_json_reads_back() -> None:
    plain = bill((item("monthly", "21.50"),), (tax("IVA", "4.95"),))
    assert Invoice.model_validate_json(render_invoice(plain, "json")) == plain
    shown = render_invoice(FULL, "json")
    again = Invoice.model_validate_json(shown)
    assert render_invoice(again, "json") == shown
    assert (again.total, again.items[1].amount) == (FULL.total, Decimal("11.20"))


def test_json_has_amounts_as_text_and_clauses_as_places() -> None:
    content = json.loads(render_invoice(FULL, "json"))
    assert list(content) == list(Invoice.model_fields)
    assert content["invoice_schema"] == "ratedsl.invoice/1"
    assert content["total"] == "35.60"
    assert content["items"][0]["at"] == "plans/smart-20.rate:20"
    assert content["items"][1]["section"] == "usage"


def test_json_never_uses_an_exponent() -> None:
    content = json.loads(render_invoice(bill((item("a", "1E+3"), item("b", "1E-7"))), "json"))
    assert [row["amount"] for row in content["items"]] == ["1000", "0.0000001"]


def test_a_place_that_is_none_is_refused() -> None:
    shown = render_invoice(FULL, "json").replace("smart-20.rate:20", "smart-20.rate:x")
    with pytest.raises(ValueError, match="at"):
        Invoice.model_validate_json(shown)


def test_markdown() -> None:
    shown = render_invoice(FULL, "markdown").splitlines()
    assert shown[0] == "# Smart 20 (smart-20)"
    assert "| Charge | Quantity | Price | Amount in EUR |" in shown
    assert "| Calls, peak, national | 112 min | 0.10 EUR per min | 11.20 |" in shown
    assert "| **Total EUR** |  |  | **35.60** |" in shown
    assert "| 500 minutes | 351912••••78 | 500 min | 20 min | 310 min | 210 min | 59% |" in shown
    assert "- 2026-07-20 14:03: 80% of the cap" in shown


def test_markdown_with_a_previous_invoice_has_a_change_column() -> None:
    shown = render_invoice(FULL, "markdown", bill((item("monthly", "20.00"),)))
    assert "| Monthly |  |  | 21.50 | +1.50 |" in shown


@given(st.text(max_size=40))
def test_every_markdown_row_has_the_cells_of_its_header(title: str) -> None:
    cells = escape(title).replace("\\\\", "").replace("\\|", "")
    assert "|" not in cells and "\n" not in cells and "`" not in cells.replace("\\`", "")


def test_compare() -> None:
    before = bill((item("a", "1.00"), item("b", "2.00")), (tax("t", "0.50"),))
    after = bill((item("a", "1.00"), item("b", "2.50"), item("c", "0.00")), (tax("u", "0.60"),))
    delta = compare(before, after)
    assert {key: (row.kind, row.amount) for key, row in delta.items.items()} == {
        "b": (Kind.CHANGED, Decimal("0.50")),
        "c": (Kind.ADDED, Decimal("0.00")),
    }
    assert {key: (row.kind, row.amount) for key, row in delta.taxes.items()} == {
        "t": (Kind.REMOVED, Decimal("-0.50")),
        "u": (Kind.ADDED, Decimal("0.60")),
    }
    assert (delta.subtotal, delta.tax_total, delta.total) == (
        Decimal("0.50"),
        Decimal("0.10"),
        Decimal("0.60"),
    )
    moved = sum(row.amount for row in (*delta.items.values(), *delta.taxes.values()))
    assert moved == delta.total


def test_compare_covers_what_stands_after_tax() -> None:
    before, after = (bill((), after_tax=(item("coupon", amount),)) for amount in ("-5", "-4"))
    assert compare(before, after).items["coupon"].amount == Decimal(1)


def test_nothing_to_compare_with() -> None:
    assert compare(None, FULL) == Delta()
    assert not compare(FULL.model_copy(update={"currency": "USD"}), FULL).comparable
    same = compare(FULL, FULL)
    assert same.comparable and same.unchanged


def test_trace() -> None:
    why = Why(
        "Calls, peak",
        Decimal("9.68"),
        "9.68 = 88 min × 0.11 USD per min",
        (Step("price 0.11 USD per min in peak", at(45)), Step("2097152000 B drawn")),
        (
            EventRow(
                "e1",
                "2026-07-03 21:14:09",
                f"+{NUMBER}",
                "61 s",
                "120 s",
                "rated",
                Decimal("0.22"),
                (Step(f"to +{NUMBER} by prefix +351", at(44)),),
            ),
        ),
        31,
    )
    assert (
        render_trace(why, "USD")
        == """\
Calls, peak                                                             9.68 USD
  9.68 = 88 min × 0.11 USD per min
  price 0.11 USD per min in peak                          plans/smart-20.rate:45
  2097152000 B drawn
31 events, the first 1 shown
    2026-07-03 21:14:09  +35191•••••78  61 s billed 120 s  rated            0.22
      to +35191•••••78 by prefix +351                     plans/smart-20.rate:44
"""
    )


def test_portfolio_adds_up_by_plan_and_currency() -> None:
    dollars = FULL.model_copy(update={"currency": "USD"})
    other = FULL.model_copy(update={"account": "A-0002", "end": date(2026, 9, 1)})
    euro, dollar = add_up(iter([FULL, dollars, other, FULL]))
    assert (euro.currency, len(euro.accounts), euro.invoices) == ("EUR", 2, 3)
    assert (euro.net, euro.taxes, euro.after_tax, euro.total) == (
        Decimal("93.60"),
        Decimal("28.20"),
        Decimal("-15.00"),
        Decimal("106.80"),
    )
    assert euro.rated + euro.free + euro.covered + euro.rejected == euro.events == 3702
    assert (euro.start, euro.end) == (date(2026, 7, 1), date(2026, 9, 1))
    assert dollar.total == FULL.total


def test_portfolio_in_every_form() -> None:
    totals = add_up([FULL, FULL.model_copy(update={"account": "A-0002"})])
    shown = render_portfolio(totals, "text")
    assert "2 accounts, 2 invoices" in shown
    assert "  Total       71.20 EUR\n" in shown
    assert "2,468 events = 1,600 rated + 68 free + 780 covered + 20 rejected\n" in shown
    content = json.loads(render_portfolio(totals, "json"))
    assert content["schema"] == "ratedsl.portfolio/1"
    assert content["plans"][0]["total"] == "71.20"
    assert content["plans"][0]["reasons"] == {"no rate": 14}
    assert "| 2 | €62.40 | €18.80 | -€10.00 | €71.20 |" in render_portfolio(totals, "markdown")


def test_portfolio_without_invoices() -> None:
    assert render_portfolio((), "text") == "no invoices\n"
    assert json.loads(render_portfolio((), "json"))["plans"] == []


def test_unknown_format_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no such format"):
        render_invoice(FULL, "xml")
    with pytest.raises(ValueError, match="no such format"):
        render_portfolio((), "xml")
    assert (*portfolio_report.FORMATS, "html") == invoice_report.FORMATS


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_bill_at_once_says_so_and_names_its_day(form: str) -> None:
    made = bill((CALLS,), end=date(2026, 7, 18), at_once=True)
    shown = render_invoice(made, form)
    assert "Bill at once of 2026-07-17" in shown
    assert "Bill at once" not in render_invoice(bill((CALLS,)), form)
