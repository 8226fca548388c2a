"""`check` as people and programs use it: which findings count, in which form, from where."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ratedsl.cli import check
from ratedsl.cli.main import main
from ratedsl.cli.watch import watch

FRAME = """\
plan demo "Demo"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
"""
CLEAN = FRAME + "rate calls for voice\n  price     0.10 EUR per min\n"
WARNED = CLEAN + "  # allow W591: of no use\n  billed    1 s\n"
BROKEN = FRAME + "rate calls for voice\n  price     0.10 USD per min\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "clean.rate").write_text(CLEAN)
    return tmp_path / "plans"


# ---- which findings count ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 1),
        (["--ignore", "W592"], 0),
        (["--ignore", "W591"], 1),
        (["--ignore", "W591,W59"], 0),
        (["--select", "W591"], 0),
        (["--select", "W5"], 1),
        (["--fail-level", "error"], 0),
    ],
)
def test_warnings_can_be_chosen(folder: Path, options: list[str], code: int) -> None:
    (folder / "warned.rate").write_text(WARNED)
    assert main(["check", *options]) == code


@pytest.mark.parametrize("option", ["--select=W5", "--ignore=W5", "--fail-level=error"])
def test_errors_always_count(folder: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.rate").write_text(BROKEN)
    assert main(["check", option]) == 1
    assert "E302" in capsys.readouterr().out


@pytest.mark.parametrize("codes", ["E302", "X1", "W", "W50x"])
def test_only_warnings_can_be_ignored(
    folder: Path, codes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--ignore", codes]) == 2
    assert f"`{codes}` is " in capsys.readouterr().err


# ---- comments that allow a warning -------------------------------------------------------------


def found_in(text: str, tmp_path: Path) -> list[tuple[str, int]]:
    from ratedsl.plan.load import load

    path = tmp_path / "p.rate"
    path.write_text(text)
    return [(one.code, one.span.line) for one in load(path).diagnostics]


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        # A comment without a reason is a warning itself, and another comment may allow that.
        ("# allow W591: known\n  # allow W592", [("W591", 10), ("W592", 8)]),
        ("# allow E302: we bill in dollars", [("W591", 8)]),
        ("# allow W592,W591 : two", [("W592", 8)]),
        ("# allow roaming one day", []),
        ("# allow", []),
    ],
)
def test_comments_are_judged(tmp_path: Path, comment: str, found: list[tuple[str, int]]) -> None:
    text = CLEAN + f"  {comment}\n  billed    1 s\n"
    got = found_in(text, tmp_path)
    assert sorted(code for code, _ in got) == sorted(code for code, _ in found)


def test_an_error_is_never_hidden(tmp_path: Path) -> None:
    text = BROKEN.replace("USD per min", "USD per min  # allow E302: yes")
    assert [code for code, _ in found_in(text, tmp_path)] == ["E302", "W591"]


# ---- standard input, processes, watching -------------------------------------------------------


def test_standard_input_stands_for_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "zones.rate").write_text("zone z\n  prefix    +351\n")
    text = 'use "zones.rate"\n' + CLEAN.replace("for voice", "for voice to z")
    for name, code in (("plans/new.rate", 0), ("elsewhere/new.rate", 1)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert main(["check", "-", "--stdin-filename", name]) == code
    assert "elsewhere/new.rate:1" in capsys.readouterr().out
    assert not (folder / "new.rate").exists()


def test_several_processes_say_the_same_as_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(6):
        (folder / f"p{number}.rate").write_text((BROKEN, WARNED, CLEAN)[number % 3])
    monkeypatch.setattr(check, "_WORTH_A_PROCESS", 2)
    said = []
    for jobs in ("1", "3"):
        assert main(["check", "--no-cache", "-j", jobs]) == 1
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert "checked 7 plans: ✖ 2 errors, ▲ 2 warnings" in said[0]


def test_a_save_is_checked_again(folder: Path) -> None:
    seen: list[str] = []
    stop = threading.Event()

    def again() -> int:
        seen.append((folder / "clean.rate").read_text())
        if stop.is_set():
            raise KeyboardInterrupt
        return 0

    def edit() -> None:
        while not seen:
            time.sleep(0.01)
        # A replaced file, as editors save it.
        new = folder / "new.tmp"
        new.write_text(BROKEN)
        stop.set()
        new.replace(folder / "clean.rate")

    thread = threading.Thread(target=edit)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        watch([folder / "clean.rate"], again)
    thread.join()
    assert seen[0] == CLEAN
    assert seen[-1] == BROKEN


def test_watching_standard_input_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "-", "--watch"]) == 2
    assert "cannot be watched" in capsys.readouterr().err


def test_watching_ends_with_an_interrupt(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ratedsl", "check", "--watch", "plans"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "checked 1 plan" in process.stdout.readline()
    process.send_signal(2)
    assert process.wait(timeout=30) == 130


# ---- forms for programs ------------------------------------------------------------------------


def test_sarif_holds_every_finding_with_its_rule_and_places(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "odd name é.rate").write_text(BROKEN)
    (folder / "warned.rate").write_text(WARNED)
    assert main(["check", "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["E302", "W592"]
    first, second = run["results"]
    assert (first["ruleId"], first["level"]) == ("E302", "error")
    assert (second["ruleId"], second["level"]) == ("W592", "warning")
    assert rules[second["ruleIndex"]]["id"] == "W592"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "plans/odd%20name%20%C3%A9.rate"
    assert place["region"] == {"startLine": 7, "startColumn": 18, "endColumn": 21}


def test_junit_has_a_suite_for_every_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.rate").write_text(BROKEN)
    assert main(["check", "--format", "junit"]) == 1
    root = ElementTree.fromstring(capsys.readouterr().out)
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == {"plans/broken.rate", "plans/clean.rate"}
    assert suites["plans/clean.rate"].get("failures") == "0"
    (case,) = suites["plans/broken.rate"]
    assert case.get("name") == "E302 7:18"
    assert "EUR" in str(case[0].get("message"))
