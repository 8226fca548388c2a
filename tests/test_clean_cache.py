"""A file that was clean is not checked again, and one that may not be always is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ratedsl.cli.main import main

HEAD = "plan p\n  currency EUR\n  timezone UTC\n  cycle monthly on day 1\n"
ROUND = "  rounding half-up 0.01 EUR per item\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / "zones.rate").write_text("zone z\n  prefix +351\n")
    (plans / "deck.csv").write_text("prefix,price\n+33,0.10\n")
    (plans / "p.rate").write_text(
        f'use "zones.rate"\n{HEAD}{ROUND}rate r for voice to z\n  price 0.10 EUR per min\n'
        'deck d from "deck.csv" for voice\n  priced in EUR per min\n'
    )
    assert main(["check", str(plans / "p.rate")]) == 0
    return plans


def test_a_clean_file_is_not_loaded_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Path] = []
    monkeypatch.setattr("ratedsl.cli.check.load_file", lambda path, today: loads.append(path))
    assert main(["check", str(folder / "p.rate")]) == 0
    assert loads == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.rate", HEAD + "rate r for voice\n  price 0.10 USD per min\n"),
        ("zones.rate", "zone other\n  prefix +351\n"),
        ("deck.csv", "prefix,price\n+33,dear\n"),
    ],
)
def test_a_change_of_any_file_it_read_is_found(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    assert main(["check", str(folder / "p.rate")]) == 1
    assert main(["check", str(folder / "p.rate")]) == 1


def test_a_used_file_that_is_gone_is_found(folder: Path) -> None:
    (folder / "zones.rate").unlink()
    assert main(["check", str(folder / "p.rate")]) == 1


def test_a_damaged_cache_is_none(folder: Path) -> None:
    for entry in (folder.parent / "cache" / "ratedsl" / "clean").iterdir():
        entry.write_text("{")
    assert main(["check", str(folder / "p.rate")]) == 0


def test_the_cache_can_be_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Path] = []

    def load(path: Path, today: date, *, prove: bool) -> object:
        loads.append(path)
        raise SystemExit(3)

    monkeypatch.setattr("ratedsl.cli.check.load_file", load)
    assert main(["check", "--no-cache", str(folder / "p.rate")]) == 3
    assert loads == [folder / "p.rate"]
