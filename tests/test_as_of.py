"""`show` prints all that is in force on a day, and names each day on which something changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.cli.main import main

PLAN = """\
plan case "Case"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item

rate slices "Slices" for data
  matrix    slice
  cell      fast 0.60 EUR per GB from 2026-01-01
  cell      fast 0.70 EUR per GB from 2026-07-01
  cell      otherwise 0.30 EUR per GB from 2026-01-01
cost carried "Carried" for data
  matrix    slice
  cell      fast 0.20 EUR per GB from 2026-02-01
  cell      otherwise 0.10 EUR per GB from 2026-02-01
discount spend "Volume"
  tiers     volume of slices
  tier      up to 100.00 EUR 0% from 2026-01-01
  tier      above 5% from 2026-01-01
  tier      above 8% from 2026-10-01
  applies   before tax

test "a gigabyte"
  event     data for 1 GB at 2026-03-02 10:00 with slice fast
  expect    charge 0.60 EUR
"""


@pytest.fixture
def shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "case.rate"
    path.write_text(PLAN)

    def show(day: str) -> str:
        assert main(["show", str(path), "--as-of", day]) == 0
        return capsys.readouterr().out

    return show


def test_cells_and_tiers_are_those_of_the_day(shown) -> None:
    text = shown("2026-08-01")
    assert "fast: 0.70 EUR per GB" in text
    assert "0.60 EUR" not in text
    assert "otherwise: 0.10 EUR per GB" in text
    assert "5%" in text
    assert "8%" not in text


def test_a_cost_whose_cells_are_all_later_is_left_out(shown) -> None:
    assert "Carried" not in shown("2026-01-31")
    assert "Carried" in shown("2026-02-01")


def test_the_dates_of_cells_and_tiers_are_named(shown) -> None:
    assert "changes on    2026-01-01, 2026-02-01, 2026-07-01, 2026-10-01" in shown("2026-08-01")
