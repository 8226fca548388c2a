"""A plan as one text says what the plan says; its JSON is what its schema promises."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ratedsl.cli.main import main
from ratedsl.lang.parser import parse
from ratedsl.lang.source import Source
from ratedsl.plan.load import load
from ratedsl.plan.written import written
from ratedsl.report.schemas import SCHEMAS
from ratedsl.testing.run import run_tests

ROOT = Path(__file__).parent.parent
FOLDERS = ("plans", "tests/cases/good", "tests/cases/worked", "samples")
PLANS = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.rate"))
    if path.read_text(encoding="utf-8").find("\nplan ") >= 0 or path.read_text().startswith("plan ")
]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PLANS, ids=name)
def test_one_text_makes_the_same_plan(path: Path) -> None:
    plan = load(path).plan
    assert plan is not None
    text = written(path)
    file, found = parse(Source(str(path), text))
    assert not found and not file.uses
    assert not any(record.override for record in file.records)
    again = load(path, {path.resolve(): text})
    assert again.ok and again.plan is not None
    assert again.plan.model_dump() == plan.model_dump()
    assert again.plan.content_hash == plan.content_hash


def test_its_tests_hold_and_those_of_other_plans_are_left_out(tmp_path: Path) -> None:
    frame = "  currency  EUR\n  timezone  UTC\n  cycle     monthly on day 1\n"
    frame += "  rounding  half-up 0.01 EUR per item\n  change    at once crediting unused\n"
    fee = "fee monthly\n  amount    10.00 EUR per month in advance\n"
    fee += "  prorated  by day, counting the first day\n"
    (tmp_path / "old.rate").write_text(f"plan old\n{frame}{fee}")
    path = tmp_path / "new.rate"
    path.write_text(
        f'use "old.rate"\nplan new "New"\n  extends   old\n  drops     fee monthly\n{frame}'
        "fee flat\n  amount    5.00 EUR per month in advance\n  prorated  not\n"
        'test "alone"\n  invoice   on 2026-02-01\n  expect    item flat 5.00 EUR  # a comment\n'
        'test "from the old one"\n  given     plan old\n  act       change to new on 2026-01-10\n'
        "  invoice   on 2026-02-01\n  expect    item flat 5.00 EUR\n"
    )
    text = written(path)
    assert 'test "alone"' in text and "# a comment" in text and "from the old one" not in text
    assert "extends" not in text and "fee monthly" not in text
    again = load(path, {path.resolve(): text})
    assert again.diagnostics == () and again.plan is not None
    assert [one.passed for one in run_tests(again.plan)] == [True]


def test_a_deck_of_another_folder_is_still_found() -> None:
    path = ROOT / "plans" / "business-voice.rate"
    assert 'from "shared/deck-international.csv"' in written(path)


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = ROOT / "plans" / "smart-20-young.rate"
    assert main(["show", "--resolved", str(path)]) == 0
    assert capsys.readouterr().out == written(path)
    assert main(["show", "--resolved", "--as-of", "2026-01-01", str(path)]) == 2
    assert "--resolved" in capsys.readouterr().err
    library = tmp_path / "zones.rate"
    library.write_text("zone national\n  prefix    +351\n")
    assert main(["show", "--resolved", str(library)]) == 2


# ---- the schema --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PLANS, ids=name)
def test_the_json_of_a_plan_keeps_its_schema(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["show", "--json", "--as-of", "2026-08-01", str(path)])
    VALIDATOR.validate(json.loads(capsys.readouterr().out))


VALIDATOR = jsonschema.Draft202012Validator(SCHEMAS["plan"]())


def test_the_schema_is_one_and_refuses_what_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "plan"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    main(["show", "--json", "--as-of", "2026-08-01", str(ROOT / "plans" / "smart-20.rate")])
    shown = json.loads(capsys.readouterr().out)
    for spoil in (
        lambda one: one["plan"].pop("currency"),
        lambda one: one["plan"].update(price=1),
        lambda one: one["plan"]["fees"][0].update(amounts="20.00 EUR"),
        lambda one: one.pop("content_hash"),
    ):
        wrong = json.loads(json.dumps(shown))
        spoil(wrong)
        assert list(VALIDATOR.iter_errors(wrong))
