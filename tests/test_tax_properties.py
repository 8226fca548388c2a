"""What must hold of taxes for any charges and any graph of taxes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from footing import foots_in_every_form
from hypothesis import given, settings
from hypothesis import strategies as st

from ratedsl.billing.bill import bill_cycle
from ratedsl.billing.invoice import Invoice
from ratedsl.plan.load import load
from ratedsl.rating.events import Account, Line, Subscription
from ratedsl.rating.tables import PlanTables
from ratedsl.report.invoice_json import render_json

HEAD = """\
plan random "Random"
  currency  EUR
  timezone  UTC
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  rounding  {mode} 0.01 EUR per tax per {scope}
  rounding  half-up 0.01 EUR per tax group g
"""
CENT = Fraction(1, 100)
ZERO = Decimal(0)
Invoiced = Callable[[str, int], Invoice]


@pytest.fixture(scope="module")
def invoiced(tmp_path_factory: pytest.TempPathFactory) -> Invoiced:
    """Makes the invoice of a plan for an account of some lines, the second of them `spared`."""
    path = tmp_path_factory.mktemp("plans") / "random.rate"

    def invoice(text: str, lines: int) -> Invoice:
        path.write_text(text)
        loaded = load(path)
        assert loaded.diagnostics == (), text
        assert loaded.plan is not None
        tables = PlanTables(loaded.plan)
        held = (Subscription("random", date(2026, 1, 1)),)
        account = Account(
            "a",
            tuple(
                Line(str(n), subscriptions=held, attributes={"spared": "yes"} if n == 1 else {})
                for n in range(lines)
            ),
        )
        cycle = tables.cycles.before(tables.cycles.on(date(2026, 4, 1)))
        return bill_cycle(tables, account, [], cycle).invoice

    return invoice


@st.composite
def charges(draw: st.DrawFn) -> str:
    text = ""
    for index in range(draw(st.integers(1, 3))):
        cents = draw(st.integers(1, 30_000))
        text += (
            f"fee f{index}\n  amount    {cents // 100}.{cents % 100:02} EUR per month in advance\n"
        )
        text += "  prorated  not\n"
    if draw(st.booleans()):
        percent = draw(st.integers(1, 99))
        text += f"discount d\n  percent   {percent}% of charges\n  applies   before tax\n"
    return text


@st.composite
def taxes(draw: st.DrawFn, fees: int) -> str:
    """Taxes each on charges and on taxes before it, of every shape."""
    text, names = "", []
    for index in range(draw(st.integers(1, 5))):
        name = f"t{index}"
        known = ["charges", *(f"f{n}" for n in range(fees)), *names]
        of = ", ".join(draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)))
        rate = Decimal(draw(st.integers(0, 40_000))) / 1000
        shape = draw(st.sampled_from(("percent", "share", "bracket", "line", "item", "invoice")))
        text += f"tax {name}\n"
        match shape:
            case "percent":
                text += f"  percent   {rate:f}% of {of}\n"
            case "share":
                text += f"  base      37.1% of {of}\n  percent   {rate:f}%\n"
            case "bracket":
                text += f"  bracket   up to 50 EUR {rate:f}% of {of}\n  bracket   above 1%\n"
            case _:
                text += f"  amount    1.11 EUR per {shape}\n"
        if draw(st.booleans()):
            text += "  exempt    when spared is yes\n"
        if shape in ("percent", "share") and draw(st.booleans()):
            spread = draw(st.sampled_from(("by order", "in proportion")))
            text += f"  first     25.00 EUR per invoice exempt {spread}\n"
        if draw(st.integers(0, 3)) == 0:
            text += "  capped    3.00 EUR per invoice\n"
        elif draw(st.integers(0, 3)) == 0:
            text += "  group     g\n"
        shown = draw(st.sampled_from(("government tax", "carrier charge", "not billed")))
        text += f"  shown     as {shown}\n"
        names.append(name)
    return text


def foots(invoice: Invoice) -> None:
    """Rows add up to sums and sums to the total, in the invoice and as read back from JSON."""
    read = json.loads(render_json(invoice))
    back = Invoice.model_validate({key: read[key] for key in read})
    for one in (invoice, back):
        assert sum((item.amount for item in one.items), ZERO) == one.subtotal
        on_top = [tax.amount for tax in one.taxes if not tax.included]
        assert sum(on_top, ZERO) == one.tax_total
        inside = [tax.amount for tax in one.taxes if tax.included]
        assert sum(inside, ZERO) == one.included_tax
        after = sum((item.amount for item in one.after_tax), ZERO)
        assert one.subtotal + one.tax_total + after == one.total
        for tax in one.taxes:
            assert tax.amount == tax.computed or tax.reverse_charge or tax.shown_as == "not billed"
            assert tax.computed % Decimal("0.01") == 0
    assert back.total == invoice.total
    assert [tax.amount for tax in back.taxes] == [tax.amount for tax in invoice.taxes]
    foots_in_every_form(invoice)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_graph_of_taxes_foots(data: st.DataObject, invoiced: Invoiced) -> None:
    scope = data.draw(st.sampled_from(("item", "invoice")))
    mode = data.draw(st.sampled_from(("half-up", "half-even", "down", "up")))
    text = data.draw(charges())
    text += data.draw(taxes(text.count("fee ")))
    invoice = invoiced(HEAD.format(scope=scope, mode=mode) + text, data.draw(st.integers(1, 4)))
    foots(invoice)
    for tax in invoice.taxes:
        if "capped" in text.split(f"tax {tax.record}\n")[1].split("\ntax ")[0]:
            assert tax.computed <= 3


RATE = st.integers(1, 60_000).map(lambda number: Decimal(number) / 1000)


@settings(deadline=None, max_examples=40)
@given(
    text=charges(),
    first=RATE,
    scope=st.sampled_from(("item", "invoice")),
    lines=st.integers(1, 3),
    grossed=st.booleans(),
)
def test_net_and_included_tax_are_the_price(
    text: str, first: Decimal, scope: str, lines: int, grossed: bool, invoiced: Invoiced
) -> None:
    head = HEAD.format(scope=scope, mode="half-up")
    how = ", grossed up" if grossed else ""
    tax = f"tax t\n  percent   {first:f}% of charges\n  added     included{how}\n"
    invoice = invoiced(f"{head}{text}{tax}  shown     as government tax\n", lines)
    foots(invoice)
    assert invoice.total == invoice.subtotal
    if invoice.taxes:
        (row,) = invoice.taxes
        if grossed:
            price = Fraction(invoice.subtotal) * Fraction(first) / 100
            assert abs(Fraction(row.amount) - price) <= CENT * 20
        else:
            assert row.base + row.amount == invoice.subtotal


@settings(deadline=None, max_examples=40)
@given(text=charges(), one=RATE, other=st.integers(1, 30_000), lines=st.integers(1, 3))
def test_a_grossed_up_tax_is_its_rate_of_the_price(
    text: str, one: Decimal, other: int, lines: int, invoiced: Invoiced
) -> None:
    two = Decimal(other) / 1000
    head = HEAD.format(scope="invoice", mode="half-up")
    body = (
        f"tax a\n  percent   {one:f}% of charges\n  added     grossed up with b\n"
        "  shown     as government tax\n"
        f"tax b\n  percent   {two:f}% of charges\n  added     grossed up\n"
        "  shown     as government tax\n"
    )
    invoice = invoiced(head + text + body, lines)
    foots(invoice)
    price = Fraction(invoice.subtotal) / (1 - Fraction(one + two) / 100)
    for tax, rate in zip(invoice.taxes, (one, two), strict=False):
        assert abs(Fraction(tax.base) - price) <= Fraction(1, 10**6)
        assert abs(Fraction(tax.amount) - price * Fraction(rate) / 100) <= CENT / 2


@settings(deadline=None, max_examples=40)
@given(
    text=charges(),
    rate=RATE,
    lines=st.integers(1, 4),
    spread=st.sampled_from(("by order", "in proportion")),
)
def test_exempt_and_taxable_are_the_base(
    text: str, rate: Decimal, lines: int, spread: str, invoiced: Invoiced
) -> None:
    head = HEAD.format(scope="invoice", mode="half-up") + text
    tax = f"tax t\n  percent   {rate:f}% of charges\n  shown     as government tax\n"
    spared = "  exempt    when spared is yes\n"
    first = f"  first     25.00 EUR per invoice exempt {spread}\n"
    whole = invoiced(head + tax, lines)
    for some in (spared, first, spared + first):
        part = invoiced(head + tax + some, lines)
        foots(part)
        for before, after in zip(whole.taxes, part.taxes, strict=True):
            assert abs(after.base + after.exempt - before.base) <= Decimal("0.000002")
            assert after.amount <= before.amount
            if some == first:
                assert after.exempt == min(before.base, 25)
            elif some == spared and lines < 2:
                assert after.exempt == 0


def test_the_order_of_taxes_in_the_text_means_nothing(invoiced: Invoiced, tmp_path: Path) -> None:
    head = HEAD.format(scope="invoice", mode="half-up")
    fee = "fee f\n  amount    99.99 EUR per month in advance\n  prorated  not\n"
    parts = [
        "tax a\n  percent   7% of charges, b\n  shown     as government tax\n",
        "tax b\n  percent   3% of charges, c\n  shown     as carrier charge\n",
        "tax c\n  percent   2% of charges\n  shown     as not billed\n",
    ]
    texts = [head + fee + "".join(order) for order in (parts, parts[::-1])]
    invoices = [invoiced(text, 2) for text in texts]
    assert [tax.amount for tax in invoices[0].taxes] == [tax.amount for tax in invoices[1].taxes]
    assert invoices[0].total == invoices[1].total
