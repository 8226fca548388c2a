"""What can be mended in one way only is mended by `check --fix`; all else is left as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ratedsl.checks.codes import CODES
from ratedsl.cli.main import main
from ratedsl.lang.formatter import format_source
from ratedsl.lang.mending import Edit, apply_edits
from ratedsl.lang.source import Source, Span
from ratedsl.plan.load import load
from ratedsl.plan.mend import mend

FRAME = """\
plan demo "Demo"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
zone national "Portugal"
  prefix    +351
"""
RATE = 'rate calls "Calls" for voice to national\n  price     0.10 EUR per min\n'

# For each code the line as it was written, and as it can only have been meant; None: not at all.
SAFE = [
    ("E001", "  price     0.10 EUR PER min", "  price     0.10 EUR per min"),
    ("E002", 'Rate calls "Calls" for voice', 'rate calls "Calls" for voice'),
    ("E003", "  Price     0.10 EUR per min", "  price     0.10 EUR per min"),
    ("E101", "rate calls for voice to National", "rate calls for voice to national"),
    ("E112", "  rounding  Half-Up 0.01 EUR per event", "  rounding  half-up 0.01 EUR per event"),
    ("E208", "  timezone  europe/lisbon", "  timezone  Europe/Lisbon"),
    ("E301", "  price     0.10 eur per min", "  price     0.10 EUR per min"),
    ("E303", "  price     0.10 EUR per MIN", "  price     0.10 EUR per min"),
    ("E310", "  rounding  half-up 0.01 EUR  per item", None),
    ("W592", "  # allow W513: it was of use once", None),
]


def plan_with(line: str) -> str:
    """A plan in which the line stands where its like does."""
    if line.startswith("  rounding"):
        return FRAME.replace("\nzone", f"\n{line}\nzone") + RATE
    if line.startswith("  timezone"):
        return FRAME.replace("  timezone  Europe/Lisbon", line) + RATE
    if line[0] != " ":
        return f"{FRAME}{line}\n  price     0.10 EUR per min\n"
    if line.startswith("  #"):
        return FRAME + RATE + line + "\n"
    return f"{FRAME}rate calls for voice to national\n{line}\n"


def fixed(tmp_path: Path, text: str) -> str:
    path = (tmp_path / "plan.rate").resolve()
    path.write_text(text)
    return mend([path], {path: text}).texts.get(path, text)


@pytest.mark.parametrize(("code", "wrong", "right"), SAFE, ids=[code for code, *_ in SAFE])
def test_what_has_one_mend_is_mended(
    tmp_path: Path, code: str, wrong: str, right: str | None
) -> None:
    text = plan_with(wrong)
    path = tmp_path / "plan.rate"
    path.write_text(text)
    assert [one.code for one in load(path).diagnostics] == [code]
    wanted = text.replace(f"{wrong}\n", "" if right is None else f"{right}\n")
    assert fixed(tmp_path, text) == wanted
    path.write_text(wanted)
    assert load(path).diagnostics == ()


def test_what_is_mended_is_a_code_of_each_of_these() -> None:
    """A code that gains a safe fix needs its line above, or a test below."""
    found = {
        code
        for code, entry in CODES.items()
        for path in [Path("example.rate")]
        for one in load(path, {path.resolve(): entry.whole(entry.wrong)}).diagnostics
        if any(fix.safe for fix in one.fixes)
    }
    assert found <= {code for code, *_ in SAFE} | {"E102"}


@pytest.mark.parametrize(
    "line",
    [
        "  price     0.10 EUR par min",  # may be `per`, may be a slip for something else
        "  prise     0.10 EUR per min",
        "  price     0.10 EUR per mim",
        "  price     0.10 EUX per min",
        "rate calls for voice to nationale",
        "  rounding  half-up 0.02 EUR per item",  # says something else than the first
        "  timezone  Europe/Lissabon",
    ],
)
def test_a_guess_is_offered_and_never_made(tmp_path: Path, line: str) -> None:
    text = plan_with(line)
    path = tmp_path / "plan.rate"
    path.write_text(text)
    assert load(path).diagnostics
    assert fixed(tmp_path, text) == text


def test_a_guess_is_among_the_fixes(tmp_path: Path) -> None:
    path = tmp_path / "plan.rate"
    path.write_text(plan_with("  price     0.10 EUR per mim"))
    (found,) = load(path).diagnostics
    assert [(fix.title, fix.safe) for fix in found.fixes] == [("write `min`", False)]


def test_a_second_fact_with_a_comment_stays(tmp_path: Path) -> None:
    text = plan_with("  rounding  half-up 0.01 EUR per item  # the tax office asks for it")
    assert fixed(tmp_path, text) == text


def test_one_line_can_have_several_mistakes(tmp_path: Path) -> None:
    text = plan_with("  Price     0.10 eur PER Min")
    assert fixed(tmp_path, text) == plan_with("  price     0.10 EUR per min")


def test_a_code_is_taken_out_of_several(tmp_path: Path) -> None:
    code = CODES["W513"]
    (tmp_path / "plan.rate").write_text(code.whole(code.wrong))
    (found,) = load(tmp_path / "plan.rate").diagnostics
    lines = code.whole(code.wrong).splitlines()
    lines.insert(found.span.line - 1, "# allow W512, W513: it is being built")
    wanted = [line.replace("W512, ", "") for line in lines]
    assert fixed(tmp_path, "\n".join(lines)) == "\n".join(wanted)


def test_a_comment_behind_a_fact_goes_without_the_fact(tmp_path: Path) -> None:
    text = plan_with("  price     0.10 EUR per min  # allow W513: it was of use once")
    assert fixed(tmp_path, text) == plan_with("  price     0.10 EUR per min")


def test_an_extended_record_is_overridden_and_a_lent_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "base.rate").write_text(FRAME + RATE)
    frame = 'use "base.rate"\nplan young "Young"\n  extends   demo\n'
    changed = f'{frame}rate calls "Calls"\n  price     0.05 EUR per min\n'
    assert fixed(tmp_path, changed) == changed.replace("\nrate", "\noverride rate")
    lent = f'{frame}zone national "Home"\n  prefix    +352\n'
    (tmp_path / "plan.rate").write_text(lent)
    (found,) = load(tmp_path / "plan.rate").diagnostics
    assert [(fix.title, fix.safe) for fix in found.fixes] == [("say `override`", False)]
    assert fixed(tmp_path, lent) == lent


def test_each_way_to_show_a_tax_is_offered(tmp_path: Path) -> None:
    path = tmp_path / "plan.rate"
    text = FRAME + RATE + 'tax vat "VAT"\n  percent   23% of usage\n  shown     as state levy\n'
    text = text.replace(
        "per item\n", "per item\n  rounding  half-up 0.01 EUR per tax per invoice\n"
    )
    path.write_text(text)
    (found,) = load(path).diagnostics
    assert [fix.title for fix in found.fixes] == [
        *("write `government tax`", "write `carrier charge`", "write `not billed`")
    ]
    after, _ = apply_edits(Source(str(path), text), found.fixes[1].edits)
    assert "  shown     as carrier charge\n" in after
    assert load(path, {path.resolve(): after}).diagnostics == ()


def test_dates_that_run_backwards_or_overlap_can_be_mended(tmp_path: Path) -> None:
    path = tmp_path / "plan.rate"
    late = "  price     0.10 EUR per min from 2026-01-01 through 2026-09-30\n"
    text = f"{FRAME}rate calls for voice\n{late}  price     0.20 EUR per min from 2026-07-01\n"
    path.write_text(text)
    (found,) = load(path).diagnostics
    after, _ = apply_edits(Source(str(path), text), found.fixes[0].edits)
    assert after == text.replace("2026-09-30", "2026-06-30")
    text = text.replace("from 2026-01-01 through 2026-09-30", "from 2026-05-31 through 2026-05-01")
    path.write_text(text)
    (found,) = load(path).diagnostics
    after, _ = apply_edits(Source(str(path), text), found.fixes[0].edits)
    assert "from 2026-05-01 through 2026-05-31" in after


# ---- edits -------------------------------------------------------------------------------------


def test_of_edits_that_overlap_the_first_is_made() -> None:
    source = Source("x", "one two three\nfour\n")
    edits = [
        Edit(Span("x", 1, 1, 8), "1 2"),
        Edit(Span("x", 1, 5, 8), "2"),
        Edit(Span("x", 1, 14, 14), "!"),
        Edit(Span("x", 2, 1, 2), None),
    ]
    assert apply_edits(source, edits) == ("1 2 three!\n", 3)


def test_a_last_line_without_an_end_goes() -> None:
    assert apply_edits(Source("x", "a\nb"), [Edit(Span("x", 2, 1, 2), None)]) == ("a\n", 1)


# ---- the command -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plans").mkdir()
    return tmp_path / "plans"


def test_fix_writes_and_checks_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "demo.rate"
    path.write_text(plan_with("  price     0.10 eur per mim"))
    assert main(["check", "--fix"]) == 1
    shown = capsys.readouterr()
    assert shown.err == "fixed 1 place in plans/demo.rate\n"
    assert "unknown unit `mim`" in shown.out and "E301" not in shown.out
    assert path.read_text() == plan_with("  price     0.10 EUR per mim")
    path.write_text(plan_with("  price     0.10 eur per min"))
    assert main(["check", "--fix"]) == 0


def test_line_ends_and_marks_stay(folder: Path) -> None:
    path = folder / "demo.rate"
    path.write_bytes(
        b"\xef\xbb\xbf" + plan_with("  price     0.10 eur per min").replace("\n", "\r\n").encode()
    )
    assert main(["check", "--fix"]) == 0
    wanted = plan_with("  price     0.10 EUR per min").replace("\n", "\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbf" + wanted.encode()


def test_a_file_in_its_form_stays_in_it(folder: Path) -> None:
    text = plan_with("  price     0.10 eur per min")
    assert format_source(Source("x", text)) == text
    (folder / "demo.rate").write_text(text)
    assert main(["check", "--fix"]) == 0
    assert main(["fmt", "--check"]) == 0


def test_diff_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "demo.rate"
    text = plan_with("  price     0.10 eur per min")
    path.write_text(text)
    assert main(["check", "--diff"]) == 1
    shown = capsys.readouterr().out
    assert "-  price     0.10 eur per min\n+  price     0.10 EUR per min\n" in shown
    assert path.read_text() == text


def test_only_named_files_are_written(folder: Path) -> None:
    library, plan = folder / "zones.rate", folder / "demo.rate"
    library.write_text("zone far\n  Prefix    +44\n")
    plan.write_text('use "zones.rate"\n' + FRAME + RATE)
    assert main(["check", "--fix", str(plan)]) == 1
    assert library.read_text() == "zone far\n  Prefix    +44\n"
    assert main(["check", "--fix"]) == 0
    assert library.read_text() == "zone far\n  prefix    +44\n"


def test_bytes_that_are_no_text_are_not_lost(folder: Path) -> None:
    path = folder / "demo.rate"
    data = plan_with("  price     0.10 eur per min").encode() + b"# caf\xe9\n"
    path.write_bytes(data)
    main(["check", "--fix"])
    assert path.read_bytes() == data


@pytest.mark.parametrize("options", [["-", "--fix"], ["--fix", "--watch"]])
def test_what_makes_no_sense_with_fix(
    folder: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "demo.rate").write_text(FRAME + RATE)
    assert main(["check", *options]) == 2
    assert "--fix" in capsys.readouterr().err


def test_json_and_sarif_have_the_fixes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "demo.rate").write_text(plan_with("  price     0.10 eur per min"))
    main(["check", "--format", "json"])
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    span = {"path": "plans/demo.rate", "line": 9, "column": 18, "end": 21}
    assert found["fixes"] == [
        {"title": "write `EUR`", "safe": True, "edits": [{"span": span, "text": "EUR"}]}
    ]
    main(["check", "--format", "sarif"])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (fix,) = run["results"][0]["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "plans/demo.rate"}
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 9, "startColumn": 18, "endColumn": 21},
            "insertedContent": {"text": "EUR"},
        }
    ]
