"""Every invoice of every shipped plan over the sample foots in every format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from footing import ZERO, foots_in_every_form

from ratedsl.billing.bill import bill_cycles
from ratedsl.billing.invoice import Invoice
from ratedsl.billing.replay import by_clock_of, cycles_with_usage, on_plan, subscribes
from ratedsl.plan.load import load
from ratedsl.rating.events import Account, Owed, Payment
from ratedsl.rating.tables import PlanTables
from ratedsl.usage.sample import Sample, make_sample
from ratedsl.usage.store import Store

ROOT = Path(__file__).parent.parent
PLANS = [
    path for folder in ("plans", "plans/taxes") for path in sorted((ROOT / folder).glob("*.rate"))
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    make_sample(path, Sample(accounts=18, months=2))
    return path


def invoices(path: Path, usage: Path, most: int) -> Iterator[Invoice]:
    """Those of the plan's own accounts, or of the first ones as if they held it."""
    plan = load(path).plan
    assert plan is not None
    with Store.open(usage) as store:
        accounts = store.accounts()
        mine = [one for one in accounts if subscribes(one, plan.id)] or accounts[:most]
        for account in mine:
            tables = PlanTables(plan).of(account)
            held = in_debt(on_plan(account, plan))
            names = {line.id for line in held.lines}
            events = [one for one in store.events_of(account.id) if one.line in names]
            cycles = cycles_with_usage(tables, held, events)
            if cycles:
                for billed in bill_cycles(by_clock_of(tables, held), held, events, cycles):
                    yield billed.invoice


def in_debt(account: Account) -> Account:
    """Half of the accounts owe something, and have paid a part of it."""
    if sum(map(ord, account.id)) % 2:
        return account
    day = date(2026, 6, 1)
    owed = (Owed(Decimal("30.35"), day, day), Owed(Decimal("1000.00"), day + timedelta(1), day))
    paid = tuple(
        Payment(Decimal("20.40"), date(2026, month, 9), reference="bank") for month in (6, 7, 8)
    )
    return replace(account, owed=owed, payments=paid)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_what_is_printed_adds_up(path: Path, small: Path) -> None:
    seen = 0
    for invoice in invoices(path, small, 3):
        foots_in_every_form(invoice)
        seen += 1
    assert seen or path.stem == "smart-20-young"


@pytest.mark.slow
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_the_whole_sample_adds_up(path: Path, whole_sample: Path) -> None:
    for invoice in invoices(path, whole_sample, 30):
        foots_in_every_form(invoice)


EVERYTHING = """
plan all "All"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  due       14 days after close
  late      1.5% after 5 days
  exchange  0.92 EUR per USD
  exchange  1.17 EUR per GBP
  rounding  half-up 0.0001 EUR per event
  rounding  half-up 0.01 EUR per exchange
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per tax per invoice
  rounding  down 0.05 EUR per invoice
issuer lusitel "Lusitel, S.A."
  address   "Rua Augusta 1"
  contact   "800 200 300"
fee monthly "Monthly fee"
  amount    19.99 EUR per month in advance
  prorated  not
fee games "Games"
  amount    4.99 USD per month in advance
  prorated  not
  provider  "Arcade | World"
  description "Games, ordered by message"
fee films "Films"
  amount    3.33 GBP per month in advance
  prorated  not
  provider  "Films, Ltd."
  description "Films, ordered by message"
discount loyal "Loyalty"
  percent   7% of fees
  applies   before tax
discount gift "Gift"
  amount    1.00 EUR off fees
  applies   after tax
tax fund "Fund"
  percent   3.17% of charges
  shown     as carrier charge
tax vat "VAT"
  percent   23% of charges, fund
  level     country
  shown     as government tax
tax city "City tax"
  amount    0.37 EUR per line
  level     city
  shown     as government tax
tax levy "Levy"
  percent   1% of charges
  shown     as not billed
test "in three currencies"
  given     owed 30.00 EUR of 2026-08-01
  given     paid 12.34 EUR on 2026-08-02
  invoice   on 2026-09-01
  expect    item games 4.59 EUR
  expect    item films 3.90 EUR
"""


def test_several_currencies_and_everything_else_on_one_invoice(tmp_path: Path) -> None:
    from ratedsl.report.invoice import render_invoice
    from ratedsl.testing.run import run_tests

    path = tmp_path / "all.rate"
    path.write_text(EVERYTHING, encoding="utf-8")
    loaded = load(path)
    assert [str(one) for one in loaded.diagnostics] == []
    assert loaded.plan is not None
    found: list[Invoice] = []
    results = run_tests(loaded.plan, watch=lambda seen: found.extend(seen.invoices.values()))
    assert [one for one in results if not one.passed] == []
    (invoice,) = found
    foots_in_every_form(invoice)
    originals = {row.record: row.original for row in invoice.items if row.original}
    assert set(originals) == {"games", "films"}
    for form in ("text", "markdown"):
        shown = render_invoice(invoice, form, width=200)
        assert "4.99 USD" in shown
        assert "3.33 GBP" in shown
    assert sum((row.amount for row in invoice.items if row.provider), ZERO) == Decimal("8.49")
