"""What `rate --lint` tells an operator of a computed bill, apart from what its customer reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from ratedsl.billing.assemble import Billed
from ratedsl.billing.bill import bill_cycle
from ratedsl.billing.lint import lint_bill
from ratedsl.cli.main import main
from ratedsl.plan.load import load
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.tables import PlanTables

BOOKS = {"books": "given"}
FRAME = """
plan p "P"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per tax per invoice
"""
FEE = """
fee monthly "Monthly fee"
  amount    10.00 EUR per month in advance
  prorated  not
"""
VAT = """
tax vat "VAT"
  percent   23% of fees
"""


def bill(
    tmp_path: Path,
    text: str,
    cycle: str = "2026-05-01",
    events: Sequence[Event] = (),
    since: date = date(2026, 1, 1),
    **account: str,
) -> Billed:
    """The bill of a cycle for one line that holds the plan; events are at its tenth day's noon."""
    path = tmp_path / "p.rate"
    path.write_text(FRAME + text, encoding="utf-8")
    plan = load(path).plan
    assert plan is not None
    line = Line("L", subscriptions=(Subscription("p", since),), attributes=BOOKS)
    tables = PlanTables(plan)
    made = Account("A", (line,), segment=account.get("segment", ""))
    first = date.fromisoformat(cycle)
    start = tables.calendar.instant(first + timedelta(9), 12 * 3600)
    used = [replace(one, start=start) for one in events]
    return bill_cycle(tables, made, used, tables.cycles.on(first))


def found(billed: Billed) -> dict[str, str]:
    return {one.code: one.message for one in lint_bill(billed)}


def test_a_bill_in_order_has_no_findings(tmp_path: Path) -> None:
    assert found(bill(tmp_path, FEE + VAT)) == {}


def test_a_row_with_nothing_but_its_id(tmp_path: Path) -> None:
    text = FEE.replace(' "Monthly fee"', "") + VAT
    assert found(bill(tmp_path, text)) == {"W525": "the row `monthly` does not say what it is for"}
    described = text.replace("  prorated", '  description "Your plan"\n  prorated')
    assert found(bill(tmp_path, described)) == {}


def test_a_recovery_fee_and_an_unexplained_provider(tmp_path: Path) -> None:
    text = FEE + '  provider  "Arcade"\n' + VAT.replace('"VAT"', '"Regulatory recovery fee"')
    assert set(found(bill(tmp_path, text))) == {"W521", "W522"}


def test_a_bundle_that_is_taxed_whole_though_a_part_is_exempt(tmp_path: Path) -> None:
    text = (
        FEE
        + """
bundle duo "Phone and internet"
  splits    monthly
  part      phone 60.00 EUR
  part      internet 20.00 EUR
  when      books is kept
tax sales "Sales tax"
  percent   5% of charges
  exempt    internet
  shown     as government tax
"""
    )
    words = "`Sales tax` is charged on `Monthly fee`, which the plan exempts"
    assert found(bill(tmp_path, text)) == {"W526": words}
    assert found(bill(tmp_path, text.replace("books is kept", "books is given"))) == {}


def test_a_charge_below_zero_and_a_total_below_zero(tmp_path: Path) -> None:
    billed = bill(tmp_path, FEE)
    (row,) = billed.invoice.items
    below = row.model_copy(update={"amount": Decimal("-10.00")})
    sums = {"items": (below,), "subtotal": Decimal("-10.00"), "total": Decimal("-10.00")}
    billed.charges[0].amount = Fraction(-10)
    billed = replace(billed, invoice=billed.invoice.model_copy(update=sums))
    messages = [one.message for one in lint_bill(billed) if one.code == "W527"]
    assert messages == ["`Monthly fee` charges -10.00 EUR", "the bill's total is -10.00 EUR"]
    assert set(found(billed)) == {"W527"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ("subtotal", "the subtotal is 9.99, and what it is made of comes to 10"),
        ("tax_total", "the sum of the taxes is 9.99, and what it is made of comes to 2.3"),
        ("total", "the total is 9.99, and what it is made of comes to 12.3"),
    ],
)
def test_a_sum_that_is_not_that_of_its_rows(tmp_path: Path, changed: str, words: str) -> None:
    billed = bill(tmp_path, FEE + VAT)
    wrong = billed.invoice.model_copy(update={changed: Decimal("9.99")})
    messages = [one.message for one in lint_bill(replace(billed, invoice=wrong))]
    assert any(one.startswith(words) for one in messages), messages


