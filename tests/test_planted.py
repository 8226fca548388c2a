"""Forty mistakes planted in copies of the shipped plans: `check` names each, and rating agrees.

Each row is a text edit, the code that has to come, and words of its message. A witness is pasted
below the plan and run as an inline test; where a mistake is one that no usage can show, there is
none. The plans as shipped have no findings.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from ratedsl.checks.codes import CODES
from ratedsl.checks.proven import is_proof
from ratedsl.cli.main import main
from ratedsl.plan.load import load
from ratedsl.proofs import candidates, prove
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.witness import confirmed
from ratedsl.testing.run import run_tests
from tests.stored_witness import confirm_by_rate

ROOT = Path(__file__).parent.parent
SHIPPED = sorted((ROOT / "plans").rglob("*.rate"))


@dataclass(frozen=True)
class Planted:
    """A mistake: what is replaced in which file, and what has to be said of it.

    `plan` is the plan that is checked, where the file is one that it reads.
    """

    file: str
    old: str
    new: str
    code: str
    words: str
    witness: bool = True
    plan: str = ""


def before_tests(record: str) -> tuple[str, str]:
    """Text edit that adds a record before a plan's first test."""
    return "\ntest ", f"\n{record}\ntest "


SMART = "smart-40.rate"
YOUNG = "smart-20.rate"
GO = "prepaid-go.rate"
IOT = "iot-sensor.rate"
US = "family-share.rate"
BORDER = "notional.rate"
OFFICE = "business-voice.rate"
CARRIER = "wholesale-voice.rate"

