"""What reads well but would bill something else than it says is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.checks.codes import FRAME
from ratedsl.plan.load import load

REFUSED = {
    "a fee that is charged every month and then once": (
        "E311",
        "fee f\n  amount 30.00 EUR per month in advance from 2026-01-01\n"
        "  amount 90.00 EUR once from 2026-07-01\n  prorated not\n",
    ),
    "an allowance in the rest of nothing": (
        "E207",
        "rate r for voice\n  price 0.10 EUR per min\n"
        "allowance a\n  grant 10 min per cycle\n  covers voice in off-peak\n"
        "  draws billed units\n  ends split\n  after own rate\n",
    ),
}


def test_a_tax_grossed_up_with_one_that_has_mistakes(tmp_path: Path) -> None:
    (tmp_path / "p.rate").write_text(
        FRAME + "tax one\n  percent 5% of usage\n  added grossed up with two\n"
        "  shown as government tax\n"
        "tax two\n  percent 500% of usage\n  moves to current on 2028-01-01\n"
        "  added grossed up with one\n  shown as government tax\n"
    )
    found = {one.code for one in load(tmp_path / "p.rate").diagnostics}
    assert found
    assert found <= {"E003", "E315"}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_one_finding(name: str, tmp_path: Path) -> None:
    code, text = REFUSED[name]
    (tmp_path / "p.rate").write_text(FRAME + text)
    assert [one.code for one in load(tmp_path / "p.rate").diagnostics] == [code]


def test_what_a_test_cannot_be_given_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "p.rate").write_text(
        FRAME + "rate r for voice\n  price 0.10 EUR per min\n"
        "allowance minutes\n  grant 10 min per cycle\n  covers voice\n"
        "  draws billed units\n  ends split\n  after own rate\n"
        'test "t"\n  given mintues 3 of\n  event voice for 60 s at 2026-03-02 10:00\n'
        "  expect charge 0 EUR\n"
    )
    found = load(tmp_path / "p.rate").diagnostics
    assert [(one.code, one.help) for one in found] == [("E403", "did you mean `minutes`?")]


def test_caps_discounts_and_taxes_name_decks(tmp_path: Path) -> None:
    (tmp_path / "deck.csv").write_text("prefix,price\n+33,0.10\n")
    (tmp_path / "p.rate").write_text(
        FRAME + 'deck d from "deck.csv" for voice\n  priced in EUR per min\n'
        "cap c\n  amount 5.00 EUR per cycle of d before tax\n  then blocked\n"
        "discount x\n  percent 10% of d\n  applies before tax\n"
        "tax t\n  percent 5% of d\n  shown as government tax\n"
    )
    assert load(tmp_path / "p.rate").diagnostics == ()
