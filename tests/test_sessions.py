"""Splitting a session into legs changes nothing where the plan says that it does not matter."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import pytest

from ratedsl.billing.bill import bill_cycles
from ratedsl.billing.since import with_earlier_legs
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.parts import Outcome
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.tables import PlanTables

FRAME = """\
plan case "Case"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-even 0.01 EUR per event
  rounding  half-up 0.01 EUR per item
window night
  hours     daily 22:00-06:00
window day
  hours     otherwise
rate calls for voice
"""
TERMS = {
    "increments": """
  billed    60 s then 7 s
  setup     0.11 EUR per call
  price     0.37 EUR per min
""",
    "lengths": """
  billed    1 s until 30 s then 60 s edge starts next
  price     0.37 EUR per min
""",
    "least units": """
  minimum   45 s per call
  billed    12 s
  price     0.37 EUR per min
""",
    "first units": """
  price     0.30 EUR per min first 50 s
  price     0.10 EUR per min
""",
    "limits": """
  price     0.30 EUR per min
  minimum   0.20 EUR per call
  maximum   0.45 EUR per call, then free
""",
    "cut": """
  price     0.30 EUR per min
  maximum   0.45 EUR per call, then cut
""",
    "grace": """
  grace     40 s per call
  billed    30 s
  price     0.30 EUR per min
""",
    "free units": """
  free      first 35 s per call
  billed    10 s
  price     0.30 EUR per min
""",
    "free events": """
  free      first 1 call per day
  price     0.30 EUR per min
""",
    "bands": """
  tiers     volume per call counting all usage
  tier      up to 60 s 0.60 EUR per min
  tier      above 0.20 EUR per min plus 0.10 EUR flat
""",
    "totals": """
  tiers     graduated per cycle counting all usage
  tier      up to 3 min 0.60 EUR per min
  tier      above 0.20 EUR per min
""",
    "per call": """
  attempt   0.05 EUR per call
  unanswered charged
  price     0.20 EUR per call
""",
    "restart": """
  billed    60 s
  price     0.60 EUR per min in day
  price     0.30 EUR per min in night
  across    windows split, increments restart
""",
    "by start": """
  billed    60 s
  price     0.60 EUR per min in day
  price     0.30 EUR per min in night
  across    windows by start
""",
    "per day": """
  billed    60 s per day
  price     0.37 EUR per min
""",
}
ALLOWANCES = {
    "none": "",
    "split": "ends      split\n  after     own rate",
    "whole": "ends      whole event\n  after     own rate",
    "priced": "ends      split\n  after     0.90 EUR per min",
}


def plan_of(terms: str, allowance: str, path: Path) -> Plan:
    text = FRAME + TERMS[terms].lstrip("\n")
    if ALLOWANCES[allowance]:
        text += "allowance talk\n  grant     2 min per cycle\n  covers    voice\n"
        text += f"  draws     billed units in 20 s steps\n  {ALLOWANCES[allowance]}\n"
    file = path / "case.rate"
    file.write_text(text)
    loaded = load(file)
    assert loaded.diagnostics == (), terms
    assert loaded.plan is not None
    return loaded.plan


def event(start: int, seconds: int, session: str, number: int) -> Event:
    attributes = MappingProxyType({"session": session})
    return Event(
        f"{number:04}", "1", "voice", start, seconds * 1000, "", "+1", attributes=attributes
    )


def account(plan: Plan) -> Account:
    return Account("a", (Line("1", subscriptions=(Subscription(plan.id, date(2026, 1, 1)),)),))


def rate(tables: PlanTables, events: list[Event]) -> tuple[Fraction, dict[Outcome, int]]:
    rater = AccountRater(tables, account(tables.plan), tables.cycles.at(events[0].start))
    charge, units = Fraction(0), dict.fromkeys(Outcome, 0)
    for rated in rater.rate_all(events):
        charge += rated.whole_charge
        assert sum(part.units for part in rated.parts) == rated.billed
        assert rated.parts
        for part in rated.parts:
            units[part.outcome] += part.units
    return charge, units


@pytest.mark.parametrize("allowance", ALLOWANCES)
@pytest.mark.parametrize("terms", TERMS)
def test_legs_cost_what_their_session_costs(terms: str, allowance: str, tmp_path: Path) -> None:
    tables = PlanTables(plan_of(terms, allowance, tmp_path))
    luck = random.Random(f"{terms} {allowance}")
    evening = tables.calendar.instant(tables.day(1_772_445_600_000), 21 * 3600 + 58 * 60)
    for _ in range(60):
        whole, legs, start = [], [], evening
        for number in range(3):
            lengths = [luck.choice([1, 5, 29, 30, 31, 60, 61]) for _ in range(luck.randint(1, 4))]
            name = f"s{number}"
            whole.append(event(start, sum(lengths), name, 10 * number))
            for index, length in enumerate(lengths):
                legs.append(event(start, length, name, 10 * number + index))
                start += length * 1000
        alone, units_alone = rate(tables, whole)
        split, units_split = rate(tables, legs)
        assert split == alone, (lengths, units_alone, units_split)
        if terms != "grace":
            # What is free by grace for the moment is billed with the leg that outlasts it.
            assert units_split == units_alone


def test_a_bill_by_itself_finds_the_sessions_that_began_before(tmp_path: Path) -> None:
    plan = plan_of("increments", "none", tmp_path)
    tables = PlanTables(plan)
    month = 31 * 86_400_000
    start = tables.calendar.instant(tables.day(1_767_571_200_000), 0)
    events = [event(start + n * month, 20 + n, "s", n) for n in range(4)]
    cycles = [tables.cycles.at(one.start) for one in events]
    together = [one.invoice for one in bill_cycles(tables, account(plan), events, cycles)]

    def load_from(low: int, high: int) -> list[Event]:
        return [one for one in events if low <= one.start < high]

    for cycle, expected in zip(cycles, together, strict=True):
        late = [one for one in events if cycle.start_ms <= one.start < cycle.end_ms]
        found = with_earlier_legs(tables.cycles, late, cycle, load_from)
        (billed,) = bill_cycles(tables, account(plan), found, [cycle])
        assert billed.invoice == expected
