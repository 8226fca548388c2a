"""What proofs promise: a witness always comes out, and what they do not find is not there.

Holes are looked for a second time by rating usage at every hour and number of a small plan.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratedsl.checks.codes import CODES
from ratedsl.checks.proven import is_proof
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan, PlanTest
from ratedsl.preview import check_text
from ratedsl.proofs import PROOFS, candidates, prove
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.numbers import Numbers
from ratedsl.proofs.sweep import MOST_CELLS
from ratedsl.proofs.witness import confirmed
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.parts import Outcome
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.tables import PlanTables
from ratedsl.testing.run import run_tests
from tests.strategies.plans import RandomPlan, plans
from tests.strategies.replay import loaded, write

HEAD = """\
plan p
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  sold      from 2026-01-01
  rounding  half-up 0.0001 EUR per event
  rounding  half-up 0.01 EUR per item
"""
FIRST = date(2026, 1, 1)
ROOT = Path(__file__).parent.parent


def plan_of(text: str) -> Plan:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "p.rate"
        path.write_text(text)
        found = load(path)
    assert found.ok and found.plan is not None, found.diagnostics
    return found.plan


# ---- a witness always comes out -----------------------------------------------------------------


@given(plan=plans())
def test_what_proofs_find_the_engine_confirms(plan: RandomPlan) -> None:
    for one in loaded(plan):
        ground = Ground(one)
        for finding in candidates(ground):
            assert confirmed(ground.tables, finding.tests), finding


@given(plan=plans())
def test_a_witness_is_a_test_that_passes_below_the_plan(plan: RandomPlan) -> None:
    with TemporaryDirectory() as folder:
        write(plan, Path(folder))
        path = Path(folder) / "random.rate"
        found = load(path, prove=True)
        witnesses = [one.witness for one in found.diagnostics if one.witness]
        if not witnesses:
            return
        both = "\n".join([path.read_text(), *witnesses])
        again = load(path, {path.resolve(): both})
    assert again.ok and again.plan is not None, again.diagnostics
    ran = run_tests(again.plan)
    assert len(ran) >= len(witnesses)
    assert [one.failures for one in ran if not one.passed] == []


# ---- what is not found is not there -------------------------------------------------------------

PLACES = ("+351", "+3519", "+34", "+349", "+33")
HOURS = ("daily 00:00-12:00", "mon-fri 08:00-20:00", "sat-sun 00:00-24:00", "daily 20:00-08:00")


@st.composite
def windowed(draw: st.DrawFn) -> str:
    """A plan of one rate in some windows, and an allowance of calls to some places."""
    names = draw(st.lists(st.sampled_from(range(len(HOURS))), min_size=1, max_size=3, unique=True))
    records = [
        f"window w{name}\n  hours     {HOURS[name]}\n  order     {order}\n"
        for order, name in enumerate(names)
    ]
    rest = draw(st.booleans())
    if rest:
        records.append("window rest\n  hours     otherwise\n")
    priced = [f"w{name}" for name in names] + (["rest"] if rest else [])
    till = draw(st.sampled_from(["", " from 2026-01-01 through 2026-03-31"]))
    to = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True))
    covered = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True))
    prices = "".join(f"  price     0.10 EUR per min in {name}{till}\n" for name in priced)
    records.append(
        f"rate calls for voice to {', '.join(to)}\n{prices}  across    windows by start\n"
    )
    records.append(
        "allowance minutes\n  grant     10 min per cycle\n"
        f"  covers    voice to {', '.join(covered)}\n"
        "  draws     billed units\n  ends      split\n  after     own rate\n"
    )
    return HEAD + "".join(records)


def rejected(plan: Plan) -> set[str]:
    """Why usage is rejected, of calls at every hour of each kind of day, twice half a year apart,
    to a number for every prefix; each is longer than what the allowance holds."""
    tables = PlanTables(plan)
    line = Line("1", subscriptions=(Subscription("p", FIRST),))
    account = Account("a", (line,))
    found: set[str] = set()
    # A working day, a Saturday and a Sunday: no window in HOURS tells others apart.
    days = [FIRST + timedelta(days=number) for number in (0, 2, 3, 181, 184, 185)]
    assert [day.weekday() for day in days] == [3, 5, 6, 2, 5, 6]
    covered = {one for allowance in plan.allowances for one in allowance.covers[0].match.to}
    rated = {one for rate in plan.rates for one in rate.match.to}
    for number in PLACES:
        for day, hour in product(days, range(24)):
            start = tables.calendar.instant(day, hour * 3600 + 60)
            event = Event(
                *("e", "1", "voice", start, 900_000),
                called=f"{number}000000"[:11],
                attributes=MappingProxyType({}),
            )
            rater = AccountRater(tables, account, tables.cycles.on(day))
            parts = rater.rate(event).parts
            reasons = {one.reason for one in parts if one.outcome is Outcome.REJECTED}
            # The plan speaks of a number that it covers, or has a rate for.
            spoken = [one for one in (*covered, *rated) if number.startswith(one)]
            longest = max(spoken, key=len, default="")
            if "no-price" in reasons or (reasons and longest in covered):
                found |= reasons
    return found


@given(text=windowed())
def test_no_hole_is_overlooked(text: str) -> None:
    plan = plan_of(text)
    told = {one.code for one in prove(plan)}
    met = rejected(plan)
    assert ("W530" in told) == ("no-rate" in met)
    assert ("W531" in told) == ("no-price" in met)


@given(prefixes=st.sets(st.text("0123", min_size=1, max_size=3), min_size=1))
def test_a_number_is_found_where_longer_prefixes_leave_one(prefixes: set[str]) -> None:
    known = {f"+{one}" for one in prefixes}
    numbers = Numbers(known)
    for prefix in known:
        number = numbers.of(prefix)
        if number:
            assert max((one for one in known if number.startswith(one)), key=len) == prefix
        else:
            assert all(
                any(
                    f"{prefix}{d}".startswith(o) or o.startswith(f"{prefix}{d}")
                    for o in known
                    if o != prefix
                )
                for d in "0123456789"
            )


HOLIDAY = (
    HEAD
    + """\