MISTAKES = [
    # Destinations, directions, and what an allowance leaves to a rate that is missing.
    Planted(SMART, "voice to world, nanp,", "voice to world,", "W530", "a call to +1"),
    Planted(US, "sms to world, caribbean,", "sms to caribbean,", "W530", "a message to +2"),
    Planted(
        GO,
        'rate roam-messages-in "Messages received abroad" for sms roaming anywhere\n'
        "  when      direction is incoming\n  price     0.00 KES per message\n",
        "",
        "W530",
        "an incoming message",
    ),
    Planted(
        BORDER,
        'rate talk-away-in "Incoming calls while in Mexico" for voice roaming roam-mexico\n'
        "  when      direction is incoming\n  billed    60 s\n  price     0.10 USD per min\n",
        "",
        "W530",
        "an incoming call",
    ),
    Planted(
        YOUNG,
        '"Calls" for voice to national, eu',
        '"Calls" for voice to national',
        "W530",
        "a call to +33",
    ),
    Planted(
        OFFICE,
        'rate elsewhere "Not offered" for voice to world\n'
        "  tiers     graduated per event counting all usage\n  tier      above rejected\n",
        "",
        "W530",
        "a call to +2",
    ),
    Planted(
        IOT,
        'rate data-nl "Data in the Netherlands" for data\n',
        'rate data-nl "Data in the Netherlands" for data roaming +204\n',
        "W530",
        "data on",
    ),
    # Windows, dates and rows of a deck without a price.
    Planted(GO, "  price     2.40 KES per min in day\n", "", "W531", "has no price"),
    Planted(SMART, "  price     0.45 EUR per min in week\n", "", "W531", "has no price"),
    Planted(
        BORDER,
        "window day\n  hours     otherwise",
        "window day\n  hours     mon-fri 07:00-18:00\n  except    holidays us",
        "W531",
        "at 18:00",
    ),
    Planted(YOUNG, "in peak from 2026-01-01", "in peak from 2026-02-01", "W531", "2026-01-02 at"),
    Planted(
        YOUNG,
        "in off-peak from 2026-01-01",
        "in off-peak from 2026-01-01 through 2026-06-30",
        "W531",
        "2026-07-01 at",
    ),
    Planted(
        CARRIER,
        "0.00295 GBP per min from 2026-01-01",
        "0.00295 GBP per min from 2026-01-01 through 2026-07-31",
        "W531",
        "2026-08-01",
    ),
    Planted(
        "shared/deck-international.csv",
        "0.14,2027-01-01,",
        "0.14,2027-02-01,",
        "W531",
        "a call to +336",
        plan=OFFICE,
    ),
    # Days between two facts.
    Planted(
        SMART,
        "40.00 EUR per month in advance from 2026-01-01",
        "40.00 EUR per month in advance from 2026-01-01 through 2026-11-30",
        "W532",
        "from 2026-12-01 through 2026-12-31",
    ),
    Planted(
        SMART,
        "72.7 GB per cycle from 2026-01-01",
        "72.7 GB per cycle from 2026-01-01 through 2026-10-31",
        "W532",
        "from 2026-11-01 through 2026-12-31",
    ),
    Planted(
        IOT,
        "in arrears from 2026-01-01",
        "in arrears from 2026-01-01 through 2026-09-30",
        "W532",
        "`sim` holds from 2026-10-01",
    ),
    Planted(
        OFFICE,
        "16% of charges from 2020-07-01",
        "16% of charges from 2020-07-01 through 2020-11-30",
        "W532",
        "`vat-de` holds from 2020-12-01",
        witness=False,
    ),
    # Rates that never apply.
    Planted(
        SMART,
        "apn is mms\n  order     1",
        "apn is mms\n  order     3",
        "W540",
        "`messaging` never applies",
    ),
    Planted(
        YOUNG,
        'rate data-home "Data" for data\n',
        "rate data-night for data\n  when      option is night\n  order     2\n"
        "  price     0.50 EUR per GB\n"
        'rate data-home "Data" for data\n  order     1\n',
        "W540",
        "`data-night` never applies",
    ),
    Planted(
        US,
        *before_tests(
            "rate talk-two for voice to +2\n  when      option is a and option is b\n"
            "  price     0.20 USD per min"
        ),
        "W540",
        "its conditions never all hold",
        witness=False,
    ),
    # Tiers, windows, prefixes, dates and allowances that nothing meets.
    Planted(
        IOT,
        *before_tests(
            "rate alarms for voice\n  billed    60 s\n"
            "  tiers     volume per event counting all usage\n"
            "  tier      up to 30 s 0.01 EUR flat\n  tier      above 0.05 EUR flat"
        ),
        "W541",
        "`alarms` ever reaches this tier",
    ),
    Planted(
        BORDER,
        'rate talk-mexico "Calls to Mexico" for voice to mexico\n  billed    60 s\n'
        "  price     0.15 USD per min\n",
        'rate talk-mexico "Calls to Mexico" for voice to mexico\n  minimum   2 min per call\n'
        "  tiers     stair-step per event counting all usage\n"
        "  tier      up to 1 min 0.15 USD flat\n  tier      above 0.40 USD flat\n",
        "W541",
        "`talk-mexico` ever reaches this tier",
    ),
    Planted(
        GO,
        "window night\n  hours     daily 22:00-06:00\n  order     1",
        "window night\n  hours     sun 22:00-24:00\n  order     3",
        "W542",
        "`night` is never open",
    ),
    Planted(
        BORDER,
        "sat-sun, holidays us 00:00-24:00\n  order     1",
        "sat 20:00-24:00\n  order     3",
        "W542",
        "`weekend` is never open",
    ),
    Planted(
        SMART,
        "  prefix    +351607\n",
        "  prefix    +351607\n  prefix    +3516071\n",
        "W543",
        "+3516071",
        witness=False,
    ),
    Planted(
        OFFICE,
        "  prefix    +49180\n",
        "  prefix    +49180\n  prefix    +491805\n",
        "W543",
        "+491805",
        witness=False,
    ),
    Planted(
        SMART,
        "  amount    40.00 EUR per month in advance from 2026-01-01\n",
        "  amount    38.00 EUR per month in advance from 2025-01-01\n"
        "  amount    40.00 EUR per month in advance from 2026-01-01\n",
        "W544",
        "before anybody holds the plan",
        witness=False,
    ),
    Planted(
        GO,
        "  draws     actual units\n",
        "  draws     actual units in 25 MB steps\n",
        "W545",
        "more than it grants",
    ),
    Planted(
        US,
        "  tiers     graduated per cycle per account counting uncovered usage\n"
        "  tier      up to 10 GB 5.00 USD per started GB\n"
        "  tier      above 3.00 USD per started GB\n",
        "  price     0.00 USD per GB\n",
        "W545",
        "free anyway",
    ),
    # Bills that fall.
    Planted(
        IOT,
        "graduated per cycle per account",
        "volume per cycle per account",
        "W550",
        "106 MB cost less",
    ),
    Planted(GO, "graduated per day", "volume per day", "W550", "cost less than"),
    Planted(
        US, "graduated per cycle per account", "volume per cycle per account", "W550", "cost less"
    ),
    Planted(
        IOT,
        'rate messages "Messages" for sms\n  price     0.05 EUR per message\n',
        'rate messages "Messages" for sms\n  tiers     stair-step per cycle counting all usage\n'
        "  tier      up to 10 messages 0.50 EUR flat\n  tier      above 0.40 EUR flat\n",
        "W550",
        "11 messages cost less than 10 messages",
    ),
    # Limits.
    Planted(
        GO,
        "  maximum   60.00 KES per call, then free\n",
        "  minimum   80.00 KES per call\n  maximum   60.00 KES per call, then free\n",
        "W551",
        "below its minimum",
    ),
    Planted(
        SMART,
        "amount    50.00 EUR per cycle of roam-data",
        "amount    0.50 EUR per cycle of roam-data",
        "W551",
        "more than `roaming-stop` allows",
    ),
    Planted(
        YOUNG,
        *before_tests(
            "commitment least\n  amount    60.00 EUR per cycle of data-home before tax\n"
            "  prorated  not\n  counting  before discounts"
        ),
        "W551",
        "below the commitment `least`",
    ),
    # Discounts.
    Planted(
        OFFICE,
        "  percent   10% of seat\n",
        "  percent   95% of seat\n  applies   before tax\n  stacks    added\n  order     1\n"
        "discount second\n  percent   10% of seat\n  stacks    added\n  order     2\n",
        "W552",
        "take off 105% together",
    ),
    Planted(
        OFFICE,
        *before_tests(
            "discount gift\n  amount    60.00 EUR off trunk\n  applies   before tax\n  order     9"
        ),
        "W553",
        "`gift` takes 60.00 EUR off",
    ),
    # Prices below cost, and prices that are rounded to nothing.
    Planted(
        CARRIER,
        *before_tests("cost termination for voice to uk-mobile\n  price     0.0029 GBP per min"),
        "W554",
        "is charged",
    ),
    Planted(
        SMART,
        *before_tests("cost carriage for voice to world\n  price     0.40 EUR per min"),
        "W554",
        "and costs",
    ),
    Planted(SMART, "0.004 EUR per message", "0.00004 EUR per message", "W555", "0.00004 EUR"),
    Planted(OFFICE, "half-up 0.0001 EUR per event", "half-up 1 EUR per event", "W555", "0.07 EUR"),
    # What is left over, and what does not fit.
    Planted(
        SMART, *before_tests("zone left-over\n  prefix    +999"), "W560", "zone `left-over`", False
    ),
    Planted(
        GO, *before_tests("window noon\n  hours     daily 12:00-13:00"), "W560", "`noon`", False
    ),
    Planted(YOUNG, "up to 50 GB", "up to 50000000 TB", "W570", "`data-home`", witness=False),
    # What cannot be rated at all, and what no line can ever get.
    Planted(BORDER, "19:00-07:00\n  order     2", "19:00-07:00", "E207", "`weekend`", False),
    Planted(YOUNG, "  tier      above 1.00 EUR per GB\n", "", "E306", "", False),
    Planted(SMART, "for voice to eea\n  order     2", "for voice to eea", "E312", "", False),
    Planted(GO, "15% of usage from", "15% of usage, vat-ke from", "E314", "", False),
    Planted(
        YOUNG,
        "  cycle     monthly on day 1\n",
        "  cycle     monthly on day 1\n  keeps     price of signup\n",
        "W510",
        "",
        witness=False,
    ),
]


