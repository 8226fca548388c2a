"""A file that was clean is not checked again, and one that may not be always is."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from ratedsl.cli import clean_cache
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


@pytest.mark.parametrize("text", ["{", "[]", '{"program": 1}', '{"program": "", "files": 3}'])
def test_a_damaged_cache_is_none(folder: Path, text: str) -> None:
    cache = folder.parent / "cache" / "ratedsl" / "clean.json"
    cache.write_text(text)
    assert main(["check", str(folder / "p.rate")]) == 0
    assert str(folder / "p.rate") in cache.read_text()


def test_entries_that_are_damaged_are_none(folder: Path) -> None:
    cache = folder.parent / "cache" / "ratedsl" / "clean.json"
    known = json.loads(cache.read_text())
    for entry in (None, 3, [], [1, 2], [1, 2, 3], ["a", "b", {}], {}):
        known["files"] = {str(folder / "p.rate"): entry}
        cache.write_text(json.dumps(known))
        assert main(["check", str(folder / "p.rate")]) == 0


def test_a_link_that_leads_elsewhere_is_noticed(folder: Path) -> None:
    link = folder / "link.rate"
    link.symlink_to(folder / "p.rate")
    assert main(["check", str(link)]) == 0
    (folder / "broken.rate").write_text("plan p\n  curency EUR\n")
    link.unlink()
    link.symlink_to(folder / "broken.rate")
    assert main(["check", str(link)]) == 1


def test_a_folder_that_is_checked_in_parts_is_known_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("q", "r"):
        (folder / f"{name}.rate").write_text(f"{HEAD}{ROUND}".replace("plan p", f"plan {name}"))
        assert main(["check", str(folder / f"{name}.rate")]) == 0
    monkeypatch.setattr("ratedsl.cli.check.load_file", None)
    assert main(["check", *(str(folder / f"{name}.rate") for name in "pqr")]) == 0


def test_the_cache_can_be_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Path] = []

    def load(path: Path, today: date, *, prove: bool) -> object:
        loads.append(path)
        raise SystemExit(3)

    monkeypatch.setattr("ratedsl.cli.check.load_file", load)
    assert main(["check", "--no-cache", str(folder / "p.rate")]) == 3
    assert loads == [folder / "p.rate"]


def test_a_change_of_anything_that_a_check_runs_makes_the_cache_stale() -> None:
    package = Path(clean_cache.__file__).parents[1]
    for name in clean_cache._PASSES:
        for path in (package / name).rglob("*.py"):
            used = re.findall(r"(?:from|import) ratedsl\.(\w+)", path.read_text())
            folders = {one for one in used if (package / one).is_dir()}
            assert folders <= {*clean_cache._PASSES, "report"}, path
