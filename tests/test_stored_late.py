"""Late usage of a database: on the bills, in the totals, in margins, and in traces."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.desk import Desk, amounts, rows

PLAN = """\
plan {name}
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  change    at once without credit, allowances kept
  late      usage {late}
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per event
rate messages "Messages" for sms
  price     {price} EUR per message
wallet main "Balance"
  held      per line
  pays      messages
  after     invoiced
allowance some "2 messages"
  grant     2 messages per cycle
  covers    sms
  draws     actual units
  ends      split
  after     own rate
cost carry for sms
  price     0.11 EUR per message
"""
USAGE = """\
id,line,service,start,quantity,arrived
e1,L,sms,2026-01-06 10:00:00,1,
e2,L,sms,2026-01-10 10:00:00,3,2026-02-10
e3,L,sms,2026-01-25 10:00:00,1,2026-02-11
e4,L,sms,2026-01-28 10:00:00,4,
e5,L,sms,2026-02-12 10:00:00,4,
e6,L,sms,2026-02-20 10:00:00,1,2026-03-05
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Desk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")  # so that no words of a trace are cut
    made = Desk(capsys)
    made.lines(("A", "L", "p", "2026-01-01", "2026-01-20"), ("A", "L", "q", "2026-01-20", ""))
    made.load("top-ups", "id,wallet,amount,at,line\nt1,main,1.00,2026-01-02 10:00+00:00,L\n")
    made.usage(USAGE)
    return made


def plans(desk: Desk, late: str) -> Path:
    for name, price in (("p", "0.40"), ("q", "0.50")):
        desk.plan(name, PLAN.format(name=name, price=price, late=late))
    return desk.plans


def test_bills_of_two_plans_with_a_wallet_take_late_usage_once(desk: Desk) -> None:
    """All in time, two of the four messages by 20 January are free, and the wallet pays 0.80 for
    the others and 0.20 of the 2.50 after it. Of February two are free; the last costs 0.50."""
    corrected = desk.invoices(plans(desk, "by correction"))
    # January knew five of nine: one free by 20 January, one after, three at 0.50, 1.00 paid.
    assert amounts(corrected) == ["0.5", "2.8", "0.5"]
    following = desk.invoices(plans(desk, "on next invoice"))
    assert amounts(following) == amounts(corrected)
    assert [one.outcomes.events for one in following] == [2, 3, 1]
    for one, made in zip(following, corrected, strict=True):
        assert one.balances == made.balances
    closing = [[use.closing for use in one.balances] for one in following]
    assert closing == [[0], [0], [0]]
    february = json.loads(desk.rate(desk.plans, "--cycle", "2026-02", "--format", "json"))
    (total,) = february["plans"]
    assert (total["total"], total["events"]) == ("2.8", 3)
    # What its six events cost: nine messages, one of them in March.
    margins = json.loads(desk.rate(desk.plans, "--account", "A", "--margin", "--format", "json"))
    assert [one["cost"] for one in margins] == ["0.55", "0.88", "0.11"]


def test_a_trace_knows_when_an_event_arrived(desk: Desk) -> None:
    folder = plans(desk, "on next invoice")

    def trace(event: str) -> str:
        return " ".join(desk.rate(folder, "--trace", "--event", event).split())

    arrived = "it arrived on 2026-02-10, after the bill of 2026-02-01 had closed"
    assert f"{arrived}: it stands on the bill of 2026-03-01" in trace("e2")
    # When January was billed, the fourth had one free message left, and the wallet 1.00.
    fourth = trace("e4")
    assert "1 message covered by `some`" in fourth and "1 paid by `main`, which held 1" in fourth
    assert "as the bill of 2026-02-01 had it: usage before it arrived later" in fourth
    assert "arrived" not in trace("e1") and "arrived" not in trace("e5")
    rows_of = desk.rate(folder, "--account", "A", "--cycle", "2026-02", "--trace")
    assert "late, of 2026-01-01 to 2026-01-31" in rows_of
    assert "2026-01-10 10:00:00" in rows_of and "2026-01-25 10:00:00" in rows_of


def test_one_bill_alone_is_that_among_all(desk: Desk) -> None:
    for late in ("on next invoice", "by correction"):
        folder = plans(desk, late)
        every = desk.invoices(folder)
        for month, one in zip(("2026-01", "2026-02", "2026-03"), every, strict=True):
            (alone,) = desk.invoices(folder, "A", "--cycle", month)
            assert alone == one and rows(alone) == rows(one)
