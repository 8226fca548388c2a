"""Cents that rating systems are known to lose."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from ratedsl.billing.bill import bill_cycle
from ratedsl.plan.load import load
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.tables import PlanTables

PLAN = """\
plan tiny "Tiny"
  currency  USD
  timezone  UTC
  cycle     monthly on day 1
  rounding  half-up 0.01 USD per item
rate sms for sms
  price     0.0004 USD per message
rate voice for voice
  billed    1 s
  price     0.10 USD per min
"""


@pytest.fixture
def tables(tmp_path: Path) -> PlanTables:
    path = tmp_path / "tiny.rate"
    path.write_text(PLAN)
    loaded = load(path)
    assert loaded.ok and loaded.plan is not None
    return PlanTables(loaded.plan)


def bill(tables: PlanTables, events: list[Event]) -> Decimal:
    account = Account("A", (Line("1", subscriptions=(Subscription("tiny", date(2026, 1, 1)),)),))
    return bill_cycle(tables, account, events, tables.cycles.on(date(2026, 3, 1))).invoice.total


@pytest.mark.parametrize(
    ("count", "total"),
    [(10_000, "4.00"), pytest.param(1_000_000, "400.00", marks=pytest.mark.slow)],
)
def test_events_at_0_0004_cost_what_all_of_them_come_to(
    tables: PlanTables, count: int, total: str
) -> None:
    message = Event("m", "1", "sms", 1_772_500_000_000, 1)
    assert bill(tables, [message] * count) == Decimal(total)


def test_180_seconds_at_0_10_per_minute_billed_per_second_cost_0_30(tables: PlanTables) -> None:
    call = Event("c", "1", "voice", 1_772_500_000_000, 180_000, called="+15550100")
    assert bill(tables, [call]) == Decimal("0.30")
    seconds = [Event(f"{n:03}", "1", "voice", 1_772_500_000_000 + n, 1000) for n in range(180)]
    assert bill(tables, seconds) == Decimal("0.30")


def test_a_third_is_never_rounded_on_the_way(tables: PlanTables) -> None:
    call = Event("c", "1", "voice", 1_772_500_000_000, 1000)
    account = Account("A", (Line("1", subscriptions=(Subscription("tiny", date(2026, 1, 1)),)),))
    billed = bill_cycle(tables, account, [call] * 7, tables.cycles.on(date(2026, 3, 1)))
    assert billed.charges[0].exact == Fraction(7, 600)
