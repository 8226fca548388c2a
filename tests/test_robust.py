"""Whatever a plan's text holds, it is a value to report and never an accident."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.plan.load import load

ROOT = Path(__file__).parent.parent
PLANS = sorted((ROOT / "plans").glob("*.rate"))
TEXTS = [path.read_text() for path in PLANS]
ODD = [
    "\0",
    "\x1b[31m",
    "\t",
    "\r",
    "\u202e",
    "\ufeff",
    "é",
    "💶",
    '"',
    "#",
    "%%",
    "9" * 5000,
    "\x85",
]


def edits(seed: int) -> str:
    """A shipped plan with a few random edits, as slips of fingers, tools and transports are."""
    rng = random.Random(seed)
    text = rng.choice(TEXTS)
    for _ in range(rng.randint(1, 3)):
        words = list(re.finditer(r"\S+", text))
        one, two = rng.choice(words), rng.choice(words)
        kind = rng.randrange(7)
        if kind == 0:
            text = text[: one.start()] + text[one.end() :]
        elif kind == 1:
            text = text[: one.start()] + two.group() + text[one.end() :]
        elif kind == 2:
            text = text[: one.start()]
        elif kind == 3:
            text = text[: one.start()] + rng.choice(ODD) + text[one.start() :]
        elif kind == 4:
            text = text.replace("\n", "\r\n")
        elif kind == 5:
            line = text.rfind("\n", 0, one.start()) + 1
            text = text[:line] + rng.choice([" ", "\t", "    "]) + text[line:]
        else:
            text = text[: one.start()] + "x" * 100_000 + text[one.start() :]
    return text


@pytest.mark.parametrize("block", range(8))
def test_random_edits_are_findings_and_take_no_time(block: int, tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / "shared").symlink_to(ROOT / "plans" / "shared")
    (plans / "smart-20.rate").write_text((ROOT / "plans/smart-20.rate").read_text())
    path = plans / "edited.rate"
    for seed in range(block * 25, block * 25 + 25):
        path.write_bytes(edits(seed).encode("utf-8", "surrogatepass"))
        began = time.perf_counter()
        loaded = load(path)
        assert time.perf_counter() - began < 5, seed
        for one in loaded.diagnostics:
            assert one.span.line >= 1 and one.span.column >= 1 and one.message


def test_bytes_that_are_no_text_are_reported_in_place(tmp_path: Path) -> None:
    path = tmp_path / "odd.rate"
    path.write_bytes(b"plan odd\n  currency \xff\xfe\n  timezone UTC\n  cycle monthly on day 1\n")
    assert [one.span.line for one in load(path).diagnostics if one.code == "E001"] == [2]


@pytest.mark.parametrize("target", ["../outside.rate", "/etc/passwd", "link.rate"])
def test_no_path_leaves_the_plan_folder(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    (tmp_path / "outside.rate").write_text("zone secret\n  prefix +1\n")
    (folder / "link.rate").symlink_to(tmp_path / "outside.rate")
    path = folder / "thief.rate"
    for line in (f'use "{target}"', f'deck d from "{target}" for voice\n  priced in EUR per min'):
        path.write_text(
            "plan thief\n  currency EUR\n  timezone UTC\n  cycle monthly on day 1\n"
            f"  rounding half-up 0.01 EUR per item\n{line}\n"
        )
        found = load(path).diagnostics
        assert [one.code for one in found] == ["E104"]


def test_a_long_chain_of_files_ends(tmp_path: Path) -> None:
    for number in range(80):
        (tmp_path / f"{number}.rate").write_text(f'use "{number + 1}.rate"\n')
    (tmp_path / "80.rate").write_text("")
    assert {one.code for one in load(tmp_path / "0.rate").diagnostics} == {"E106"}


def test_escape_sequences_in_a_plan_never_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "evil\x1b[2J.rate"
    path.write_text(
        'plan evil "E\x1b]0;title\x07vil [red]"\n  currency EUR\n  timezone UTC\n'
        "  cycle monthly on day 1\n  rounding half-up 0.01 EUR per item\n"
        'fee f "F\x9b31m"\n  amount 1.00 EUR per month in advance\n  prorated not\n'
        'test "t\x1b[31m"\n  invoice on 2026-02-01\n  expect total 9.00 EUR\n'
    )
    for words in (["check"], ["show"], ["test"], ["show", "--format", "json"]):
        main([words[0], str(path), *words[1:]])
        captured = capsys.readouterr()
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", captured.out + captured.err), words
    path.write_text(path.read_text() + "rate \x1b[31m for voice\n")
    main(["check", str(path)])
    captured = capsys.readouterr()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", captured.out + captured.err)
