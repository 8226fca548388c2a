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

from ratedsl.checks.codes import BILL_CODES, CHANGE_CODES, CODES, page
from ratedsl.cli.main import main
from ratedsl.diff.change import CLASSES
from ratedsl.diff.change import CODES as CODES_OF_CLASSES
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


def files_of(code: str) -> tuple[Path, Path, Path]:
    """The plan before and after a change of a class, and what `diff` prints of them."""
    stem = f"{code}-{slug(CHANGE_CODES[code].title)}"
    return tuple(HERE / f"{stem}.{end}" for end in ("before.rate", "after.rate", "out"))  # type: ignore[return-value]


@pytest.mark.parametrize("code", CHANGE_CODES)
def test_each_class_of_change_prints_what_its_files_expect(
    code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HERE)
    before, after, out = files_of(code)
    one = CHANGE_CODES[code]
    for path, example in ((before, one.before), (after, one.after)):
        if UPDATE:
            path.write_text(one.whole(example))
        assert path.read_text() == one.whole(example)
    words = ["diff", before.name, after.name, "--today", "2026-03-01"]
    assert main(words) == 0
    printed = capsys.readouterr().out
    if UPDATE:
        out.write_text(printed)
    assert printed == out.read_text()
    assert f"[{code} " in printed
    # Its example is of this class, and by name or code it can be made to fail.
    name = next(name for name, known in CODES_OF_CLASSES.items() if known == code)
    for chosen in (name, code, code.lower()):
        assert main([*words, "--fail-on", chosen]) == 1
    for form in ("json", "markdown", "github"):
        main([*words, "--format", form])
        assert code in capsys.readouterr().out
    for path in (before, after):
        assert [one for one in load(path).diagnostics if one.is_error] == []


def test_each_class_of_change_has_a_code_that_is_explained() -> None:
    assert set(CODES_OF_CLASSES) == set(CLASSES)
    assert set(CODES_OF_CLASSES.values()) == set(CHANGE_CODES)


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
    assert given == {*CODES, *BILL_CODES, *CHANGE_CODES}


def test_no_file_stands_for_a_code_that_is_gone() -> None:
    changes = {path for code in CHANGE_CODES for path in files_of(code)}
    plans = {file_of(code) for code in CODES}
    outputs = {path.with_suffix(".out") for path in plans}
    assert {path for path in HERE.iterdir() if path.is_file()} == plans | outputs | changes


def test_the_page_of_codes_is_made_from_them() -> None:
    if UPDATE:
        (ROOT / "docs" / "codes.md").write_text(page())
    assert (ROOT / "docs" / "codes.md").read_text() == page()


@pytest.mark.parametrize("form", ["text", "json"])
def test_explain_tells_each_code(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    for code in (*CODES.values(), *BILL_CODES.values(), *CHANGE_CODES.values()):
        assert main(["explain", code.code.lower(), "--format", form]) == 0
        assert code.title in capsys.readouterr().out
    assert main(["explain", "--format", form]) == 0
    listed = capsys.readouterr().out
    assert all(code in listed for code in (*CODES, *BILL_CODES, *CHANGE_CODES))
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
