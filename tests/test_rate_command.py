"""`ratedsl rate` over a sample: each form, its reasons, and no whole number in any of them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from ratedsl.billing.invoice import Invoice
from ratedsl.cli.main import main
from ratedsl.usage.sample import Sample, make_sample
from ratedsl.usage.store import Store

PLAN = str(Path(__file__).parent.parent / "plans" / "smart-40.rate")


@pytest.fixture(scope="module")
def usage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rate") / "usage.db"
    make_sample(path, Sample(accounts=20, months=2, seed=3))
    return path


@pytest.fixture
def printed(usage: Path, capsys: pytest.CaptureFixture[str]):
    def run(*words: str) -> str:
        assert main(["rate", PLAN, "--usage", str(usage), *words]) == 0
        return capsys.readouterr().out

    return run


def busiest(usage: Path) -> tuple[str, str]:
    with Store.open(usage) as store:
        account, events = max(store.portfolio(), key=lambda pair: len(pair[1]))
        event = next(one for one in events if one.service == "voice" and one.quantity > 60_000)
    return account.id, event.id


def test_json_reads_back_and_adds_up(printed, usage: Path) -> None:
    account, _ = busiest(usage)
    for one in json.loads(printed("--account", account, "--format", "json")):
        invoice = Invoice.model_validate_json(json.dumps(one))
        assert sum((item.amount for item in invoice.items), Decimal(0)) == invoice.subtotal
        after = sum((item.amount for item in invoice.after_tax), Decimal(0))
        assert invoice.subtotal + invoice.tax_total + after == invoice.total


def test_totals_are_the_sum_of_the_invoices(printed, usage: Path) -> None:
    totals = json.loads(printed("--format", "json"))
    assert "smart-40" in json.dumps(totals)
    with Store.open(usage) as store:
        accounts = [account.id for account in store.accounts()]
    whole = Decimal(0)
    for account in accounts:
        try:
            found = json.loads(
                printed("--account", account, "--cycle", "2026-08", "--format", "json")
            )
        except AssertionError:
            continue
        whole += Decimal(found["total"])
    month = printed("--cycle", "2026-08")
    assert f"{whole:,.2f} EUR" in month


def test_every_step_of_a_trace_names_its_clause(printed, usage: Path) -> None:
    _, event = busiest(usage)
    text = printed("--trace", "--event", event)
    assert event in text and "charge" in text
    assert "smart-40.rate:" in text


def test_no_whole_number_is_in_any_form(printed, usage: Path) -> None:
    account, event = busiest(usage)
    with Store.open(usage) as store:
        numbers = {line.number for line in store.account(account).lines if line.number}
        for one in store.events_of(account):
            numbers |= {one.called, one.calling}
    secret = {number for number in numbers if len(number) > 7}
    assert secret
    outputs = [
        printed("--account", account, "--format", form) for form in ("text", "json", "markdown")
    ]
    outputs += [printed("--account", account, "--trace"), printed("--trace", "--event", event)]
    for text in outputs:
        assert not [number for number in secret if number in text]
