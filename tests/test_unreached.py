"""Warnings of what a plan says in vain: given where the plan proves it, and a day beside not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.plan.load import load

KEPT = """\
plan p
  currency  EUR
  timezone  UTC
  cycle     monthly on day 1
  sold      from 2026-01-01 through 2026-06-30
  keeps     price of signup{keeps}
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per event
fee monthly
  amount    10.00 EUR per month in advance from 2026-01-01
  amount    12.00 EUR per month in advance from {day}
  prorated  not
"""
WALLETS = """\
plan p
  currency  EUR
  timezone  UTC
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per event
rate calls for voice
  price     0.10 EUR per min
wallet first
  held      per {who}
  pays      {pays}
  after     {after}
  order     1
wallet second
  held      per line
  pays      calls
  after     invoiced
  order     2
"""


def codes(path: Path, text: str) -> list[str]:
    path.write_text(text)
    return [one.code for one in load(path).diagnostics]


@pytest.mark.parametrize(
    ("keeps", "day", "expected"),
    [
        ("", "2026-06-30", []),
        ("", "2026-07-01", ["W510"]),
        ("", "2026-07-02", ["W510"]),
        (" for 12 months", "2026-07-01", []),
        ("\n  moves     to current on 2026-06-30", "2026-07-01", ["W511"]),
        ("\n  moves     to current on 2026-07-01", "2026-07-01", []),
        ("\n  moves     to current on 2026-07-02", "2026-07-01", []),
    ],
)
def test_prices_that_lines_keep(tmp_path: Path, keeps: str, day: str, expected: list[str]) -> None:
    assert codes(tmp_path / "p.rate", KEPT.format(keeps=keeps, day=day)) == expected


@pytest.mark.parametrize(
    ("who", "pays", "after", "expected"),
    [
        ("line", "calls", "invoiced", ["W512"]),
        ("line", "calls", "next wallet", []),
        ("account", "calls", "invoiced", []),
        ("line", "fees", "invoiced", ["W512"]),
    ],
)
def test_wallets(tmp_path: Path, who: str, pays: str, after: str, expected: list[str]) -> None:
    text = WALLETS.format(who=who, pays=pays, after=after)
    assert codes(tmp_path / "p.rate", text) == expected
