"""A credit note stands on one bill once, by the plan that charges by its record."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk, rows

PLAN = """\
plan {name}
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  change    at once without credit, allowances reset
{keeps}fee {fee} "Fee"
  amount    {amount} EUR per month in arrears from 2026-01-01
  amount    20.00 EUR per month in arrears from 2026-04-01
  prorated  not
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(capsys)


def test_a_credit_for_a_plan_that_was_left_is_given(desk: Desk) -> None:
    desk.plan("basic", PLAN.format(name="basic", fee="small", amount="10.00", keeps=""))
    desk.plan("pro", PLAN.format(name="pro", fee="large", amount="30.00", keeps=""))
    desk.lines(("A", "L", "basic", "2026-04-01", "2026-05-01"), ("A", "L", "pro", "2026-05-01", ""))
    desk.load("credits", "id,record,amount,day,account\nc1,small,3.00,2026-05-10,A\n")
    (bill,) = desk.invoices(desk.plans, "A", "--cycle", "2026-05")
    assert rows(bill) == {"large": "20", "small": "-3"}


def test_a_credit_counts_once_for_lines_of_several_kept_prices(desk: Desk) -> None:
    desk.plan(
        "old",
        PLAN.format(name="old", fee="small", amount="10.00", keeps="  keeps     price of signup\n"),
    )
    desk.lines(("A", "L1", "old", "2026-02-01", ""), ("A", "L2", "old", "2026-05-01", ""))
    desk.load("credits", "id,record,amount,day,account\nc1,small,3.00,2026-05-10,A\n")
    (bill,) = desk.invoices(desk.plans, "A", "--cycle", "2026-05")
    assert rows(bill) == {"small": "27"}
