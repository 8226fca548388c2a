"""Plans as TMF620 offerings and back: valid, nothing lost in silence, and nothing believed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from test_tmf import DEFINITIONS, validator

from ratedsl.cli.main import main
from ratedsl.export.exact_json import exact_json
from ratedsl.export.tmf620.catalog import CARRIED, product_catalog
from ratedsl.imports.draft import draft
from ratedsl.imports.json_reader import Node, WrongJson, read_json
from ratedsl.imports.tmf620 import read_offering
from ratedsl.plan import model
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan

ROOT = Path(__file__).parents[1]
PLANS = [path for path in sorted((ROOT / "plans").rglob("*.rate")) if "\nplan " in path.read_text()]
TMF620 = DEFINITIONS / "TMF620-ProductCatalog-v4.1.0.swagger.json"
V5 = DEFINITIONS / "TMF620-v5-examples.json"


def plan_at(path: Path) -> Plan:
    loaded = load(path)
    assert loaded.plan is not None and loaded.ok
    return loaded.plan


def exported(plan: Plan) -> dict[str, Any]:
    return json.loads(exact_json(product_catalog(plan).resources()), parse_float=Decimal)


def imported(made: object, tmp_path: Path, **more: str) -> tuple[str, Plan]:
    """The draft of an offering, which has no errors, and the plan that it is."""
    path = tmp_path / "draft.rate"
    text = draft(read_offering([Node(made, "")]), path=path, **more)
    path.write_text(text)
    loaded = load(path)
    assert loaded.plan is not None and loaded.ok, (loaded.diagnostics, text)
    return text, loaded.plan


# ---- out -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_shipped_plan_is_valid_against_the_published_definition(path: Path) -> None:
    made = json.loads(exact_json(product_catalog(plan_at(path)).resources()))
    for name, resources in (
        ("ProductOffering", [made["productOffering"]]),
        ("ProductSpecification", [made["productSpecification"]]),
        ("ProductOfferingPrice", made["productOfferingPrice"]),
    ):
        check: Draft4Validator = validator(TMF620, name)
        for one in resources:
            check.validate(one)
    wrong = made["productOfferingPrice"][0] | {"price": {"value": "much"}}
    assert not validator(TMF620, "ProductOfferingPrice").is_valid(wrong)
    named = {one["id"] for one in made["productOffering"]["productOfferingPrice"]}
    assert named == {one["id"] for one in made["productOfferingPrice"]}
    assert len(named) == len(made["productOfferingPrice"])


def test_a_price_has_its_amount_period_unit_tax_and_dates() -> None:
    made = exported(plan_at(ROOT / "plans" / "smart-40.rate"))
    prices = {one["id"]: one for one in made["productOfferingPrice"]}
    monthly = prices["monthly"]
    assert monthly["price"] == {"unit": "EUR", "value": Decimal("40.00")}
    assert (monthly["priceType"], monthly["recurringChargePeriodType"]) == ("recurring", "month")
    assert monthly["validFor"] == {
        "startDateTime": "2026-01-01T00:00:00+00:00",
        "endDateTime": "2027-01-01T00:00:00+00:00",
    }
    assert monthly["tax"][0]["taxRate"] == 23
    assert prices["monthly:2"]["price"]["value"] == Decimal("41.20")
    assert prices["data-home"]["unitOfMeasure"] == {"amount": 1, "units": "GB"}
    assert prices["data-40"]["unitOfMeasure"] == {"amount": 40, "units": "GB"}
    assert prices["data-40"]["priceType"] == "allowance"
    assert prices["loyalty"]["percentage"] == 10
    tiers = exported(plan_at(ROOT / "plans" / "family-share.rate"))["productOfferingPrice"]
    (first, last) = [one for one in tiers if one["id"].startswith("data-home")]
    held = first["prodSpecCharValueUse"][1]["productSpecCharacteristicValue"][0]
    assert (held["valueFrom"], held["valueTo"], held["unitOfMeasure"]) == (0, 10**10, "B")
    assert "valueTo" not in last["prodSpecCharValueUse"][1]["productSpecCharacteristicValue"][0]


def test_an_amount_is_written_digit_by_digit() -> None:
    text = exact_json(product_catalog(plan_at(ROOT / "plans" / "smart-40.rate")).resources())
    assert '"value": 40.00' in text
    assert '"value": 0.004' in text


def test_what_the_standard_has_no_field_for_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "tmf620", str(ROOT / "plans" / "smart-40.rate")]) == 0
    printed = capsys.readouterr()
    made = json.loads(printed.out)
    lost = made["notCarried"]
    for words in ("cap roaming-stop", "rate national: increments", "allowance data-40: rollover"):
        assert any(one.startswith(words) for one in lost), words
        assert words in made["productOffering"]["description"]
    assert all("smart-40.rate:" in one or "zones-itu" in one or "shared" in one for one in lost)
    assert f"no field for {len(lost)} facts" in printed.err


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_each_fact_that_changes_is_carried_or_named(path: Path) -> None:
    """A fact that is neither in the resources nor among the losses would be lost in silence."""
    plan = plan_at(path)
    lost = {one.record.split(" ")[-1] for one in product_catalog(plan).lost}
    ids = {one["id"].split(":")[0] for one in exported(plan)["productOfferingPrice"]}
    taxed = {
        tax["id"] for one in exported(plan)["productOfferingPrice"] for tax in one.get("tax", ())
    }
    for kind in ("fees", "rates", "allowances", "caps", "commitments", "discounts", "taxes"):
        for record in getattr(plan, kind):
            assert record.id in lost | ids | taxed, (kind, record.id)


def test_what_is_carried_exists() -> None:
    for kind, fields in CARRIED.items():
        assert fields <= {*getattr(model, kind).model_fields}, kind


# ---- and back ------------------------------------------------------------------------


def amounts(plan: Plan) -> dict[str, object]:
    """What a plan charges and grants, as far as the standard carries it."""
    found: dict[str, object] = {}
    for fee in plan.fees:
        found[fee.id] = (
            [(one.amount, one.span, one.every, one.period.model_dump()) for one in fee.amounts],
            [(one.limit, one.amount, one.flat) for one in fee.tiers],
            fee.item if fee.scope == "item" else fee.scope,
            fee.term.count if fee.term else None,
            fee.term.leaving if fee.term else None,
        )
    for rate in plan.rates:
        found[rate.id] = (
            rate.match.service,
            [
                (one.price.amount, one.price.per, one.price.block, one.period.model_dump())
                for one in rate.prices
            ],
            [(one.kind, one.amount) for one in rate.fees],
            [
                (one.bound, one.inclusive, one.price.amount if one.price else one.flat)
                for one in (rate.tiers.tiers if rate.tiers else ())
            ],
        )
    for allowance in plan.allowances:
        found[allowance.id] = [
            (one.quantity, one.money, one.period.model_dump()) for one in allowance.grants
        ]
    for discount in plan.discounts:
        found[discount.id] = [(one.percent, one.amount) for one in discount.steps]
    return found


def is_lost(plan: Plan, record: str) -> bool:
    """Whether what a record charges by is not in the standard: windows, decks, matrices."""
    for rate in plan.rates:
        if rate.id == record:
            windows = any(one.window for one in (*rate.prices, *rate.fees))
            percent = any(one.price.percent is not None for one in rate.prices)
            flat = any(one.flat and one.price for one in (rate.tiers.tiers if rate.tiers else ()))
            special = (rate.deck, rate.matrix, rate.of, windows, percent, flat)
            # A service of the plan's own is not in the standard either.
            return any(special) or rate.match.service not in ("voice", "sms", "mms", "data")
    return False


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_what_goes_out_comes_back(path: Path, tmp_path: Path) -> None:
    plan = plan_at(path)
    text, back = imported(exported(plan), tmp_path, timezone=plan.timezone)
    was, now = amounts(plan), amounts(back)
    kept = 0
    for record, value in was.items():
        if is_lost(plan, record):
            assert record in text or not now.get(record), record
            continue
        if record not in now:
            assert "left out, since" in text and record in text, record
            continue
        assert now[record] == value, record
        kept += 1
    assert kept
    assert back.currency == plan.currency
    assert back.sold.model_dump() == plan.sold.model_dump()
    for tax in back.taxes:
        (before,) = [one for one in plan.taxes if one.id == tax.id]
        assert [one.percent for one in tax.steps] == [one.percent for one in before.steps]


def test_smart_40_comes_back_but_for_its_windows(tmp_path: Path) -> None:
    plan = plan_at(ROOT / "plans" / "smart-40.rate")
    _, back = imported(exported(plan), tmp_path, timezone=plan.timezone)
    assert {*amounts(plan)} - {*amounts(back)} == {"world-calls"}


# ---- offerings of others -------------------------------------------------------------

OFFERING: dict[str, Any] = {
    "id": "Mobile 20",
    "name": 'Mobile "20"',
    "category": [{"id": "1"}],
    "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
    "productOfferingPrice": [
        {
            "id": "p1",
            "name": "Monthly",
            "priceType": "recurring",
            "recurringChargePeriodType": "monthly",
            "recurringChargePeriodLength": 1,
            "unitOfMeasure": {"amount": 1, "units": "Month"},
            "price": {"unit": "EUR", "value": Decimal("19.99")},
            "tax": [{"taxCategory": "VAT", "taxRate": 20}],
            "policy": [{"id": "2503"}],
            "productOfferingTerm": [{"name": "a", "duration": {"amount": 12, "units": "Month"}}],
        },
        {
            "id": "p2",
            "name": "Activation",
            "priceType": "one time",
            "price": {"dutyFreeAmount": {"unit": "EUR", "value": 9}, "taxRate": 20,
                      "taxCategory": "VAT"},
        },
        {
            "id": "p3",
            "name": "Data",
            "priceType": "usage",
            "unitOfMeasure": {"amount": 100, "units": "MB"},
            "price": {"unit": "EUR", "value": Decimal("0.5")},
        },
        {"id": "p4", "name": "Off", "priceType": "discount", "percentage": 10,
         "popRelationship": [{"id": "p1", "relationshipType": "discounts"}]},
    ],
}  # fmt: skip


def test_an_offering_becomes_the_beginnings_of_a_plan(tmp_path: Path) -> None:
    text, plan = imported(OFFERING, tmp_path)
    assert load(tmp_path / "draft.rate").diagnostics == ()
    assert (plan.id, plan.title, plan.currency) == ("mobile-20", "Mobile '20'", "EUR")
    fees = {one.id: one for one in plan.fees}
    assert fees["p1"].amounts[0].amount == Decimal("19.99")
    assert fees["p1"].term is not None and fees["p1"].term.count == 12
    assert (fees["p2"].amounts[0].amount, fees["p2"].amounts[0].span) == (9, "once")
    (rate,) = plan.rates
    assert (rate.match.service, rate.prices[0].price.per) == ("data", 10**8)
    (discount,) = plan.discounts
    assert (discount.steps[0].percent, discount.steps[0].of) == (10, ("p1",))
    (tax,) = plan.taxes
    assert (tax.steps[0].percent, tax.steps[0].of) == (20, ("p1", "p2"))
    assert "Fields of the offering that are not here: category." in text
    assert "Fields of its prices that are not here: policy." in text
    assert text.count("fill in") >= 5


def test_prices_may_stand_in_another_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offering = OFFERING | {
        "productOfferingPrice": [{"id": one["id"], "name": one["name"]}
                                 for one in OFFERING["productOfferingPrice"]]
    }  # fmt: skip
    for name, value in (("offering", offering), ("prices", OFFERING["productOfferingPrice"][:2])):
        (tmp_path / f"{name}.json").write_text(exact_json(value))
    out = tmp_path / "plans" / "mobile.rate"
    files = [str(tmp_path / f"{name}.json") for name in ("offering", "prices")]
    assert main(["import", "tmf620", *files, "--output", str(out), "--plan", "mobile"]) == 0
    assert "places say `fill in`" in capsys.readouterr().err
    assert main(["check", str(out)]) == 0
    assert "Prices that it names, and that were not given: Data, Off." in out.read_text()
    capsys.readouterr()
    assert main(["import", "tmf620", *files, "--output", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_the_published_v5_examples_become_plans(tmp_path: Path) -> None:
    if not V5.exists():
        pytest.skip(f"the published examples are not at {DEFINITIONS}")
    examples = json.loads(V5.read_text(), parse_float=Decimal)
    prices = Node(examples["ProductOfferingPrice_list_example_response"], "")
    for name in (
        "ProductOffering_retrieve_example_response",
        "Product_Offering_Create_example_request",
    ):
        offering = read_offering([Node(examples[name], ""), prices])
        path = tmp_path / "v5.rate"
        path.write_text(draft(offering, path=path))
        loaded = load(path)
        assert loaded.ok and loaded.plan is not None, loaded.diagnostics
        assert loaded.plan.fees[0].amounts[0].amount == 50


def test_one_of_several_offerings_is_named(tmp_path: Path) -> None:
    both = [OFFERING, OFFERING | {"id": "other"}]
    with pytest.raises(WrongJson, match="2 offerings, `Mobile 20`, `other`; name one"):
        read_offering([Node(both, "")])
    assert read_offering([Node(both, "")], "other").id == "other"
    with pytest.raises(WrongJson, match="no product offering `third`"):
        read_offering([Node(both, "")], "third")


# ---- nothing is believed -------------------------------------------------------------


def changed(path: str, value: object) -> dict[str, Any]:
    """The offering with another value at a JSON pointer."""
    made = json.loads(exact_json(OFFERING), parse_float=Decimal)
    at: Any = made
    *steps, last = path.split("/")[1:]
    for step in steps:
        at = at[int(step) if isinstance(at, list) else step]
    at[int(last) if isinstance(at, list) else last] = value
    return dict(made)


@pytest.mark.parametrize(
    ("pointer", "value", "words"),
    [
        ("/name", 5, "a number where text should be"),
        ("/productOfferingPrice", {}, "an object where a list should be"),
        ("/productOfferingPrice/0", "x", "text where an object should be"),
        ("/productOfferingPrice/0/price", [1], "a list where an object should be"),
        ("/productOfferingPrice/0/price/value", "1", "text where a number should be"),
        ("/productOfferingPrice/0/price/value", True, "true or false where a number should be"),
        ("/productOfferingPrice/0/price/value", 10**18, "too large, or too fine"),
        ("/productOfferingPrice/0/price/unit", "EURO", "no ISO 4217 currency"),
        ("/productOfferingPrice/0/recurringChargePeriodLength", -1, "no length of a period"),
        ("/productOfferingPrice/0/tax", [3], "a number where an object should be"),
        ("/validFor/startDateTime", "soon", "is no date"),
        ("/name", "x" * 3000, "longer than 2000 characters"),
    ],
)
def test_a_wrong_field_is_pointed_at(
    pointer: str, value: object, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "offering.json"
    path.write_text(exact_json(changed(pointer, value)))
    assert main(["import", "tmf620", str(path)]) == 2
    said = capsys.readouterr().err
    assert words in said
    expected = pointer + ("/0" if pointer.endswith("/tax") else "")
    assert f"offering.json: {expected}: " in said, said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a": NaN}', "`NaN` is no number"),
        ('{"a": ' + "9" * 5000 + "}", "too long"),
        ("{", "no JSON at line 1"),
        ('"x"', "no resource"),
        ("[]", "no product offering"),
        ("{}", "an offering without `name` or `id`"),
        ('{"name": "x", "productOfferingPrice": [[]]}', "/productOfferingPrice/0: a list"),
    ],
)
def test_what_is_no_offering_is_said_in_one_line(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    assert main(["import", "tmf620", str(path)]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said and "internal error" not in said


def test_a_huge_file_and_odd_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b" " * (8 * 1024 * 1024 + 1))
    with pytest.raises(WrongJson, match="larger than 8 MiB"):
        read_json(path)
    path.write_bytes(b'{"name": "\xff"}')
    with pytest.raises(WrongJson, match="not UTF-8"):
        read_json(path)


@pytest.mark.parametrize(
    "words",
    [
        'x"\nfee evil "Evil"\n  amount 1.00 EUR once\n#',
        "\x1b[2J\u202e\u2028fee evil",
        '<script>alert(1)</script>',
        "../../etc/passwd",
        "usage", "fees", "anywhere", "", "-", "42", "ß漢字", "a" * 1900,
    ],
    ids=range(12),
)  # fmt: skip
def test_words_of_an_offering_stay_words(words: str, tmp_path: Path) -> None:
    made = changed("/id", words)
    for pointer in ("/name", "/description"):
        made |= {pointer[1:]: words or "x"}
    for price in made["productOfferingPrice"]:
        price |= {"name": words, "id": words + price["id"], "description": words}
        price["prodSpecCharValueUse"] = [
            {"name": name, "productSpecCharacteristicValue": [{"value": words}]}
            for name in ("to", "roaming", "when", "order", "held by", "counting")
        ]
    text, plan = imported(made, tmp_path)
    assert "evil" not in {one.id for one in (*plan.fees, *plan.rates)}
    assert "\x1b" not in text and "\u202e" not in text and "\u2028" not in text
    assert not any(one.startswith("fee evil") for one in text.splitlines())
