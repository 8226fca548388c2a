"""A commitment per quarter from a database: over a change of plan, and with late usage."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk, rows

PLAN = """\
plan {name}
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  change    at once without credit, allowances reset
  late      usage {late}
  rounding  half-up 0.01 EUR per item
rate sms-{name} "Messages" for sms
  price     0.10 EUR per message
commitment least-{name} "At least"
  amount    9.00 EUR per quarter of usage before tax
  prorated  {prorated}
  counting  before discounts
"""
USAGE = """\
id,line,service,start,quantity,arrived
e1,L,sms,2026-01-10 10:00:00,30,
e2,L,sms,2026-02-10 10:00:00,10,{}
e3,L,sms,2026-02-20 10:00:00,20,
e4,L,sms,2026-03-20 10:00:00,15,
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Desk:
    monkeypatch.chdir(tmp_path)
    made = Desk(capsys)
    made.lines(("A", "L", "p", "2026-01-01", "2026-02-15"), ("A", "L", "q", "2026-02-15", ""))
    return made


def bills(desk: Desk, late: str, arrived: str, prorated: str = "not") -> list[dict[str, str]]:
    for name in "pq":
        desk.plan(name, PLAN.format(name=name, late=late, prorated=prorated))
    desk.usage(USAGE.format(arrived))
    found = desk.invoices(desk.plans, "A", "--through", "2026-04-30")
    return [rows(one) for one in found]


def test_each_plan_compares_its_own_charges_of_the_quarter(desk: Desk) -> None:
    """4.00 by the first plan, 3.50 by the second; both are compared on the bill of March."""
    assert bills(desk, "by correction", "") == [
        {"sms-p": "3"},
        {"sms-p": "1", "sms-q": "2"},
        {"sms-q": "1.5", "least-p": "5", "least-q": "5.5"},
        {},
    ]


def test_a_part_of_the_quarter_owes_a_part(desk: Desk) -> None:
    """45 of 90 days: 4.50 of each; the first plan's 4.00 lack 0.50, the second's 3.50 1.00."""
    found = bills(desk, "by correction", "", "by day, counting the first day")
    assert found[2] == {"sms-q": "1.5", "least-p": "0.5", "least-q": "1"}


@pytest.mark.parametrize("late", ["by correction", "on next invoice"])
def test_late_usage_within_the_quarter_still_counts(desk: Desk, late: str) -> None:
    found = bills(desk, late, "2026-03-10")
    assert found[1] == {"sms-q": "2"}
    assert found[2] == {"sms-p": "1", "sms-q": "1.5", "least-p": "5", "least-q": "5.5"}


def test_late_usage_after_the_quarter_corrects_what_was_owed(desk: Desk) -> None:
    found = bills(desk, "by correction", "2026-04-10")
    assert found[2] == {"sms-q": "1.5", "least-p": "6", "least-q": "5.5"}
    assert found[3] == {"sms-p": "1", "least-p": "-1"}


def test_on_the_next_invoice_what_was_owed_stays(desk: Desk) -> None:
    found = bills(desk, "on next invoice", "2026-04-10")
    assert found[2] == {"sms-q": "1.5", "least-p": "6", "least-q": "5.5"}
    assert found[3] == {"sms-p": "1"}
