"""`ratedsl test --update`: figures change, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.cli.main import main

PLAN = """\
plan p   # the plan
  currency  EUR
  timezone  UTC
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  cancel    crediting unused
rate messages for sms
  price     0.10 EUR per message
rate calls for voice
  billed    60 s
  price     0.10 EUR per min
rate thirds for data
  price     0.10 EUR per 3 MB
fee monthly
  amount    30.00 EUR per month in advance
  prorated  by day, counting the first day
"""
TESTS = """\
test "many"   # a note
  event     sms at 2026-03-02 10:00 2 times
  expect     charge   0.30 EUR   # once 0.30 EUR
  expect    billed 1 message
test "units"
  event     voice for 61 s at 2026-03-02 10:00
  expect    billed 1 min
  expect    charge 0.200 EUR
test "a reason"
  event     sms roaming 20801 at 2026-03-02 10:00
  expect    rejected tier
test "bills"
  given     started 2026-01-01
  act       cancel on 2026-05-16
  invoice   on 2026-05-01
  invoice   on 2026-06-01
  expect    item monthly 1.00 EUR on 2026-05-01
  expect    credit monthly 1.00 EUR on 2026-06-01
  expect    item messages 5.00 EUR on 2026-05-01
  expect    next cycle 2027-01-01
table "rows"
  columns   length,   cost
  event     voice for length at 2026-03-02 10:00
  expect    charge cost
  row       60 s,     0.70 EUR   # 0.70 EUR
  row       61 s,  0.20 EUR
  row       61 s,  0.21 EUR
"""
UPDATED = (
    TESTS.replace("charge   0.30 EUR ", "charge   0.20 EUR ")
    .replace("billed 1 message", "billed 2 message")
    .replace("billed 1 min", "billed 2 min")
    .replace("rejected tier", "rejected no-rate")
    .replace("item monthly 1.00", "item monthly 30.00")
    .replace("credit monthly 1.00", "credit monthly 15.48")
    .replace("item messages 5.00", "item messages 0.00")
    .replace("next cycle 2027-01-01", "next cycle 2026-07-01")
    .replace("60 s,     0.70 EUR  ", "60 s,     0.10 EUR  ")
    .replace("0.21 EUR", "0.20 EUR")
)


def written(folder: Path, tests: str) -> Path:
    path = folder / "p.rate"
    path.write_bytes((PLAN + tests).encode())
    return path


def test_figures_alone_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, TESTS)
    assert main(["test", str(path)]) == 1
    capsys.readouterr()
    assert main(["test", "--update", str(path)]) == 0
    printed = capsys.readouterr().out
    assert path.read_text() == PLAN + UPDATED
    assert "-  expect     charge   0.30 EUR   # once 0.30 EUR" in printed
    assert "+  expect     charge   0.20 EUR   # once 0.30 EUR" in printed
    assert "10 figures updated" in printed
    assert main(["test", str(path)]) == 0
    stamp = path.stat().st_mtime_ns
    assert main(["test", "--update", str(path)]) == 0
    assert path.stat().st_mtime_ns == stamp


def test_only_the_chosen_tests_are_updated(tmp_path: Path) -> None:
    path = written(tmp_path, TESTS)
    assert main(["test", "--update", "-k", "many", str(path)]) == 0
    assert path.read_text() == PLAN + TESTS.replace("charge   0.30", "charge   0.20").replace(
        "billed 1 message", "billed 2 message"
    )


def test_a_unit_that_cannot_hold_the_figure_gives_way(tmp_path: Path) -> None:
    tests = """\
test "a millisecond is no decimal of minutes"
  event     sms at 2026-03-02 10:00
  event     data for 1 B at 2026-03-02 10:00
  expect    billed 1 min
allowance bundle
  grant     1 min per cycle
  covers    voice
  draws     actual units
  ends      split
  after     own rate
test "left"
  event     voice for 1 ms at 2026-03-02 10:00
  expect    left bundle 1 min
"""
    path = written(tmp_path, tests)
    assert main(["test", "--update", "-k", "left", str(path)]) == 0
    assert "left bundle 59999 ms" in path.read_text()


def test_what_no_figure_mends_is_left_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = """\
test "a third"
  event     data for 1 MB at 2026-03-02 10:00
  expect    charge 0.03 EUR
test "not rejected"
  event     sms at 2026-03-02 10:00
  expect    rejected
table "one figure for two rows"
  columns   length
  event     voice for length at 2026-03-02 10:00
  expect    charge 0.10 EUR
  row       60 s
  row       61 s
"""
    path = written(tmp_path, tests)
    assert main(["test", "--update", str(path)]) == 1
    printed = capsys.readouterr().out
    assert path.read_text() == PLAN + tests
    assert "no end as a decimal" in printed
    assert "nothing was rejected" in printed
    assert "other rows" in printed
    assert "0 figures updated" in printed


def test_a_plan_with_errors_is_not_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, TESTS + "rate nothing for sms\n")
    before = path.read_bytes()
    assert main(["test", "--update", str(path)]) == 1
    assert path.read_bytes() == before
    assert "not updated" in capsys.readouterr().out
    assert main(["test", "--update", "--format", "json", str(path)]) == 2


def test_line_ends_and_a_mark_stay(tmp_path: Path) -> None:
    path = tmp_path / "p.rate"
    path.write_bytes(b"\xef\xbb\xbf" + (PLAN + TESTS).replace("\n", "\r\n").encode())
    assert main(["test", "--update", str(path)]) == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + (PLAN + UPDATED).replace("\n", "\r\n").encode()


def test_a_file_that_changes_meanwhile_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, TESTS)
    import ratedsl.testing.update as module

    real = module.update

    def meanwhile(*arguments: object) -> object:
        path.write_text(PLAN)
        return real(*arguments)

    monkeypatch.setattr(module, "update", meanwhile)
    assert main(["test", "--update", str(path)]) == 2
    assert path.read_text() == PLAN
    assert "changed while" in capsys.readouterr().err
