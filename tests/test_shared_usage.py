"""E312 shows usage that both rates take; what only one of them takes is no conflict."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.plan.load import load

HEAD = """\
plan p
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
zone iberia
  prefix    +34
  prefix    +351
  network   214
"""


def two(first: str, second: str, whens: tuple[str, str] = ("", "")) -> str:
    return HEAD + "".join(
        f"rate r{number} for {match}\n"
        + (f"  when      {when}\n" if when else "")
        + f"  price     0.10 EUR per {'GB' if match.startswith('data') else 'min'}\n"
        for number, (match, when) in enumerate(zip((first, second), whens, strict=True))
    )


@pytest.mark.parametrize(
    ("text", "usage"),
    [
        (two("voice to iberia", "voice to +351"), "a call to +351"),
        (two("data", "data"), "data"),
        (two("voice roaming iberia", "voice roaming 214"), "a call from 214 abroad"),
        (two("voice roaming anywhere", "voice roaming anywhere"), "a call abroad"),
        (
            two("voice", "voice", ("direction is incoming", "direction in incoming, forwarded")),
            "an incoming call",
        ),
        (two("data", "data", ("apn in a, b", "apn is not a")), "data with apn b"),
        (
            two("voice", "voice", ("length > 60 s", "option is night")),
            "a call with quantity > 60 s and option night",
        ),
    ],
)
def test_the_usage_that_both_take_is_shown(text: str, usage: str, tmp_path: Path) -> None:
    path = tmp_path / "p.rate"
    path.write_text(text)
    (found,) = (one for one in load(path).diagnostics if one.code == "E312")
    assert found.label == f"both take {usage}"


@pytest.mark.parametrize(
    "whens",
    [
        ("", "direction is incoming"),
        ("", "direction in incoming, forwarded"),
        ("direction is not outgoing", "direction is outgoing"),
        ("length <= 60 s", "length > 60 s"),
    ],
)
def test_rates_of_other_usage_do_not_compete(whens: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "p.rate"
    path.write_text(two("voice", "voice", whens))
    assert load(path).diagnostics == ()