def planted(tmp_path: Path, one: Planted) -> Path:
    """The plan to check, in a copy of the shipped plans with the mistake in it."""
    copy = tmp_path / "plans"
    shutil.copytree(ROOT / "plans", copy)
    path = copy / one.file
    text = path.read_text()
    assert one.old in text
    text = text.replace(one.old, one.new, 1)
    if one.code == "W510":
        text = text.replace("from 2026-07-01\n  prorated", "from 2028-01-01\n  prorated")
    path.write_text(text)
    return copy / (one.plan or one.file)


def found_by_check(path: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    assert main(["check", "--no-cache", "--format", "json", str(path)]) == 1
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)["diagnostics"]
    return found


def test_there_are_forty_and_of_every_kind() -> None:
    assert len(MISTAKES) >= 40
    proven = {code for code in CODES if is_proof(code)}
    assert {one.code for one in MISTAKES} >= proven


@pytest.mark.parametrize("one", MISTAKES, ids=lambda one: f"{one.code}-{Path(one.file).stem}")
def test_check_names_the_mistake_and_rating_confirms_it(
    one: Planted, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = planted(tmp_path, one)
    found = found_by_check(path, capsys)
    named = [each for each in found if each["code"] == one.code and one.words in each["message"]]
    assert named, found
    assert bool(named[0].get("witness")) == one.witness
    for each in found:
        if each.get("witness"):
            confirm(path, each["witness"])


FIRST_OF_ITS_CODE = {id(one) for one in {one.code: one for one in reversed(MISTAKES)}.values()}


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(
            one,
            id=f"{one.code}-{Path(one.file).stem}",
            marks=() if id(one) in FIRST_OF_ITS_CODE else pytest.mark.slow,
        )
        for one in MISTAKES
        if one.witness
    ],
)
def test_the_rate_command_charges_what_the_witness_says(one: Planted, tmp_path: Path) -> None:
    """The witness as a usage file, imported and rated."""
    path = planted(tmp_path, one)
    loaded = load(path, prove=True)
    named = [
        each for each in loaded.diagnostics if each.code == one.code and one.words in each.message
    ]
    confirm_by_rate(path, named[0].witness, tmp_path / "stored")


