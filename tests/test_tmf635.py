"""Rated usage as TMF635: valid, masked, and adding up to the bill."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from test_tmf import DEFINITIONS, validator

from ratedsl.billing.invoice import Section
from ratedsl.cli.bills import all_bills, billed_accounts, plan_groups
from ratedsl.cli.cycles import Wanted
from ratedsl.cli.main import main
from ratedsl.usage.sample import Sample, make_sample
from ratedsl.usage.store import Store

PLANS = Path(__file__).parents[1] / "plans"
TMF635 = DEFINITIONS / "TMF635-UsageManagement-v4.0.0.swagger.json"
CYCLE = "2026-08"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("usage") / "usage.db"
    make_sample(path, Sample(20, 2, 1), lambda _at, _of: None)
    return path


def exported(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["export", "tmf635", *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines]


def shape(value: Any) -> str:
    """What a value has, without the words and numbers that differ from one to the next."""
    if isinstance(value, dict):
        return f"{{{','.join(f'{name}:{shape(one)}' for name, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{','.join(map(shape, value))}]"
    return type(value).__name__


def charged(one: dict[str, Any]) -> Fraction:
    return sum(
        (
            Fraction(product["taxExcludedRatingAmount"]["value"])
            for product in one.get("ratedProductUsage", ())
        ),
        Fraction(0),
    )


@pytest.mark.parametrize("plan", ["smart-20", "smart-40", "family-share", "prepaid-go"])
def test_amounts_add_up_to_the_usage_of_the_bills(
    plan: str, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = PLANS / f"{plan}.rate"
    made = exported(capsys, str(path), "--usage", str(database), "--cycle", CYCLE)
    (tables,) = plan_groups(path)
    bills: dict[str, Fraction] = {}
    events = 0
    with Store.open(database) as store, store.snapshot():
        accounts = billed_accounts([tables], store.accounts())
        wanted = Wanted(label=CYCLE)
        for bill in all_bills(tables, store, accounts, wanted, lambda _at, _of: None):
            events += bill.invoice.outcomes.events
            usage = (one.exact for one in bill.charges if one.section is Section.USAGE)
            account = bill.invoice.account
            bills[account] = bills.get(account, Fraction(0)) + sum(usage, Fraction(0))
    assert len(made) == events > 0
    found: dict[str, Fraction] = dict.fromkeys(bills, Fraction(0))
    for one in made:
        (account,) = [party["id"] for party in one["relatedParty"] if party["role"] == "account"]
        found[account] += charged(one)
    assert found == bills


def test_each_event_is_valid_against_the_published_definition(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check = validator(TMF635, "Usage")
    assert main(["export", "tmf635", str(PLANS / "smart-40.rate"), "--usage", str(database)]) == 0
    made = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    # Each shape that there is, and of those that look alike every twentieth.
    seen: dict[str, int] = {}
    for one in made:
        seen[shape(one)] = number = seen.get(shape(one), -1) + 1
        if number % 20 == 0:
            check.validate(one)
    assert len(seen) > 1
    assert not check.is_valid(made[0] | {"status": "paid"})
    with_amount = next(one for one in made if one.get("ratedProductUsage"))
    product = with_amount["ratedProductUsage"][0] | {"taxExcludedRatingAmount": 5}
    assert not check.is_valid(with_amount | {"ratedProductUsage": [product]})


def test_rejected_and_covered_usage_says_so(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = exported(capsys, str(PLANS / "smart-20.rate"), "--usage", str(database))
    rejected = [one for one in made if one["status"] == "rejected"]
    assert rejected and not any(charged(one) for one in rejected)
    named = {item["value"] for one in rejected for item in one["usageCharacteristic"]
             if item["name"] == "reason"}  # fmt: skip
    assert "no-rate" in named
    made += exported(capsys, str(PLANS / "smart-40.rate"), "--usage", str(database))
    tags = {
        product["usageRatingTag"] for one in made for product in one.get("ratedProductUsage", ())
    }
    assert {"usage", "included usage"} <= tags


def test_numbers_are_masked_unless_they_are_asked_for_with_a_reason(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(database) as store:
        account = next(one for one in store.accounts() if any(line.number for line in one.lines))
        events = store.events_of(account.id)
    numbers = {one.called for one in events if len(one.called) > 8}
    numbers |= {one.calling for one in events if len(one.calling) > 8}
    arguments = [
        *("export", "tmf635", str(PLANS / "smart-40.rate"), "--usage", str(database)),
        *("--account", account.id),
    ]
    assert main(arguments) == 0
    masked = capsys.readouterr().out
    assert numbers and not any(number in masked for number in numbers)
    assert main([*arguments, "--unmask"]) == 2
    assert main([*arguments, "--unmask", "--reason", "complaint 4711 about roaming"]) == 0
    assert any(number in capsys.readouterr().out for number in numbers)
    assert main(["usage", "access-log", "--usage", str(database), "--format", "json"]) == 0
    assert f"rated usage of account {account.id}" in capsys.readouterr().out


def test_a_folder_of_plans_rates_each_line_by_its_own(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = exported(capsys, str(PLANS), "--usage", str(database), "--cycle", CYCLE)
    plans = {
        product["offerTariffType"].split()[0]
        for one in made
        for product in one.get("ratedProductUsage", ())
    }
    assert {"smart-20", "family-share"} <= plans
    assert len({one["id"] for one in made}) == len(made)
