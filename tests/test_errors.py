"""Every diagnostic code has a file that gives it, with all that `check` prints.

`UPDATE=1 python -m pytest tests/test_errors.py` writes the examples of codes.toml and what
`check` now prints of them to tests/errors/, and docs/codes.md; read the difference.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from ratedsl.checks.codes import CODES, page
from ratedsl.cli.main import main
from ratedsl.lang.vocabulary import FACTS
from ratedsl.plan.load import load

ROOT = Path(__file__).parent.parent
HERE = ROOT / "tests" / "errors"
UPDATE = bool(os.environ.get("UPDATE"))


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def file_of(code: str) -> Path:
    return HERE / f"{code}-{slug(CODES[code].title)}.rate"


@pytest.mark.parametrize("code", CODES)
def test_each_code_prints_what_its_file_expects(
    code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HERE)
    path = file_of(code)
    if UPDATE:
        path.write_text(CODES[code].whole(CODES[code].wrong))
    assert path.read_text() == CODES[code].whole(CODES[code].wrong)
    assert main(["check", path.name]) == 1
    printed = capsys.readouterr().out
    if UPDATE:
        path.with_suffix(".out").write_text(printed)
    assert printed == path.with_suffix(".out").read_text()
    assert f"[{code}]" in printed


@pytest.mark.parametrize("code", CODES)
def test_the_mended_example_is_clean(code: str, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    for path in (HERE / "shared").iterdir():
        (shared / path.name).write_bytes(path.read_bytes())
    example = tmp_path / "right.rate"
    example.write_text(CODES[code].whole(CODES[code].right))
    assert load(example, prove=code.startswith("W")).diagnostics == ()


def test_every_code_that_the_source_gives_is_explained() -> None:
    given = {
        code
        for path in (ROOT / "ratedsl").rglob("*.py")
        for code in re.findall(r'"([EWD]\d{3})"', path.read_text())
        if path.name != "proven.py"
    }
    assert given == set(CODES)


def test_no_file_stands_for_a_code_that_is_gone() -> None:
    assert set(HERE.glob("*.rate")) == {file_of(code) for code in CODES}
    assert {path.with_suffix(".rate") for path in HERE.glob("*.out")} == {
        file_of(code) for code in CODES
    }


def test_the_page_of_codes_is_made_from_them() -> None:
    if UPDATE:
        (ROOT / "docs" / "codes.md").write_text(page())
    assert (ROOT / "docs" / "codes.md").read_text() == page()


@pytest.mark.parametrize("form", ["text", "json"])
def test_explain_tells_each_code(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    for code in CODES.values():
        assert main(["explain", code.code.lower(), "--format", form]) == 0
        assert code.title in capsys.readouterr().out
    assert main(["explain", "--format", form]) == 0
    listed = capsys.readouterr().out
    assert all(code in listed for code in CODES)
    assert main(["explain", "E999"]) == 2


def test_explain_writes_every_fact_of_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    for kind, facts in FACTS.items():
        assert main(["explain", kind]) == 0
        text = capsys.readouterr().out
        assert all(f"\n  {fact} " in text or f"\n  {fact}\n" in text for fact in facts), kind
        assert main(["explain", kind, "--format", "json"]) == 0
        listed = json.loads(capsys.readouterr().out)
        assert {one["form"].split()[0] for one in listed} == set(facts)


@pytest.mark.parametrize(
    ("fact", "form"),
    [
        ("price 0.10 EUR/min", "`price MONEY per [started|full|nearest] [N] UNIT"),
        ("setup 0.10 EUR", "`setup MONEY per call [in WINDOW]`"),
        ("billed 60 s next 1 s", "`billed Q [until Q] [then Q [until Q] ...]"),
        ("unanswered free calls", "complete before it: delete the rest; it is written"),
    ],
)
def test_a_line_that_does_not_read_is_told_how_it_is_written(
    fact: str, form: str, tmp_path: Path
) -> None:
    path = tmp_path / "case.rate"
    path.write_text(f"rate calls for voice\n  {fact}\n")
    (found,) = (one for one in load(path).diagnostics if one.code == "E001")
    assert form in (found.help or "")


def test_a_slip_of_one_word_is_told_the_word_alone(tmp_path: Path) -> None:
    path = tmp_path / "case.rate"
    path.write_text("rate calls for voice\n  price 0.10 EUR par min\n")
    assert [one.help for one in load(path).diagnostics if one.code == "E001"] == [
        "did you mean `per`?"
    ]
