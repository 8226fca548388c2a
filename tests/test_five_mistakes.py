"""All mistakes of a run at once, each at its place; and what stops a run is one clear line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ratedsl.cli.main import main

FIVE = """\
plan five "Five mistakes"
  currency  EURO
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item

rate calls for voice to nowhere
  price     0.10 EUR per min
  pirce     0.20 EUR per min

fee monthly "Monthly fee"
  amount    20.00 EUR per month in advance from 2026-02-30
  prorated  by day counting the first day
"""


def ratedsl(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ratedsl", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_five_mistakes_give_five_findings_with_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "five.rate").write_text(FIVE)
    done = ratedsl("check", "five.rate", "--format", "concise", cwd=tmp_path)
    assert done.returncode == 1
    *found, summary = done.stdout.splitlines()
    assert [line.split(" ")[:2] for line in found] == [
        ["five.rate:2:13:", "error[E301]"],
        ["five.rate:7:25:", "error[E101]"],
        ["five.rate:9:3:", "error[E003]"],
        ["five.rate:12:49:", "error[E201]"],
        ["five.rate:13:20:", "error[E001]"],
    ]
    assert summary.endswith("5 errors")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "missing.rate"), "missing.rate does not exist"),
        (("check", "empty"), "empty holds no .rate file"),
        (("check", "folder.rate"), "folder.rate holds no .rate file"),
        (("check", "good.rate", "missing.rate"), "missing.rate does not exist"),
        (("show", "folder.rate"), "folder.rate is a folder"),
        (("rate", "folder.rate", "--usage", "text.db"), "folder.rate holds no .rate file"),
        (("test", "missing.rate"), "missing.rate does not exist"),
        (("check",), "no folder plans/"),
        (("show", "missing.rate"), "missing.rate does not exist"),
        (("show", "empty"), "empty is a folder"),
        (("show", "good.rate", "--as-of", "yesterday"), "no date"),
        (("rate", "good.rate", "--usage", "missing.db"), "missing.db"),
        (("rate", "good.rate", "--usage", "text.db"), "text.db"),
        (("rate", "good.rate", "--usage", "empty"), "empty"),
        (("rate", "good.rate", "--usage", "text.db", "--cycle", "2026-13"), "no bill cycle"),
        (("rate", "good.rate", "--usage", "text.db", "--trace"), "--account"),
        (("usage", "stats", "--usage", "missing.db"), "missing.db"),
        (("usage", "import", "missing.csv", "--into", "x.db", "--mapping", "no.toml"), "no.toml"),
        (("explain", "E999"), "no code"),
        (("chekc",), "check"),
    ],
)
def test_what_stops_a_run_is_one_line_and_exit_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder.rate").mkdir()
    (tmp_path / "text.db").write_text("this is no database\n" * 100)
    (tmp_path / "good.rate").write_text(
        "plan good\n  currency EUR\n  timezone UTC\n  cycle monthly on day 1\n"
    )
    monkeypatch.chdir(tmp_path)
    assert main(list(words)) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert "Traceback" not in printed.err + printed.out
    assert len([line for line in printed.err.splitlines() if "ratedsl: " in line]) <= 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_exit_2(tmp_path: Path) -> None:
    (tmp_path / "locked.rate").write_text(FIVE)
    (tmp_path / "locked.rate").chmod(0)
    done = ratedsl("check", "locked.rate", cwd=tmp_path)
    assert done.returncode == 2 and "cannot read" in done.stderr


def test_a_broken_plan_rates_nothing_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "five.rate").write_text(FIVE)
    done = ratedsl("rate", "five.rate", "--usage", "no.db", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("error[") == 5 and done.stdout == ""
