"""`ratedsl rate` over a sample: each form, its reasons, and no whole number in any of them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ratedsl.billing.invoice import Invoice
from ratedsl.cli.main import main
from ratedsl.plan.calendar import Calendar
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


@pytest.fixture
def quiet(tmp_path: Path) -> tuple[Path, Path]:
    """A plan that was sold in 2026 only, and three lines: usage in January and June alone."""
    plan = tmp_path / "quiet.rate"
    plan.write_text(
        'plan quiet "Quiet"\n  currency EUR\n  timezone Europe/Lisbon\n'
        "  cycle monthly on day 1\n  sold from 2026-01-01 through 2026-03-31\n"
        "  rounding half-up 0.01 EUR per item\n"
        "fee monthly\n  amount 10.00 EUR per month in arrears\n  prorated not\n"
        "rate messages for sms\n  price 0.10 EUR per message\n"
    )
    path = tmp_path / "quiet.db"
    with Store.open(path, create=True) as store:
        run = store.connection.execute
        for name, start, end in (
            ("a", "2025-12-31", None),
            ("b", "2026-01-01", "2026-03-01"),
            ("c", "2026-04-01", None),
        ):
            run("INSERT INTO accounts VALUES (?, ?, '', '')", (name, name))
            run("INSERT INTO lines VALUES (?, ?, '', NULL)", (name, name))
            run("INSERT INTO subscriptions VALUES (?, 'quiet', ?, ?)", (name, start, end))
        run("INSERT INTO batches VALUES (1, 'f', '', '', 2, 2, 0, 0, '')")
        for seq, day in ((1, date(2026, 1, 10)), (2, date(2026, 6, 10))):
            run(
                "INSERT INTO usage VALUES (?,?,'a','sms',?,1,'','','outgoing','',NULL,1)",
                (seq, f"e{seq}", Calendar("Europe/Lisbon").midnight(day)),
            )
        store.connection.commit()
    return plan, path


def test_months_without_usage_are_billed(quiet, capsys) -> None:
    plan, path = quiet
    rate = ("rate", str(plan), "--usage", str(path), "--format", "json")
    for account, months in (("a", 6), ("b", 3), ("c", 3)):
        assert main([*rate, "--account", account]) == 0
        invoices = json.loads(capsys.readouterr().out)
        assert len(invoices) == months
    assert main([*rate, "--account", "a", "--since", "2025-11-01", "--through", "2026-02-28"]) == 0
    starts = [one["start"] for one in json.loads(capsys.readouterr().out)]
    assert starts == ["2025-12-01", "2026-01-01", "2026-02-01"]


def test_lines_that_bought_what_was_not_sold_are_named(quiet, capsys) -> None:
    plan, path = quiet
    assert main(["rate", str(plan), "--usage", str(path)]) == 0
    told = capsys.readouterr().err
    assert "2 lines took `quiet` up when it was not sold, the first `a` on 2025-12-31" in told


def test_a_day_names_the_cycle_that_holds_it(quiet, capsys) -> None:
    plan, path = quiet
    rate = ("rate", str(plan), "--usage", str(path), "--account", "a", "--format", "json")
    assert main([*rate, "--cycle", "2026-02-17"]) == 0
    assert json.loads(capsys.readouterr().out)["start"] == "2026-02-01"
    for wrong in ("2026-02-30", "2026-13", "feb"):
        assert main([*rate, "--cycle", wrong]) == 2
    assert main([*rate, "--since", "tomorrow"]) == 2
