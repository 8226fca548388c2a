"""The semantic diff: changes in the language of plans, and none where nothing is meant."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.diff.change import CLASSES, CODES, Change
from ratedsl.diff.compare import compare
from ratedsl.diff.version import read_version

ROOT = Path(__file__).parent.parent
UPDATE = bool(os.environ.get("UPDATE"))
TODAY = date(2026, 3, 1)

OLD = """\
plan demo "Demo"
  currency  EUR
  timezone  Europe/Lisbon
  sold      from 2026-01-01
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
zone national "Portugal"
  prefix    +351
window peak
  hours     mon-fri 08:00-20:00
window off-peak
  hours     otherwise
fee monthly "Monthly fee"
  amount    20.00 EUR per month in advance from 2026-01-01
  prorated  by day, counting the first day
allowance minutes "500 minutes"
  grant     500 min per cycle
  covers    voice to national
  draws     billed units
  ends      split
  after     own rate
rate calls "Calls" for voice to national
  billed    60 s then 1 s
  price     0.10 EUR per min in peak from 2026-01-01
  price     0.05 EUR per min in off-peak from 2026-01-01
  across    windows split, increments carry
discount loyal "Loyal"
  percent   10% of fees
  applies   before tax
"""


def changes(tmp_path: Path, new: str, old: str = OLD) -> list[Change]:
    versions = []
    for name, text in (("old", old), ("new", new)):
        path = tmp_path / name / "plan.rate"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        versions.append(read_version(path))
        assert versions[-1].errors == ()
    return compare(versions[0], versions[1], TODAY).changes


def replaced(old: str, new: str) -> str:
    assert OLD.count(old) == 1
    return OLD.replace(old, new)


CALLS = "  price     0.05 EUR per min in off-peak from 2026-01-01\n"

CASES = [
    (
        "a price rise is one change from its date on",
        replaced(CALLS, CALLS + "  price     0.06 EUR per min in off-peak from 2026-07-01\n"),
        ("rate calls", "price 0.05 → 0.06 EUR per min in off-peak, from 2026-07-01"),
        ("price-up",),
    ),
    (
        "a price for a while",
        replaced(
            CALLS,
            CALLS
            + "  price     0.02 EUR per min in off-peak from 2026-07-01\n"
            + "  price     0.05 EUR per min in off-peak from 2026-09-01\n",
        ),
        (
            "rate calls",
            "price 0.05 → 0.02 EUR per min in off-peak, from 2026-07-01 through 2026-08-31",
        ),
        ("price-down",),
    ),
    (
        "a price of days that have passed",
        replaced("0.10 EUR per min in peak", "0.11 EUR per min in peak"),
        ("rate calls", "price 0.10 → 0.11 EUR per min in peak, from 2026-01-01"),
        ("price-up", "retroactive"),
    ),
    (
        "a smaller grant",
        replaced("grant     500 min", "grant     8 h"),
        ("allowance minutes", "grant 500 min → 8 h per cycle"),
        ("retroactive", "changed"),
    ),
    (
        "a smaller grant in the same unit",
        replaced("grant     500 min", "grant     400 min"),
        ("allowance minutes", "grant 500 → 400 min per cycle"),
        ("allowance-down", "retroactive"),
    ),
    (
        "a smaller discount is a price rise",
        replaced("percent   10%", "percent   5%"),
        ("discount loyal", "percent 10% → 5% of fees"),
        ("price-up", "retroactive"),
    ),
    (
        "one more place",
        replaced("  ends ", "  covers    data counting 1 MB as 1 min\n  ends "),
        ("allowance minutes", "covers also data counting 1 MB as 1 min"),
        ("allowance-up",),
    ),
    (
        "another title",
        replaced('"Monthly fee"', '"Line rental"'),
        ("fee monthly", "title “Monthly fee” → “Line rental”"),
        ("text",),
    ),
    (
        "another id",
        replaced("discount loyal", "discount faithful"),
        ("discount faithful", "discount loyal is now called faithful"),
        ("renamed",),
    ),
    (
        "a fee that is gone",
        OLD.replace("discount loyal", "fee extra\n  amount    1.00 EUR once\ndiscount loyal"),
        ("fee extra", "new: amount 1.00 EUR once"),
        ("price-up", "added"),
    ),
    (
        "another bill day",
        replaced("on day 1", "on day 15"),
        ("plan demo", "cycle monthly on day 1 → 15"),
        ("retroactive", "changed"),
    ),
]


@pytest.mark.parametrize(
    ("new", "words", "classes"), [one[1:] for one in CASES], ids=[one[0] for one in CASES]
)
def test_a_change_is_said_and_classed(
    tmp_path: Path, new: str, words: tuple[str, str], classes: tuple[str, ...]
) -> None:
    (found,) = changes(tmp_path, new)
    assert (found.record, found.words) == words
    assert found.classes == classes


def test_the_opposite_change_has_the_opposite_classes(tmp_path: Path) -> None:
    (found,) = changes(tmp_path, OLD, replaced("percent   10%", "percent   5%"))
    assert found.classes == ("price-down", "retroactive")
    gone = OLD[: OLD.index("discount")]
    (found,) = changes(tmp_path, gone)
    assert found.classes == ("price-up", "removed")
    assert found.words.startswith("removed: percent 10% of fees; applies before tax")


@pytest.mark.parametrize(
    "new",
    [
        OLD.replace("\n", "\n\n").replace("  price ", "  # dearer?\n\tprice  "),
        OLD.replace("0.10 EUR per min in peak", "0.1 EUR per min in peak"),
        OLD.replace("60 s then 1 s", "1 min then 1 s"),
        "".join(reversed([f"{one}\n" for one in OLD.strip().split("\nX")])),
    ],
)
def test_what_means_the_same_is_no_change(tmp_path: Path, new: str) -> None:
    assert changes(tmp_path, new) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "plans").glob("*.rate")), ids=lambda path: path.stem
)
def test_records_and_facts_in_another_order_are_no_change(path: Path, tmp_path: Path) -> None:
    moved = tmp_path / "plans"
    shutil.copytree(ROOT / "plans", moved)
    # A record is its header and what is indented below it; the facts go the other way round.
    records = re.split(r"^(?=\S)", path.read_text(), flags=re.MULTILINE)
    shuffled = [
        "\n".join([header, *sorted(facts, reverse=True), ""])
        for header, *facts in (record.rstrip("\n").split("\n") for record in records if record)
    ]
    (moved / path.name).write_text("".join(reversed(shuffled)))
    found = compare(read_version(path), read_version(moved / path.name), TODAY).changes
    # Tests tell their events in order.
    assert [one for one in found if one.classes != ("tests",)] == []


def test_rows_of_a_deck_are_compared_by_prefix_and_date(tmp_path: Path) -> None:
    head = OLD[: OLD.index("fee monthly")] + (
        'deck intl "International" from "intl.csv" for voice\n  priced    in EUR per min\n'
    )
    versions = []
    for name, rows in (
        ("old", "+33,0.10,,\n+34,0.20,,\n+39,0.30,,\n"),
        ("new", "+33,0.10,,2026-06-30\n+33,0.12,2026-07-01,\n+34,0.15,,\n+49,0.40,,\n"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "intl.csv").write_text(f"prefix,price,from,through\n{rows}")
        (folder / "plan.rate").write_text(head)
        versions.append(read_version(folder / "plan.rate"))
    found = compare(versions[0], versions[1], TODAY).changes
    assert {(one.words, one.classes) for one in found} == {
        ("+33 0.10 → 0.12 from 2026-07-01", ("price-up",)),
        ("+34 0.20 → 0.15", ("price-down", "retroactive")),
        ("+39 gone", ("removed",)),
        ("+49 new at 0.40", ("added",)),
    }
    assert {one.after.line for one in found if one.after and one.after.path.endswith("csv")} == {
        3,
        4,
        5,
    }


# ---- the verb ----------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose last commit holds OLD, and a library that it uses."""
    monkeypatch.chdir(tmp_path)
    plans = tmp_path / "plans"
    (plans / "shared").mkdir(parents=True)
    (plans / "shared" / "zones.rate").write_text("zone eu\n  prefix    +33\n")
    (plans / "a").mkdir()
    (plans / "a" / "demo.rate").write_text(f'use "../shared/zones.rate"\n{OLD}')
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "first"],
    ):
        subprocess.run(["git", *words], check=True, cwd=tmp_path)
    return plans