holidays feast
  date      2026-10-05 "Feast"
window day
  hours     daily 06:00-22:00
window late
  hours     daily 22:00-06:00
  except    holidays feast
{more}rate calls for voice
  price     0.10 EUR per min in day
  price     0.05 EUR per min in late
{prices}  across    windows by start
"""
)


@pytest.mark.parametrize(
    ("more", "prices", "when"),
    [
        ("", "", "on Monday 2026-10-05 at 22:00"),
        (
            "window eve\n  hours     holidays feast 22:00-24:00\n",
            "  price     0.05 EUR per min in eve\n",
            "on Tuesday 2026-10-06 at 00:00",
        ),
        (
            "window eve\n  hours     holidays feast 22:00-06:00\n",
            "  price     0.05 EUR per min in eve\n",
            "",
        ),
    ],
)
def test_a_hole_on_one_holiday_is_found(more: str, prices: str, when: str) -> None:
    found = prove(plan_of(HOLIDAY.format(more=more, prices=prices)))
    assert [one.message for one in found] == (
        [f"a call {when} for 61 s has no price"] if when else []
    )


def test_a_number_of_no_place_is_tried_too() -> None:
    text = """\
allowance minutes
  grant     10 min per cycle
  covers    voice
  draws     billed units
  ends      split
  after     own rate
rate calls for voice to +351
  price     0.10 EUR per min
