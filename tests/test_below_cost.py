"""W554: prices below cost are found wherever a deck, a tier, a window or a date hides them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.plan.load import load
from ratedsl.testing.run import run_tests

HEAD = """\
plan p
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  sold      from 2026-01-01
  rounding  half-up 0.01 EUR per item
zone britain
  prefix    +44
"""
RETAIL = "rate calls for voice to britain\n  price     0.12 EUR per min\n"
DECK = 'deck calls from "retail.csv" for voice\n  priced    in EUR per min\n'
COST = 'cost carried from "cost.csv" for voice\n  priced    in EUR per min\n'


def told(tmp_path: Path, records: str, **decks: str) -> list[str]:
    """The messages of W554; each witness passes below the plan."""
    for name, rows in decks.items():
        (tmp_path / f"{name}.csv").write_text(rows)
    path = tmp_path / "p.rate"
    path.write_text(HEAD + records)
    loaded = load(path, prove=True)
    assert [one for one in loaded.diagnostics if one.is_error] == []
    found = [one for one in loaded.diagnostics if one.code == "W554"]
    for one in found:
        again = load(path, {path.resolve(): f"{HEAD}{records}\n{one.witness}\n"})
        assert again.plan is not None
        assert [ran.passed for ran in run_tests(again.plan)] == [True]
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("records", "decks", "words"),
    [
        # A finer cost than the zone: only mobiles cost more.
        (RETAIL + COST, {"cost": "prefix,price\n+44,0.01\n+447,0.15\n"}, "a call to +447"),
        # One row of many, in a deck for a deck.
        (
            DECK + COST,
            {
                "retail": "prefix,price\n" + "".join(f"+{n},0.{n:02}\n" for n in range(10, 100)),
                "cost": "prefix,price\n"
                + "".join(f"+{n},0.{n - 1 if n != 57 else 58:02}\n" for n in range(10, 100)),
            },
            "a call to +57",
        ),
        # From July on.
        (
            RETAIL + COST,
            {"cost": "prefix,price,from\n+44,0.01,2026-01-01\n+44,0.13,2026-07-01\n"},
            "on Wednesday 2026-07-01",
        ),
        # At night only.
        (
            "window night\n  hours     daily 22:00-06:00\nwindow day\n  hours     otherwise\n"
            "rate calls for voice to britain\n  price     0.12 EUR per min in day\n"
            "  price     0.04 EUR per min in night\n  across    windows by start\n" + COST,
            {"cost": "prefix,price\n+44,0.05\n"},
            "is charged 2.40 EUR and costs 3.00 EUR",
        ),
        # The second tier.
        (
            "rate calls for voice to britain\n  tiers     graduated per cycle counting all usage\n"
            "  tier      up to 1000 min 0.12 EUR per min\n  tier      above 0.04 EUR per min\n"
            + COST,
            {"cost": "prefix,price\n+44,0.05\n"},
            "is charged 2.40 EUR and costs 3.00 EUR",
        ),
        # Fees of a row.
        (
            RETAIL + COST,
            {"cost": "prefix,price,setup\n+44,0.01,\n+4420,0.01,9.00\n"},
            "a call to +4420",
        ),
        # What only some usage costs.
        (
            "rate data for data\n  price     1.00 EUR per GB\n"
            "cost fast for data\n  when      slice is fast\n  order     1\n"
            "  price     2.00 EUR per GB\ncost slow for data\n  order     2\n"
            "  price     0.50 EUR per GB\n",
            {},
            "with slice fast",
        ),
    ],
)
def test_a_price_below_cost_is_told(
    tmp_path: Path, records: str, decks: dict[str, str], words: str
) -> None:
    found = told(tmp_path, records, **decks)
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    ("records", "decks"),
    [
        (RETAIL + COST, {"cost": "prefix,price\n+44,0.01\n+447,0.11\n+33,9.00\n"}),
        (
            DECK + COST,
            {"retail": "prefix,price\n+44,0.2\n+33,0.1\n", "cost": "prefix,price\n+4,0.1\n"},
        ),
        (
            RETAIL + "cost earned for voice\n  paid      by x\n  price     9.00 EUR per min\n"
            "party x\n  rounding  half-up 0.01 EUR per item\n",
            {},
        ),
        (
            "rate free for voice\n  price     0.00 EUR per min\n" + COST,
            {"cost": "prefix,price\n+44,0.05\n"},
        ),
    ],
)
def test_a_price_that_pays_is_not(tmp_path: Path, records: str, decks: dict[str, str]) -> None:
    assert told(tmp_path, records, **decks) == []
