"""Corrections below zero, from the file to the bill: kept where a mapping says so, taken off the
usage that they are like or that they name, and shown at it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ratedsl.cli.main import main

PLAN = """\
plan corrected "Corrected"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  negative  credited
rate calls "Calls" for voice
  billed    60 s
  setup     0.05 EUR per call
  price     0.10 EUR per min
"""
MAPPING = """\
[record]
id = "id"
[time]
column = "at"
format = "%Y-%m-%d %H:%M:%S"
timezone = "Europe/Lisbon"
ambiguous = "first"
nonexistent = "forward"
[line]
column = "line"
[create]
plan = "corrected"
start = 2026-01-01
timezone = "Europe/Lisbon"
[service]
always = "voice"
[quantity.voice]
column = "seconds"
unit = "s"
rounding = "up"
negative = "kept"
[numbers]
called = "to"
[attributes]
corrects = "of"
"""
# Two calls of ten minutes to one number. One correction takes 60 s off the later call, another one
# names the first call and takes 121 s off that: 9 minutes, and 8 begun ones.
USAGE = """\
id,at,line,seconds,to,of
first,2026-03-01 10:00:00,L1,600,+351210000000,
later,2026-03-02 10:00:00,L1,600,+351210000000,
least,2026-03-03 10:00:00,L1,-60,+351210000000,
named,2026-03-04 10:00:00,L1,-121,+351210000000,first
lost,2026-03-05 10:00:00,L1,-60,+351210000001,
other,2026-03-06 10:00:00,L1,-60,+351210000000,none
"""


@pytest.fixture
def printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    for name, text in (("p.rate", PLAN), ("m.toml", MAPPING), ("u.csv", USAGE)):
        (tmp_path / name).write_text(text)
    database = str(tmp_path / "usage.db")
    imported = ["usage", "import", str(tmp_path / "u.csv"), "--mapping", str(tmp_path / "m.toml")]
    assert main([*imported, "--into", database]) == 0
    capsys.readouterr()

    def run(*words: str) -> str:
        assert main(["rate", str(tmp_path / "p.rate"), "--usage", database, *words]) == 0
        return capsys.readouterr().out

    return run


def test_a_bill_is_as_if_the_usage_had_never_been(printed: Callable[..., str]) -> None:
    invoice = json.loads(printed("--account", "L1", "--cycle", "2026-03", "--format", "json"))
    # 8 + 9 minutes and two setups.
    assert invoice["total"] == "1.8"
    assert invoice["outcomes"]["events"] == 6
    assert invoice["outcomes"]["reasons"] == [["negative", 2]]


def test_a_trace_shows_what_was_taken_off_and_by_what(printed: Callable[..., str]) -> None:
    shown = " ".join(printed("--trace", "--event", "first").split())
    assert "taken off by `named`" in shown and "7 min 59 s used, 8 min billed" in shown
    shown = " ".join(printed("--trace", "--event", "named").split())
    assert "taken off `first`" in shown and "it is taken off usage before it" in shown