"""
    (found,) = prove(plan_of(HEAD + text))
    assert found.message.startswith("a call to +100000000 ")


# ---- where it is bounded ------------------------------------------------------------------------


def test_many_attributes_are_varied_one_at_a_time() -> None:
    rates = "".join(
        f"rate r{number} for data\n  order     {number}\n"
        f"  when      a{number} in x, y, z and b{number} in x, y, z\n  price     1 EUR per GB\n"
        for number in range(1, 6)
    )
    ground = Ground(
        plan_of(f"{HEAD}{rates}rate rest for data\n  order     9\n  price     2 EUR per GB\n")
    )
    assert len(ground.cells("data")) < MOST_CELLS
    assert ground.bounded == {"data"}
    assert [one.code for one in prove(ground.plan)] == []


# ---- which proofs are read ----------------------------------------------------------------------


def test_a_proof_that_concerns_a_plan_is_never_left_out() -> None:
    """What a plan does not concern has nothing to say of it: all proofs at once find no more."""
    for path in sorted((ROOT / "tests" / "cases" / "good").rglob("*.rate")):
        plan = load(path).plan
        if plan is None:
            continue
        ground = Ground(plan)
        for one in PROOFS:
            if not one.concerns(plan):
                assert list(one.findings(ground)) == [], (path, one.name)


# ---- where findings are shown -------------------------------------------------------------------

FALLING = (
    HEAD
    + """\
rate data for data
  tiers     volume per cycle counting all usage
  tier      up to 5 GB 3.00 EUR per GB
  tier      above 2.00 EUR per GB
"""
)


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [one.code for one in found]


def test_the_app_shows_them_too() -> None:
    (found,) = check_text("p.rate", FALLING).diagnostics
    assert (found.code, found.message) == (
        "W550",
        "6 GB cost less than 5 GB: 12.00 EUR against 15.00 EUR",
    )
    assert found.witness.startswith('test "what 5 GB cost"')


@pytest.mark.parametrize("prove_it", [True, False])
def test_one_that_is_allowed_is_allowed_with_and_without_the_search(
    tmp_path: Path, *, prove_it: bool
) -> None:
    path = tmp_path / "p.rate"
    path.write_text(FALLING.replace("  tiers", "  # allow W550: as agreed\n  tiers"))
    assert codes(load(path, prove=prove_it).diagnostics) == []


def test_what_is_allowed_and_gone_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.rate"
    text = FALLING.replace("  tiers", "  # allow W550: as agreed\n  tiers")
    path.write_text(text.replace("volume", "graduated"))
    assert codes(load(path, prove=True).diagnostics) == ["W592"]
    assert codes(load(path).diagnostics) == []


def test_a_plan_with_errors_is_not_searched(tmp_path: Path) -> None:
    path = tmp_path / "p.rate"
    path.write_text(FALLING + "rate calls for voice\n")
    assert codes(load(path, prove=True).diagnostics) == ["E308"]


def test_a_witness_that_does_not_come_out_is_no_finding() -> None:
    ground = Ground(plan_of(FALLING))
    (finding,) = candidates(ground)
    wrong = finding.tests[0].expectations[0].model_copy(update={"money": 1})
    test = PlanTest(title="no", events=finding.tests[0].events, expectations=(wrong,))
    assert not confirmed(ground.tables, [test])


# ---- the page -----------------------------------------------------------------------------------


def test_the_page_names_every_proof_and_its_examples_hold() -> None:
    page = (ROOT / "docs" / "proofs.md").read_text()
    table = page[page.index("| code |") : page.index("Others are errors")]
    assert set(re.findall(r"W5\d\d", table)) == {code for code in CODES if is_proof(code)}
    shown = re.search(r"<!-- example -->\n```\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    printed = (ROOT / "tests" / "errors").glob("W550-*.out")
    lines = [line.strip() for line in next(printed).read_text().splitlines()]
    assert all(line.strip() in lines for line in shown[1].splitlines())
    example = re.search(r"```rate fragment\n(.*?)```", page, re.DOTALL)
    assert example is not None
    (ran,) = run_tests(plan_of(f"{HEAD}zone national\n  prefix    +351\n{example[1]}"))
    assert ran.passed
    assert f"{MOST_CELLS:,} kinds" in page
