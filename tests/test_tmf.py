"""Invoices as TM Forum resources: valid against the published definitions, and adding up."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft4Validator
from test_invoice_page import SCRIPT, whole
from test_report_invoice import NUMBER

from ratedsl.cli.main import main
from ratedsl.export.exact_json import exact_json
from ratedsl.export.tmf678 import customer_bill
from ratedsl.report.invoice import render_invoice

DEFINITIONS = Path(__file__).parents[2] / "shared" / "data" / "tmf"
TMF678 = DEFINITIONS / "TMF678-CustomerBill-v4.0.0.swagger.json"


def validator(path: Path, name: str) -> Draft4Validator:
    if not path.exists():
        pytest.skip(f"the published definitions are not at {DEFINITIONS}")
    published = json.loads(path.read_text())
    assert name in published["definitions"]
    schema = {"$ref": f"#/definitions/{name}", "definitions": published["definitions"]}
    return Draft4Validator(schema)


@pytest.mark.parametrize("words", ["Words", SCRIPT])
def test_a_bill_is_valid_against_the_published_definition(words: str) -> None:
    made = json.loads(exact_json(customer_bill(whole(words))))
    check = validator(TMF678, "CustomerBill")
    check.validate(made["customerBill"])
    assert not check.is_valid(made["customerBill"] | {"amountDue": "much"})
    rate = validator(TMF678, "AppliedCustomerBillingRate")
    for one in made["appliedCustomerBillingRate"]:
        rate.validate(one)


def test_the_amounts_are_exact_and_add_up() -> None:
    text = exact_json(customer_bill(whole()))
    made = json.loads(text, parse_float=Decimal)
    bill = made["customerBill"]
    taxes = sum(one["taxAmount"]["value"] for one in bill["taxItem"])
    assert bill["taxExcludedAmount"]["value"] + taxes == bill["taxIncludedAmount"]["value"]
    rates = sum(one["taxExcludedAmount"]["value"] for one in made["appliedCustomerBillingRate"])
    included = sum(one.amount for one in whole().taxes if one.included)
    assert rates - included == bill["taxExcludedAmount"]["value"]
    assert bill["taxIncludedAmount"]["value"] == whole().total


def test_no_whole_number_is_exported() -> None:
    assert NUMBER not in exact_json(customer_bill(whole()))


def test_text_never_becomes_a_number() -> None:
    assert json.loads(exact_json({"text": "\ue0001.5", "amount": Decimal("1.50")})) == {
        "text": "\ufffd1.5",
        "amount": 1.5,
    }
    assert "1.50" in exact_json([Decimal("1.50")])


def test_an_invoice_of_a_file_is_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "invoice.json"
    path.write_text(render_invoice(whole(), "json"))
    assert main(["export", "tmf678", str(path)]) == 0
    assert capsys.readouterr().out == exact_json(customer_bill(whole()))
    path.write_text("{}")
    assert main(["export", "tmf678", str(path)]) == 2
    assert "no invoice" in capsys.readouterr().err
    assert main(["export", "tmf678", str(tmp_path / "none")]) == 2
