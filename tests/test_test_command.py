"""`ratedsl test`: which tests run, and what each form says of them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ratedsl.cli.main import main

PLAN = """\
plan p
  currency  EUR
  timezone  UTC
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
rate messages for sms
  price     0.10 EUR per message
test "one message"
  event     sms at 2026-03-02 10:00
  expect    charge 0.10 EUR
test "Two <messages> & more"
  event     sms at 2026-03-02 10:00 2 times
  expect    charge 0.30 EUR
"""


@pytest.fixture
def plan(tmp_path: Path) -> str:
    (tmp_path / "p.rate").write_text(PLAN)
    return str(tmp_path / "p.rate")


def test_a_failure_says_what_was_expected_and_what_came(plan, capsys) -> None:
    assert main(["test", plan]) == 1
    printed = capsys.readouterr().out
    assert "p.rate:13: expected charge 0.30 EUR" in printed
    assert "got 0.2 EUR" in printed and "1 passed, 1 failed" in printed


def test_k_chooses_by_title(plan, capsys) -> None:
    assert main(["test", plan, "-k", "ONE"]) == 0
    assert "1 passed" in capsys.readouterr().out
    assert main(["test", plan, "-k", "three"]) == 1
    assert "three" in capsys.readouterr().err


def test_junit_and_json_hold_the_same_results(plan, capsys) -> None:
    assert main(["test", plan, "--format", "junit"]) == 1
    suite = ElementTree.fromstring(capsys.readouterr().out)[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["one message", "Two <messages> & more"]
    assert main(["test", plan, "--format", "json"]) == 1
    results = json.loads(capsys.readouterr().out)["files"][0]["tests"]
    assert [one["passed"] for one in results] == [True, False]


def test_a_plan_with_errors_is_not_run(tmp_path: Path, capsys) -> None:
    (tmp_path / "bad.rate").write_text(PLAN.replace("EUR\n  timezone", "EURO\n  timezone"))
    assert main(["test", str(tmp_path / "bad.rate")]) == 1
    assert "not run" in capsys.readouterr().out
    assert main(["test", str(tmp_path / "bad.rate"), "--format", "junit"]) == 1
    assert ElementTree.fromstring(capsys.readouterr().out)[0].get("errors") == "1"
