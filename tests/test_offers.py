"""What a plan `offers`: each hole of it is told, together and with a witness, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.load import load
from ratedsl.testing.run import run_tests

HEAD = """\
plan p
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
{offers}zone national
  prefix    +351
  network   268
zone iberia
  includes  national
  prefix    +34
  network   214
zone madeira
  prefix    +351291
"""
CALLS = "rate calls for voice to national\n  price     0.10 EUR per min\n"


def found(tmp_path: Path, offers: str, records: str) -> list[Diagnostic]:
    """What is told of usage without a rate; each witness passes below the plan."""
    path = tmp_path / "p.rate"
    facts = "".join(f"  offers    {one}\n" for one in offers.split("; "))
    text = HEAD.format(offers=facts) + records
    path.write_text(text)
    told = [one for one in load(path, prove=True).diagnostics if one.code != "W560"]
    assert [one.code for one in told if one.code != "W530"] == []
    for one in told:
        again = load(path, {path.resolve(): f"{text}\n{one.witness}\n"})
        assert again.plan is not None
        ran = run_tests(again.plan)
        assert ran
        assert all(test.passed for test in ran)
    return told


@pytest.mark.parametrize(
    ("offers", "records"),
    [
        ("voice to national", CALLS),
        ("voice to national", "rate calls for voice\n  price     0.10 EUR per min\n"),
        # Longer prefixes that other rates take belong to what is offered too.
        ("voice to national", CALLS + CALLS.replace("calls", "island").replace("national", "291")),
        (
            "voice to national",
            CALLS + "rate island for voice to madeira\n"
            "  tiers     graduated per event counting all usage\n  tier      above rejected\n",
        ),
        # A wide rate takes what the offer names by longer prefixes.
        ("voice to iberia", "rate calls for voice to +3\n  price     0.10 EUR per min\n"),
        ("voice to national when length < 10 min", CALLS + "  when      length < 10 min\n"),
        # What comes in is not offered by a word on calls.
        ("voice", "rate calls for voice\n  price     0.10 EUR per min\n"),
        (
            "voice to national",
            "allowance all\n  grant     10 min per cycle\n  covers    voice to national\n"
            "  draws     actual units\n  ends      split\n  after     blocked\n",
        ),
    ],
)
def test_what_has_a_rate_is_offered(tmp_path: Path, offers: str, records: str) -> None:
    assert found(tmp_path, offers, records) == []


@pytest.mark.parametrize(
    ("offers", "records", "words"),
    [
        ("voice to iberia", CALLS, "a call to +340000000 on"),
        ("sms to national", CALLS, "a message to +351000000 on"),
        ("voice", CALLS, "nor has any without a number"),
        ("voice to iberia roaming iberia", CALLS, "a call to +340000000 from 21400 abroad"),
        ("voice to national when direction is incoming", CALLS, "an incoming call to +351000000"),
        ("data when apn in a, b", CALLS, "data with apn a on"),
        ("data when apn in a, b", CALLS, "nor has any with apn b"),
        ("voice to national", CALLS + "  when      length < 10 min\n", "for 10 min has no rate"),
        (
            "voice roaming iberia",
            CALLS + "rate abroad for voice roaming 21403\n  price     1.00 EUR per min\n",
            "a call to +351000000 from 21410 abroad",
        ),
    ],
)
def test_each_hole_of_an_offer_is_told(
    tmp_path: Path, offers: str, records: str, words: str
) -> None:
    (told,) = found(tmp_path, offers, records)
    assert words in told.message
    assert told.label == "the plan offers it"


def test_holes_that_one_rate_mends_are_one_finding(tmp_path: Path) -> None:
    """Two allowances and an offer speak of the same calls: it is told once, with all three."""
    covers = "".join(
        f"allowance {name}\n  grant     10 min per cycle\n  covers    voice to iberia\n"
        f"  draws     actual units\n  ends      split\n  after     own rate\n"
        f"  order     {order}\n"
        for order, name in enumerate(("one", "two"))
    )
    (told,) = found(tmp_path, "voice to iberia", CALLS + covers)
    assert [label.text for label in told.related] == [
        "`one` leaves what is over to its rate",
        "`two` leaves what is over to its rate",
    ]


def test_a_plan_that_extends_another_has_its_offers_or_its_own(tmp_path: Path) -> None:
    base = HEAD.format(offers="  offers    voice to national\n  offers    sms to national\n")
    messages = "rate messages for sms\n  price     0.10 EUR per message\n"
    (tmp_path / "base.rate").write_text(base + CALLS + messages)
    path = tmp_path / "p.rate"
    text = 'use "base.rate"\nplan q\n  extends   p\n  drops     rate messages\n'
    path.write_text(text)
    told = [one for one in load(path, prove=True).diagnostics if one.code != "W560"]
    assert [one.message.split(" on ")[0] for one in told] == ["a message to +351000000"]
    path.write_text(text + "  offers    voice to national\n")
    assert [one for one in load(path, prove=True).diagnostics if one.code != "W560"] == []


def test_an_offer_of_an_unknown_place_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "p.rate"
    path.write_text(HEAD.format(offers="  offers    voice to nationl\n") + CALLS)
    assert [one.code for one in load(path, prove=True).diagnostics] == ["E101"]
