"""Coverage of clauses: which facts of a plan its tests exercise, by count and by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.plan.load import load
from ratedsl.report.coverage import CoverageReport
from ratedsl.testing.clauses import clauses_of
from ratedsl.testing.coverage import Coverage
from ratedsl.testing.covered import Covered, Uncovered, percent_down
from ratedsl.testing.run import run_tests

ROOT = Path(__file__).parent.parent
GOOD = sorted((ROOT / "tests/cases/good").rglob("*.rate"))
WORKED = sorted((ROOT / "tests/cases/worked").rglob("*.rate"))

PLAN = """\
plan p
  currency  EUR
  timezone  UTC
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
rate calls for voice
  billed    60 s then 1 s
  price     0.10 EUR per min from 2026-01-01   # until the rise
  price     0.12 EUR per min from 2026-07-01
rate data for data
  tiers     graduated per cycle counting all usage
  tier      up to 1 GB 2.00 EUR per GB
  tier      up to 2 GB 1.00 EUR per GB
  tier      above 0.50 EUR per GB
fee monthly
  amount    30.00 EUR per month in advance
  prorated  by day, counting the first day
"""
TESTS = """\
test "before the rise"
  event     voice for 60 s at 2026-03-02 10:00
  expect    charge 0.10 EUR
test "the second tier alone"
  given     data 1 GB used
  event     data for 1 GB at 2026-03-02 10:00
  expect    charge 1.00 EUR
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "p.rate"
    path.write_text(PLAN + TESTS)
    return path


def left(path: Path, capsys: pytest.CaptureFixture[str]) -> list[int]:
    main(["test", str(path), "--coverage", "--format", "json"])
    files = json.loads(capsys.readouterr().out)["coverage"]["files"]
    return [int(one["at"].rpartition(":")[2]) for file in files for one in file["uncovered"]]


def test_what_is_left_is_named_by_line_and_text(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", str(plan), "--coverage"]) == 0
    printed = capsys.readouterr().out
    assert f"{plan}:9  " in printed
    assert "price 0.12 EUR per min from 2026-07-01\n" in printed
    assert "4 of 10 clauses, 40.0%" in printed
    assert left(plan, capsys) == [5, 9, 12, 14, 16, 17]


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ("event voice for 60 s at 2026-07-01 00:00\n  expect charge 0.12 EUR", {9}),
        ("event data for 1 GB at 2026-03-02 10:00\n  expect charge 2 EUR", {12}),
        ("event data for 3 GB at 2026-03-02 10:00\n  expect charge 3.5 EUR", {12, 14}),
        ("invoice on 2026-04-01\n  expect total 30.00 EUR", {5, 16}),
        (
            "given started 2026-03-15\n  invoice on 2026-04-01\n  expect total 46.45 EUR",
            {5, 16, 17},
        ),
    ],
)
def test_each_fact_is_exercised_by_what_it_does(
    plan: Path, capsys: pytest.CaptureFixture[str], more: str, lines: set[int]
) -> None:
    before = set(left(plan, capsys))
    plan.write_text(f'{PLAN}{TESTS}test "more"\n  {more}\n')
    assert main(["test", str(plan)]) == 0
    capsys.readouterr()
    assert before - set(left(plan, capsys)) == lines


COSTS = """\
plan p
  currency  EUR
  timezone  UTC
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per cost
  rounding  half-up 0.01 EUR per event
  rounding  half-up 0.01 EUR per tax per invoice
  sources   taxes by primary-use
party carrier
  rounding  half-up 0.01 EUR per item
rate calls for voice
  matrix    kind
  cell      night 0.10 EUR per min
  cell      otherwise 0.20 EUR per min
cost carried for voice
  tiers     graduated per cycle counting all usage
  tier      up to 2 min 0.02 EUR per min
  tier      above 0.01 EUR per min
  paid      to carrier
jurisdiction north
tax levy
  percent   10% of usage
  within    north
  exempt    when spared is yes
  shown     as government tax
wallet credit
  pays      usage
  held      per line
  after     invoiced
  expires   after 2 days
  taxed     when used
"""


