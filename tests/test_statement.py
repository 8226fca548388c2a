"""Earlier bills and payments: the balance brought forward, and late fees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ratedsl.billing.bill import bill_cycle
from ratedsl.billing.invoice import Invoice
from ratedsl.billing.statement import apply_payments
from ratedsl.plan.load import load
from ratedsl.rating.events import Account, Line, Owed, Payment, Subscription
from ratedsl.rating.tables import PlanTables

PLAN = """
plan demo "Demo"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  due       14 days after close
  late      {late}
  rounding  half-up 0.01 EUR per item
fee monthly "Monthly fee"
  amount    10.00 EUR per month in advance
  prorated  not
"""


def owed(amount: str, month: int) -> Owed:
    return Owed(Decimal(amount), date(2026, month, 1), date(2026, month, 15))


def paid(amount: str, day: date) -> Payment:
    return Payment(Decimal(amount), day)


def invoice(
    folder: Path,
    bills: tuple[Owed, ...] = (),
    payments: tuple[Payment, ...] = (),
    late: str = "1.5% after 10 days",
) -> Invoice:
    """The bill of August 2026, which closes on 1 September."""
    path = folder / "demo.rate"
    path.write_text(PLAN.format(late=late))
    plan = load(path).plan
    assert plan is not None
    tables = PlanTables(plan)
    line = Line("L", subscriptions=(Subscription("demo", date(2026, 1, 1)),))
    account = Account("A", (line,), owed=bills, payments=payments)
    return bill_cycle(tables, account, [], tables.cycles.on(date(2026, 8, 1))).invoice


def test_a_bill_is_due_so_many_days_after_its_close(tmp_path: Path) -> None:
    found = invoice(tmp_path)
    assert found.due == date(2026, 9, 15)
    assert found.statement is None


def test_payments_go_to_the_oldest_bill_first() -> None:
    bills = [owed("20.00", 7), owed("30.00", 8)]
    left, went = apply_payments(
        bills, [paid("25.00", date(2026, 8, 2)), paid("40.00", date(2026, 8, 3))]
    )
    assert left == [0, 0]
    assert went[0] == ((date(2026, 7, 1), Decimal(20)), (date(2026, 8, 1), Decimal(5)))
    assert went[1] == ((date(2026, 8, 1), Decimal(25)),)


def test_the_statement_adds_up(tmp_path: Path) -> None:
    found = invoice(
        tmp_path,
        (owed("20.00", 7), owed("30.00", 8), owed("99.00", 9)),
        (
            paid("20.00", date(2026, 7, 31)),
            paid("25.00", date(2026, 8, 1)),
            paid("99.00", date(2026, 9, 1)),
        ),
    ).statement
    assert found is not None
    assert found.previous == Decimal("30.00")
    assert [one.day for one in found.payments] == [date(2026, 8, 1)]
    late_fee = Decimal("0.08")  # 1.5% of the 5.00 that were open on 25 August
    assert found.amount_due == Decimal("30.00") - Decimal("25.00") + Decimal("10.00") + late_fee


def test_too_much_paid_is_credit(tmp_path: Path) -> None:
    found = invoice(tmp_path, (owed("20.00", 8),), (paid("50.00", date(2026, 8, 2)),)).statement
    assert found is not None
    assert found.amount_due == Decimal("-20.00")


@pytest.mark.parametrize(
    ("day", "fee"), [(24, "0"), (25, "0"), (26, "0.30")], ids=["before", "on the day", "after"]
)
def test_a_late_fee_stands_on_what_is_open_that_day(tmp_path: Path, day: int, fee: str) -> None:
    found = invoice(tmp_path, (owed("20.00", 8),), (paid("20.00", date(2026, 8, day)),))
    assert found.total - found.subtotal == Decimal(fee)


@pytest.mark.parametrize(("month", "fee"), [(7, "0"), (8, "5.00"), (9, "0")])
def test_a_late_fee_is_charged_once(tmp_path: Path, month: int, fee: str) -> None:
    found = invoice(tmp_path, (owed("20.00", month),), late="5.00 EUR after 10 days")
    assert found.total - found.subtotal == Decimal(fee)
