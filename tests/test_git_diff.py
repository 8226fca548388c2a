"""`git diff` as docs/reviews.md sets it up: hunks name records, and spacing is no change."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.scaffold import Wanted, scaffold

ROOT = Path(__file__).parent.parent
COMMANDS = re.findall(
    r"^git config (diff\.rate\.\S+) (.+)$",
    (ROOT / "docs" / "reviews.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words),
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan that is committed, in a repository set up as the page says."""
    made = scaffold(Wanted("basic", "Basic", "EUR", "Europe/Lisbon", "+351"))
    for name, text in made.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    _git(tmp_path, "init", "-q")
    assert {name for name, _ in COMMANDS} >= {"diff.rate.xfuncname", "diff.rate.textconv"}
    for name, value in COMMANDS:
        (plain,) = shlex.split(value)
        here = f"{shlex.quote(sys.executable)} -m ratedsl"
        _git(tmp_path, "config", name, plain.replace("ratedsl", here))
    _git(tmp_path, "add", "-A")
    _git(tmp_path, "commit", "-qm", "a plan")
    return tmp_path / "plans" / "basic.rate"


def test_what_is_only_spaced_anew_is_no_difference(plan: Path) -> None:
    text = plan.read_text(encoding="utf-8")
    plan.write_text(
        re.sub(r"^  (\S+) +", r"    \1     ", text, flags=re.MULTILINE), encoding="utf-8"
    )
    assert plan.read_text(encoding="utf-8") != text
    assert "+ " not in _git(plan.parent, "diff")
    assert "+ " in _git(plan.parent, "diff", "--no-textconv")


def test_a_hunk_names_its_record_and_shows_the_change_alone(plan: Path) -> None:
    text = plan.read_text(encoding="utf-8")
    priced = next(line for line in text.splitlines() if line.startswith("  price"))
    dearer = re.sub(r"\d+\.\d+", "9.99", priced)
    spaced = re.sub(r"^  (\S+) +", r"  \1 ", text.replace(priced, dearer, 1), flags=re.MULTILINE)
    plan.write_text(spaced, encoding="utf-8")
    told = _git(plan.parent, "diff", "-U0").splitlines()
    assert [line for line in told if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        f"-{priced}",
        f"+{dearer}",
    ]
    assert any(re.match(r"@@ .* @@ rate ", line) for line in told)


def test_a_file_that_does_not_read_is_shown_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / "odd.rate"
    odd.write_text("rate   x  ?\n  price what\n", encoding="utf-8")
    assert main(["fmt", "--textconv", str(odd)]) == 0
    assert capsys.readouterr().out == odd.read_text(encoding="utf-8")


def test_one_file_is_converted_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "--textconv"]) == 2
    assert main(["fmt", "--textconv", "gone.rate"]) == 2
    said = capsys.readouterr().err
    assert "name it" in said and "gone.rate" in said