@pytest.mark.parametrize(
    ("test", "lines"),
    [
        # A price by matrix, and the cost's first tier; no cost of an invoice, no tax.
        (
            "event voice for 2 min at 2026-03-02 10:00\n  expect charge 0.40 EUR",
            {7, 13, 15, 17, 18},
        ),
        # The third of three equal calls costs by the second tier.
        (
            "event voice for 1 min at 2026-03-02 10:00 3 times\n  expect charge 0.60 EUR",
            {7, 13, 15, 17, 18, 19},
        ),
        # The place found nothing to tax, and still had to be looked for.
        (
            "event voice for 1 min at 2026-03-02 10:00 with kind night\n"
            "  invoice on 2026-04-01\n  expect total 0.10 EUR",
            {5, 6, 7, 9, 13, 14, 17, 18},
        ),
        # What is exempt leads back to the fact that says so.
        (
            "given spared yes\n  given primary-use north\n"
            "  event voice for 1 min at 2026-03-02 10:00 with kind night\n"
            "  invoice on 2026-04-01\n  expect exempt levy 0.10 EUR",
            {5, 6, 7, 8, 9, 13, 14, 17, 18, 23, 25},
        ),
        # Money that was lost.
        (
            "given started 2026-03-01\n  given credit 1 EUR\n"
            "  event voice for 1 min at 2026-03-04 10:00 with kind night\n"
            "  expect balance credit 0 EUR",
            {7, 13, 14, 17, 18, 31},
        ),
        # Money that was there in time is spent whenever it ends.
        (
            "given started 2026-03-01\n  given credit 1 EUR\n"
            "  event voice for 1 min at 2026-03-02 10:00 with kind night\n"
            "  expect balance credit 0.90 EUR",
            {7, 13, 14, 17, 18},
        ),
    ],
)
def test_costs_matrices_wallets_and_places_are_exercised_by_what_they_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], test: str, lines: set[int]
) -> None:
    plan = tmp_path / "p.rate"
    plan.write_text(f'{COSTS}test "one"\n  {test}\n')
    assert main(["test", str(plan)]) == 0, capsys.readouterr().out
    capsys.readouterr()
    loaded = load(plan).plan
    assert loaded is not None
    assert {line for _, line in clauses_of(loaded)} - set(left(plan, capsys)) == lines


def test_below_the_threshold_it_fails(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(plan), "--threshold", "40"]) == 0
    assert main(["test", str(plan), "--threshold", "40.01%"]) == 1
    assert "less than the 40.01% asked for" in capsys.readouterr().out
    for wrong in ("101", "-1", "most", "NaN"):
        assert main(["test", str(plan), f"--threshold={wrong}"]) == 2
    assert main(["test", str(plan), "--coverage", "--update"]) == 2


def test_a_share_is_never_rounded_up() -> None:
    assert percent_down(9_999, 10_000) == "99.9"
    assert percent_down(10_000, 10_000) == "100.0"
    assert percent_down(0, 0) == "100.0"
    lone = Uncovered(load(GOOD[0]).plan.at, "", "")  # type: ignore[union-attr]
    report = CoverageReport([Covered("p", 10_000, (lone,))])
    for threshold, enough in (("99.99", True), ("99.991", False), ("100", False)):
        from decimal import Decimal

        assert CoverageReport(report.files, Decimal(threshold)).enough == enough


def test_what_several_plans_inherit_counts_once(capsys: pytest.CaptureFixture[str]) -> None:
    plans = [str(ROOT / "plans" / name) for name in ("smart-20.rate", "smart-20-young.rate")]
    main(["test", *plans, "--coverage", "--format", "json"])
    files = json.loads(capsys.readouterr().out)["coverage"]["files"]
    assert [Path(file["path"]).name for file in files] == ["smart-20-young.rate", "smart-20.rate"]


def test_every_kind_of_clause_can_be_exercised() -> None:
    """A kind of fact that no result leads back to could never be covered by anybody's tests."""
    kinds: set[str] = set()
    exercised: set[str] = set()
    for path in (*GOOD, *WORKED):
        plan = load(path).plan
        if plan is None:
            continue
        coverage = Coverage(plan)
        run_tests(plan, watch=coverage.watch)
        for place, clause in coverage.clauses.items():
            kind = type(clause.element).__name__
            kinds.add(kind)
            if place in coverage.exercised:
                exercised.add(kind)
    assert len(kinds) >= 15
    assert kinds - exercised == set()


@pytest.mark.parametrize(("start", "exercised"), [("12:00", False), ("23:59", True)])
def test_a_cut_at_dates_is_exercised_by_a_later_price(
    plan: Path, capsys: pytest.CaptureFixture[str], start: str, exercised: bool
) -> None:
    """A covered part beside a charged one of the same day is no cut."""
    allowance = (
        "allowance one\n  grant     1 min per cycle\n  covers    voice\n"
        "  draws     billed units\n  ends      split\n  after     own rate\n"
    )
    text = PLAN.replace("rate data", f"  across    dates split\n{allowance}rate data", 1)
    plan.write_text(
        f'{text}test "t"\n  event     voice for 3 min at 2026-06-30 {start}\n'
        f"  expect    charge {'0.24' if exercised else '0.20'} EUR\n"
    )
    assert main(["test", str(plan)]) == 0
    capsys.readouterr()
    place = next(n for n, one in enumerate(text.splitlines(), 1) if "dates split" in one)
    assert (place not in left(plan, capsys)) is exercised