def test_a_row_that_is_not_its_charge(tmp_path: Path) -> None:
    billed = bill(tmp_path, FEE)
    billed.charges[0].amount += 1
    assert set(found(billed)) == {"W528"}


def test_a_rise_is_told_in_money_on_the_first_bill_that_it_reaches(tmp_path: Path) -> None:
    text = FEE.replace(
        "  prorated", "  amount    11.50 EUR per month in advance from 2026-06-01\n  prorated"
    ).replace("in advance\n", "in advance from 2026-01-01\n", 1)
    words = "`Monthly fee` rises from 10.00 to 11.50 EUR a month, from 2026-06-01"
    assert found(bill(tmp_path, text, "2026-05-01")) == {"W529": words}
    assert found(bill(tmp_path, text, "2026-04-01")) == {}
    assert found(bill(tmp_path, text, "2026-06-01")) == {}


def test_a_rise_of_a_price_is_told_of_lines_that_used_it_and_held_the_plan_before(
    tmp_path: Path,
) -> None:
    text = """
rate calls "Calls" for voice
  price     0.10 EUR per min from 2026-01-01
  price     0.12 EUR per min from 2026-06-01
"""
    words = "`Calls` rises from 0.10 to 0.12 EUR, from 2026-06-01"
    call = Event("e", "L", "voice", 0, 60_000, called="+351210000000")

    def told(cycle: str, start: date, price: str = "0.12", used: bool = True) -> dict[str, str]:
        return found(bill(tmp_path, text.replace("0.12", price), cycle, [call] * used, start))

    assert told("2026-06-01", date(2026, 1, 1)) == {"W529": words}
    assert told("2026-05-01", date(2026, 1, 1)) == {}  # not yet
    assert told("2026-07-01", date(2026, 1, 1)) == {}  # told a bill ago
    assert told("2026-06-01", date(2026, 6, 1)) == {}  # never paid the old price
    assert told("2026-06-01", date(2026, 1, 1), "0.09") == {}
    assert told("2026-06-01", date(2026, 1, 1), used=False) == {}


def test_a_consumer_s_bill_without_contract_facts(tmp_path: Path) -> None:
    billed = bill(tmp_path, FEE, segment="consumer")
    message = found(billed)["W533"]
    for words in ("issuer", "due", "terms", "notice"):
        assert f"`{words}`" in message
    assert "ending" not in message
    assert found(bill(tmp_path, FEE, segment="business")) == {}


def test_findings_stand_beside_the_invoice_and_never_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "p.rate"
    plan.write_text(FRAME + FEE.replace(' "Monthly fee"', ""), encoding="utf-8")
    database = str(tmp_path / "u.db")
    for kind, text in {
        "accounts": "account,name\nA,Ana\n",
        "lines": "line,account\nL,A\n",
        "subscriptions": "line,plan,start\nL,p,2026-01-01\n",
    }.items():
        file = tmp_path / f"{kind}.csv"
        file.write_text(text, encoding="utf-8")
        assert main(["usage", "load", str(file), "--kind", kind, "--into", database]) == 0
    words = ["rate", str(plan), "--usage", database, "--cycle", "2026-05", "--account", "A"]
    for form in ("text", "json"):
        capsys.readouterr()
        assert main([*words, "--format", form]) == 0
        plain = capsys.readouterr()
        assert main([*words, "--format", form, "--lint"]) == 0
        linted = capsys.readouterr()
        assert linted.out == plain.out
        assert "W525" in linted.err
        assert "W525" not in plain.err
    assert [one["code"] for one in json.loads(linted.err)] == ["W525"]
    assert main([*words, "--lint", "--fail-level", "warning"]) == 1
    assert main([*words, "--fail-level", "warning"]) == 2
    assert main(["rate", str(plan), "--usage", database, "--lint"]) == 2
