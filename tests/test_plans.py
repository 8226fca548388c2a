"""The plans that ship: they check clean, prove themselves, and every invoice of theirs foots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from ratedsl.billing.bill import bill_cycles
from ratedsl.billing.replay import cycles_with_usage, on_plan, subscribes
from ratedsl.cli.main import main
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan
from ratedsl.rating.tables import PlanTables
from ratedsl.testing.run import run_tests
from ratedsl.usage.sample import Sample, make_sample
from ratedsl.usage.store import Store

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "plans").rglob("*.rate"))
PLANS = [path for path in FILES if path.parent.name == "plans"]
CDR = ROOT.parent / "shared" / "data" / "cdr" / "notional_cdr.csv.gz"
FEWEST_TESTS = 6
# The customer's own sample has the tests that it was given with.
GIVEN = "smart-20.rate"


def plan_of(path: Path) -> Plan:
    loaded = load(path)
    assert loaded.plan is not None
    return loaded.plan


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_shipped_file_checks_clean(path: Path) -> None:
    assert load(path).diagnostics == ()


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_every_shipped_plan_proves_itself(path: Path) -> None:
    results = run_tests(plan_of(path))
    assert [result for result in results if not result.passed] == []
    assert len(results) >= (2 if path.name == GIVEN else FEWEST_TESTS)


@pytest.mark.parametrize("path", sorted((ROOT / "plans/taxes").glob("*.rate")), ids=str)
def test_every_example_of_taxes_proves_itself(path: Path) -> None:
    results = run_tests(plan_of(path))
    assert results
    assert [result for result in results if not result.passed] == []


def test_the_plans_differ_in_country_and_currency() -> None:
    plans = [plan_of(path) for path in PLANS]
    assert len({plan.currency for plan in plans}) >= 4
    assert len({plan.timezone for plan in plans}) >= 6


@pytest.mark.parametrize("path", sorted((ROOT / "plans/shared").glob("holidays-*.rate")), ids=str)
def test_shipped_holidays_are_those_of_the_holidays_package(path: Path) -> None:
    holidays = pytest.importorskip("holidays")
    country = path.stem.removeprefix("holidays-").upper()
    subdivision = "ENG" if country == "GB" else None
    expected = holidays.country_holidays(country, subdiv=subdivision, years=range(2025, 2029))
    written = re.findall(r"^  date +(\S+)", path.read_text(), re.MULTILINE)
    assert written == sorted(str(day) for day in expected)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    make_sample(path, Sample(accounts=120, months=3, seed=7))
    return path


def invoices_of(plan: Plan, usage: Path) -> Iterator[object]:
    """Every invoice of the plan over the sample: its own accounts, else all as if they held it."""
    tables = PlanTables(plan)
    with Store.open(usage) as store:
        accounts = store.accounts()
        mine = [account for account in accounts if subscribes(account, plan.id)] or accounts[:40]
        for account in mine:
            held = on_plan(account, plan)
            names = {line.id for line in held.lines}
            events = [one for one in store.events_of(account.id) if one.line in names]
            cycles = cycles_with_usage(tables, held, events)
            if cycles:
                count = 0
                for billed in bill_cycles(tables, held, events, cycles):
                    count += billed.invoice.outcomes.events
                    yield billed.invoice
                assert count == len(events)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_every_invoice_of_the_sample_foots(path: Path, sample: Path) -> None:
    zero = Decimal(0)
    seen = 0
    for invoice in invoices_of(plan_of(path), sample):
        seen += 1
        assert sum((item.amount for item in invoice.items), zero) == invoice.subtotal
        assert sum((tax.amount for tax in invoice.taxes), zero) == invoice.tax_total
        after = sum((item.amount for item in invoice.after_tax), zero)
        assert invoice.subtotal + invoice.tax_total + after == invoice.total
        count = invoice.outcomes
        assert count.rated + count.free + count.covered + count.rejected == count.events
        keys = [row.key for row in (*invoice.items, *invoice.taxes, *invoice.after_tax)]
        assert len(keys) == len(set(keys))
    assert seen > 0


@pytest.mark.parametrize("plan", ["family-share", "prepaid-go", "iot-sensor", "wholesale-voice"])
def test_a_plan_leaves_nothing_of_its_market_unrated(plan: str, sample: Path) -> None:
    invoices = list(invoices_of(plan_of(ROOT / f"plans/{plan}.rate"), sample))
    reasons = {name for invoice in invoices for name, _ in invoice.outcomes.reasons}
    assert reasons <= {"not-subscribed"}


@pytest.mark.skipif(not CDR.exists(), reason="the notional CDR file is not beside the project")
def test_every_notional_record_has_an_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = str(tmp_path / "notional.db")
    mapping = str(ROOT / "samples/notional_cdr.toml")
    assert main(["usage", "import", str(CDR), "--into", usage, "--mapping", mapping]) == 0
    assert re.search(r"stored +113,277\n", capsys.readouterr().out)
    assert main(["rate", str(ROOT / "plans/notional.rate"), "--usage", usage]) == 0
    printed = capsys.readouterr().out
    counts = re.search(
        r"([\d,]+) events = ([\d,]+) rated \+ ([\d,]+) free \+ "
        r"([\d,]+) covered \+ ([\d,]+) rejected",
        printed,
    )
    assert counts is not None
    total, *parts = (int(number.replace(",", "")) for number in counts.groups())
    assert total == sum(parts) == 113_277
    assert parts[-1] == 0