def confirm(path: Path, witness: str) -> None:
    """The witness, pasted below the plan, is a test that passes."""
    text = path.read_text()
    titles = {line[6:-1] for line in witness.splitlines() if line.startswith("test ")}
    loaded = load(path, {path.resolve(): f"{text}\n{witness}\n"})
    assert loaded.ok and loaded.plan is not None
    ran = [one for one in run_tests(loaded.plan) if one.title in titles]
    assert len(ran) >= len(titles) > 0
    assert [one.failures for one in ran if not one.passed] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_plans_have_no_findings(path: Path) -> None:
    assert load(path, prove=True).diagnostics == ()


def test_what_is_mended_has_no_witness_left(tmp_path: Path) -> None:
    """The witness of the plan with its mistake fails on the plan as shipped."""
    failed = 0
    for number, one in enumerate(MISTAKES):
        if one.code not in ("W530", "W531"):
            continue
        path = planted(tmp_path / str(number), one)
        loaded = load(path)
        assert loaded.plan is not None
        witness = next(w.witness for w in prove(loaded.plan) if w.code == one.code)
        shipped = ROOT / "plans" / path.name
        again = load(shipped, {shipped.resolve(): f"{shipped.read_text()}\n{witness}\n"})
        if again.plan is not None and again.ok:
            failed += any(not ran.passed for ran in run_tests(again.plan))
    assert failed >= 10


# ---- the engine has the last word ---------------------------------------------------------------


@pytest.mark.parametrize("one", MISTAKES, ids=lambda one: f"{one.code}-{Path(one.file).stem}")
def test_no_proof_reasons_otherwise_than_the_engine(one: Planted, tmp_path: Path) -> None:
    """What is dropped because the engine does not confirm it: nothing."""
    loaded = load(planted(tmp_path, one))
    if loaded.plan is None or not loaded.ok:
        return
    ground = Ground(loaded.plan)
    for finding in candidates(ground):
        assert confirmed(ground.tables, finding.tests), finding