def test_a_revision_is_compared(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--against", "HEAD", "--exit-code"]) == 0
    assert capsys.readouterr().out == "no change of meaning\n"
    path = repository / "a" / "demo.rate"
    path.write_text(path.read_text().replace("20.00", "21.00"))
    for paths in ([], ["plans/a/demo.rate"], ["plans/a"]):
        assert main(["diff", *paths, "--against", "HEAD", "--today", "2026-03-01"]) == 0
        shown = capsys.readouterr().out
        assert "amount 20.00 → 21.00 EUR per month in advance, from 2026-01-01" in shown
        assert "1 change in 1 plan: 1 price-up, 1 retroactive" in shown
    moved = repository / "renamed.rate"
    moved.write_text(path.read_text().replace("../shared", "shared"))
    path.unlink()
    assert main(["diff", "--against", "HEAD"]) == 0
    assert "1 change in 1 plan" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 0),
        (["--exit-code"], 1),
        (["--fail-on", "price-up"], 1),
        (["--fail-on", "removed,tax"], 0),
        (["--fail-on", "removed,retroactive"], 1),
    ],
)
def test_changes_fail_as_asked(repository: Path, options: list[str], code: int) -> None:
    path = repository / "a" / "demo.rate"
    path.write_text(path.read_text().replace("20.00", "21.00"))
    assert main(["diff", "--against", "HEAD", *options]) == code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--against", "no-such"], "`no-such` is no revision here"),
        (["--against", "--output=/tmp/x"], "is no revision here"),
        (["--against", "HEAD", "plans/none"], "plans/none does not exist, nor did it at HEAD"),
        (["plans"], "name an old and a new file or folder"),
        (["plans", "plans/a/demo.rate"], "plans is a folder"),
        (["plans/a/demo.rate", "missing.rate"], "missing.rate does not exist"),
        (["--fail-on", "dear"], "`dear` is no class of change"),
        (["--against", "HEAD", "--today", "soon"], "`soon` is no date"),
    ],
)
def test_what_stops_it_is_one_line(
    repository: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    joined = words if words[:1] != ["--against"] else [f"--against={words[1]}", *words[2:]]
    assert main(["diff", *joined]) == 2
    assert said in capsys.readouterr().err


def test_a_plan_with_errors_is_not_compared(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = repository / "a" / "demo.rate"
    path.write_text(path.read_text().replace("20.00 EUR", "20.00 USD"))
    assert main(["diff", "--against", "HEAD"]) == 1
    assert "has 1 error;" in capsys.readouterr().err


def test_a_folder_that_never_was_is_not_one_that_is_gone(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    assert main(["diff", "--against", "HEAD"]) == 2
    assert "plans does not exist, nor did it at HEAD" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github"])
def test_what_is_gone_is_shown_where_it_was(
    repository: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = repository / "a" / "demo.rate"
    path.write_text(path.read_text().partition("discount")[0])
    assert main(["diff", "--against", "HEAD", "--format", form]) == 0
    shown = capsys.readouterr().out
    assert "ratedsl-" not in shown
    assert "plans/a/demo.rate:28" in shown or "file=plans/a/demo.rate,line=28" in shown


def test_a_folder_that_is_gone_is_gone(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(repository / "a")
    assert main(["diff", "plans/a", "--against", "HEAD"]) == 0
    shown = capsys.readouterr().out
    assert "a/demo.rate at HEAD: Demo (demo)" in shown
    assert "removed" in shown and "ratedsl-" not in shown


def test_every_form_says_the_same_and_is_harmless(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = repository / "a" / "demo.rate"
    text = path.read_text().replace('"Calls"', '"<b>|::error::\x1b[31m"')
    path.write_text(text.replace("0.05 EUR", "0.06 EUR"))
    words = ["diff", "--against", "HEAD", "--today", "2026-03-01", "--format"]
    for form in ("text", "markdown", "github", "json"):
        assert main([*words, form]) == 0
        shown = capsys.readouterr().out
        assert "\x1b" not in shown
        assert "0.05" in shown and "0.06" in shown
        if form == "markdown":
            assert "<b>" not in shown
        if form == "github":
            assert all(line.startswith(("::warning ", "::notice ")) for line in shown.splitlines())
        if form == "json":
            (plan,) = json.loads(shown)["plans"]
            assert [one["classes"] for one in plan["changes"]] == [
                ["text"],
                ["price-up", "retroactive"],
            ]
            assert all(name in CLASSES for one in plan["changes"] for name in one["classes"])


# ---- the page ----------------------------------------------------------------------------------


def test_the_page_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "reviews.md").read_text()
    readme = (ROOT / "README.md").read_text()
    plan = re.search(r"```rate file pocket.rate\n(.*?)```", readme, re.DOTALL)
    assert plan is not None
    later = "  amount    9.50 EUR per month in advance from 2026-07-01\n"
    monkeypatch.chdir(tmp_path)
    for folder, text in (("old", plan[1].replace(later, "")), ("plans", plan[1])):
        (tmp_path / folder).mkdir()
        # The fee's tests hold with its second amount only.
        (tmp_path / folder / "pocket.rate").write_text(text.partition("test ")[0])
    assert main(["diff", "old", "plans", "--today", "2026-03-01"]) == 0
    printed = capsys.readouterr().out
    shown = re.search(r"<!-- example -->\n```\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    if UPDATE:
        text = page.replace(shown[1], printed)
        (ROOT / "docs" / "reviews.md").write_text(text)
    else:
        assert shown[1] == printed


def test_the_page_names_every_class() -> None:
    page = (ROOT / "docs" / "reviews.md").read_text()
    for name, words in CLASSES.items():
        assert f"| `{name}` | {CODES[name]} | {words} |" in page
