"""W550: bills that fall when more is used, held or spent, and those that never do.

Each finding is confirmed by its witness, pasted below the plan; each case without one is a plan
in which something looks as if it fell.
"""

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
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per tax per invoice
"""
FEE = "fee monthly\n  amount    20.00 EUR per month in advance\n  prorated  not\n"
CALLS = "rate calls for voice\n  price     0.10 EUR per min\n"
TEXTS = "rate texts for sms\n  price     0.10 EUR per message\n"


def told(tmp_path: Path, records: str, plan: str = "") -> list[str]:
    """The messages of W550; every witness of any finding passes."""
    path = tmp_path / "p.rate"
    text = HEAD + plan + records
    path.write_text(text)
    loaded = load(path, prove=True)
    assert [one for one in loaded.diagnostics if one.is_error] == []
    for one in loaded.diagnostics:
        if one.witness:
            again = load(path, {path.resolve(): f"{text}\n{one.witness}\n"})
            assert again.plan is not None, again.diagnostics
            assert again.ok, again.diagnostics
            assert [ran.failures for ran in run_tests(again.plan) if not ran.passed] == []
    falling = [one for one in loaded.diagnostics if one.code == "W550"]
    assert all(one.witness for one in falling), falling
    return [one.message for one in falling]


def tiers(mode: str, *facts: str, of: str = "", span: str = "cycle") -> str:
    lines = "".join(f"  {one}\n" for one in facts)
    return f"rate x for {of or 'data'}\n  tiers     {mode} per {span} counting all usage\n{lines}"


FALLS = [
    # Tiers.
    (tiers("volume", "tier up to 5 GB 3 EUR per GB", "tier above 2 EUR per GB"), "6 GB cost less"),
    (
        tiers("volume", "tier below 5 GB 3 EUR per GB", "tier above 2 EUR per GB"),
        "5 GB cost less than 4999 MB: 10.00 EUR against 14.997 EUR",
    ),
    (
        tiers(
            *("stair-step", "tier up to 100 calls 9 EUR flat", "tier above 8 EUR flat"),
            of="voice",
        ),
        "101 events cost less than 100 events",
    ),
    (
        # Blocks of 10 MB never come to 105 MB: the fall lies between 100 and 110.
        tiers(
            *("volume", "billed 10 MB", "tier up to 105 MB 1 EUR per MB"),
            "tier above 0.50 EUR per MB",
        ),
        "cost less",
    ),
    (
        # Only from July on.
        tiers(
            *("volume", "tier up to 5 GB 3 EUR per GB"),
            *("tier above 3 EUR per GB from 2026-01-01", "tier above 2 EUR per GB from 2026-07-01"),
        ),
        "6 GB cost less",
    ),
    (
        tiers("volume", "free first 1 GB per cycle", "tier up to 5 GB 3 EUR per GB")
        + "  tier above 2 EUR per GB\n",
        "cost less",
    ),
    (
        # What is free does not count, and what is included does.
        tiers("volume", "tier up to 5 GB 3 EUR per GB", "tier above 2 EUR per GB")
        + "allowance two\n  grant     2 GB per cycle\n  covers    data\n  draws     actual units\n"
        "  ends      split\n  after     own rate\n",
        "cost less",
    ),
    (
        CALLS.replace("calls", "base")
        + "rate extra for voice\n  adds      to base\n"
        + "  tiers     volume per event counting all usage\n"
        + "  tier      up to 10 min 0.50 EUR per min\n  tier      above 0.05 EUR per min\n",
        "11 min cost less than 10 min",
    ),
    (
        "service payment\n  measured  in events\n  attribute amount money\n"
        "rate commission for payment\n  tiers     volume of amount per cycle counting all usage\n"
        "  tier      up to 1000.00 EUR 2.0%\n  tier      above 1.5%\n",
        "amount 1001 EUR cost less than amount 1000 EUR",
    ),
    # Rates that take over at some length.
    (
        "rate glance for voice\n  when      length <= 60 s\n  price     0.20 EUR per min\n"
        "rate talk for voice\n  when      length > 60 s\n  price     0.10 EUR per min\n",
        "66 s cost less than 1 min: 0.11 EUR against 0.20 EUR",
    ),
    (
        "rate small for data\n  when      volume < 1 GB\n  price     9.00 EUR per call\n"
        "rate large for data\n  when      volume >= 1 GB\n  price     5.00 EUR per call\n".replace(
            "per call", "per session"
        ),
        "cost less",
    ),
    # Items and lines.
    (
        "fee seat\n  amount    by tier per month per seat in arrears\n  tiers     volume\n"
        "  tier      up to 10 seats 12.00 EUR each\n  tier      above 9.00 EUR each\n"
        "  prorated  not\n",
        "11 seat cost less than 10: 99.00 EUR against 120.00 EUR",
    ),
    (
        "fee seat\n  amount    by tier per month per seat in advance\n  tiers     volume\n"
        "  tier      up to 10 seats 12.00 EUR each\n  tier      above 9.00 EUR each\n"
        "  prorated  not\n",
        "11 seat cost less than 10",
    ),
    (
        FEE + "discount lines\n  percent   60% of fees\n  applies   before tax\n"
        "  when      lines >= 2\n",
        "2 lines cost less than 1: 16.00 EUR against 20.00 EUR on one bill",
    ),
    (
        FEE + "discount lines\n  percent   60% of fees\n  applies   before tax\n"
        "  when      lines > 2 and segment is new\n",
        "3 lines cost less than 2",
    ),
    (
        "fee few\n  amount    20.00 EUR per month in advance\n  prorated  not\n"
        "  when      lines < 3\n"
        "fee many\n  amount    10.00 EUR per month in advance\n  prorated  not\n"
        "  when      lines >= 3\n",
        "3 lines cost less than 2: 30.00 EUR against 40.00 EUR on one bill",
    ),
    # What is spent.
    (
        CALLS + "discount spend\n  tiers     volume of calls\n  tier      up to 1000.00 EUR 0%\n"
        "  tier      above 5%\n  applies   before tax\n",
        "950.01 EUR against 1000.00 EUR on one bill",
    ),
    (
        TEXTS + "discount many\n  tiers     volume of texts\n  tier      below 100 messages 0%\n"
        "  tier      above 20%\n  applies   before tax\n",
        "100 messages of `texts` cost less than 99 messages: 8.00 EUR against 9.90 EUR",
    ),
    (
        FEE
        + TEXTS
        + "discount all\n  tiers     volume of charges\n  tier      up to 50.00 EUR 0%\n"
        "  tier      above 30%\n  applies   before tax\n",
        "301 messages of `texts` cost less than 300 messages",
    ),
    (
        CALLS + "commitment least\n  amount    50.00 EUR per cycle of usage before tax\n"
        "  prorated  not\n  counting  before discounts\n"
        "discount ten\n  percent   10% of calls\n  applies   before tax\n",
        "45.00 EUR against 50.00 EUR on one bill",
    ),
]


@pytest.mark.parametrize(("records", "words"), FALLS)
def test_a_bill_that_falls_is_told(tmp_path: Path, records: str, words: str) -> None:
    found = told(tmp_path, records)
    assert len(found) == 1
    assert words in found[0]


CLIMBS = [
    tiers("graduated", "tier up to 5 GB 3 EUR per GB", "tier above 0.01 EUR per GB"),
    tiers("package", "tier up to 5 GB 3 EUR per 1 GB", "tier above 1 EUR per 2 GB"),
    tiers("volume", "tier up to 5 GB 3 EUR per GB", "tier above 2 EUR per GB plus 5 EUR flat"),
    tiers("stair-step", "tier up to 5 GB 3 EUR flat", "tier above 3 EUR flat"),
    # At the bound a new block has begun, and costs as much as what was.
    tiers("volume", "tier up to 5 GB 1 EUR per GB", "tier above 5 EUR per started 10 GB"),
    tiers("volume", "tier up to 5 GB 3 EUR per GB", "tier above rejected"),
    # A cap that the first tier reaches: nobody ever sees the fall.
    tiers("volume", "tier up to 5 GB 3 EUR per GB", "tier above 2 EUR per GB")
    + "cap stop\n  amount    9.00 EUR per cycle of x before tax\n  then      free\n",
    # A minimum that holds both sides.
    "rate x for voice\n  minimum   5.00 EUR per call\n"
    "  tiers     volume per event counting all usage\n"
    "  tier      up to 1 min 0.20 EUR per min\n  tier      above 0.10 EUR per min\n",
    # No block of a minute ends between the two bounds.
    "rate x for voice\n  billed    60 s\n  tiers     volume per event counting all usage\n"
    "  tier      up to 90 s 0.10 EUR per min\n  tier      above 0.10 EUR per min\n",
    "rate glance for voice\n  when      length <= 60 s\n  price     0.10 EUR per min\n"
    "rate talk for voice\n  when      length > 60 s\n  price     0.20 EUR per min\n",
    "rate glance for voice\n  when      length <= 60 s\n  price     0.20 EUR per min\n"
    "rate talk for voice\n  when      length > 60 s\n  price     0.10 EUR per min\n"
    "  setup     0.10 EUR per call\n",
    "fee seat\n  amount    by tier per month per seat in arrears\n  tiers     volume\n"
    "  tier      up to 10 seats 12.00 EUR each\n  tier      above 120.00 EUR flat\n"
    "  prorated  not\n",
    FEE + "discount lines\n  percent   50% of fees\n  applies   before tax\n"
    "  when      lines >= 2\n",
    FEE + "discount second\n  amount    20.00 EUR off fees\n  applies   before tax\n"
    "  when      lines >= 2\n",
    CALLS + "discount spend\n  tiers     graduated of calls\n  tier      up to 1000.00 EUR 0%\n"
    "  tier      above 5%\n  applies   before tax\n",
    # A limit holds what is taken off to less than a step of the bill.
    TEXTS + "discount many\n  tiers     volume of texts\n  tier      up to 100 messages 0%\n"
    "  tier      above 20%\n  applies   before tax\n  limit     0.05 EUR per invoice\n",
    CALLS + "commitment least\n  amount    50.00 EUR per cycle of usage before tax\n"
    "  prorated  not\n  counting  after discounts\n"
    "discount ten\n  percent   10% of calls\n  applies   before tax\n",
    # The discount is of another charge than the commitment.
    FEE + CALLS + "commitment least\n  amount    50.00 EUR per cycle of usage before tax\n"
    "  prorated  not\n  counting  before discounts\n"
    "discount ten\n  percent   10% of monthly\n  applies   before tax\n",
]


@pytest.mark.parametrize("records", CLIMBS)
def test_a_bill_that_never_falls_is_not(tmp_path: Path, records: str) -> None:
    assert told(tmp_path, records) == []


def test_a_fall_of_which_a_charge_has_no_end_is_told_without_a_witness(tmp_path: Path) -> None:
    path = tmp_path / "p.rate"
    text = tiers("volume", "tier up to 5 GB 1 EUR per 7 GB", "tier above 1 EUR per 9 GB")
    path.write_text(HEAD + text)
    (found,) = load(path, prove=True).diagnostics
    assert found.code == "W550"
    assert "cost less than 5 GB" in found.message
    assert found.witness == ""
