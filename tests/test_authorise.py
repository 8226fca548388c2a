"""What `authorise` allows of a request: the longest that the balances pay, and nothing is drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratedsl.billing.request import ask
from ratedsl.billing.sides import sides_of
from ratedsl.cli.main import main
from ratedsl.plan.load import load
from ratedsl.rating.events import Account, Event, Line, Subscription, TopUp
from ratedsl.rating.parts import Outcome
from ratedsl.rating.prepaid import authorise
from ratedsl.rating.several import SeveralRater
from ratedsl.rating.tables import PlanTables

SAMPLES = Path(__file__).parents[1] / "samples" / "accounts"
START = 1_772_445_600_000  # 2026-03-02 10:00 UTC
SECOND = 1_000

HEAD = """
plan p "P"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per event
  rounding  half-up 0.01 EUR per item
wallet credit "Credit"
  pays      usage
  held      per account
  after     blocked
allowance free "Free"
  grant     {grant} s per cycle
  covers    voice
  draws     billed units
  ends      split
  after     own rate
rate calls "Calls" for voice
  billed    {first} s then {then} s
  price     {price} EUR per min
  setup     {setup} EUR per call
"""


def tables_of(folder: Path, text: str) -> PlanTables:
    path = folder / "p.rate"
    path.write_text(text, encoding="utf-8")
    loaded = load(path)
    assert loaded.ok, loaded.diagnostics
    assert loaded.plan is not None
    return PlanTables(loaded.plan)


def account_with(balance: Decimal) -> Account:
    held = Subscription("p", date(2026, 3, 1))
    top_up = TopUp("credit", balance, START - 3_600_000, opening=True)
    return Account("A", (Line("L", "", (held,)),), top_ups=(top_up,))


def call(seconds: int, at: int = START, name: str = "e") -> Event:
    return Event(name, "L", "voice", at, seconds * SECOND, "+1", "+351210000000")


def fresh(tables: PlanTables, account: Account) -> SeveralRater:
    return SeveralRater(sides_of(tables, account), tables.cycles.at(START))


def paid_whole(tables: PlanTables, account: Account, before: list[Event], event: Event) -> bool:
    """Whether an event is paid to its end, when it really happens."""
    rater = fresh(tables, account)
    for one in before:
        rater.rate(one)
    _, rated = rater.rate(event)
    return all(part.outcome is not Outcome.REJECTED for part in rated.parts)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    grant=st.integers(1, 300),
    first=st.sampled_from([1, 6, 30, 60]),
    then=st.sampled_from([1, 6, 60]),
    price=st.sampled_from(["0.01", "0.10", "0.333", "2.00"]),
    setup=st.sampled_from(["0.00", "0.05", "0.007"]),
    balance=st.integers(0, 300),
    length=st.integers(1, 2_000),
    spent=st.integers(0, 200),
)
def test_the_longest_event_that_is_paid_is_allowed(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    grant: int,
    first: int,
    then: int,
    price: str,
    setup: str,
    balance: int,
    length: int,
    spent: int,
) -> None:
    text = HEAD.format(grant=grant, first=first, then=then, price=price, setup=setup)
    tables = tables_of(tmp_path_factory.mktemp("p"), text)
    account = account_with(Decimal(balance) / 100)
    before = [call(spent, START - 60_000, "d")] if spent else []
    request = call(length)
    asked = ask(tables, account, before, request)
    found = asked.authorisation
    allowed = found.allowed
    if allowed:
        assert paid_whole(tables, account, before, replace(request, quantity=allowed))
    if allowed < request.quantity:
        for more in (allowed + 1, allowed + SECOND, request.quantity):
            longer = replace(request, quantity=min(more, request.quantity))
            assert not paid_whole(tables, account, before, longer)
    assert bool(found.reason) == (allowed < request.quantity)
    ((_, held),) = asked.wallets
    assert found.reserved <= held <= Fraction(balance, 100)


def test_asking_changes_nothing(tmp_path: Path) -> None:
    text = HEAD.format(grant=60, first=60, then=1, price="0.10", setup="0.05")
    tables, account = tables_of(tmp_path, text), account_with(Decimal("1.00"))
    events = [call(70 * number, START + number * 60_000, str(number)) for number in range(6)]
    quiet, asking = fresh(tables, account), fresh(tables, account)
    for event in events:
        first = authorise(asking.rater_for(event), event)
        assert authorise(asking.rater_for(event), event).allowed == first.allowed
        (_, left), (_, right) = quiet.rate(event), asking.rate(event)
        assert (left.parts, left.charge, left.payments) == (
            right.parts,
            right.charge,
            right.payments,
        )
    assert quiet.raters[0].wallets.balance("credit") == asking.raters[0].wallets.balance("credit")


@pytest.fixture
def database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "usage.db"
    for kind in ("accounts", "lines", "subscriptions", "top-ups"):
        file = SAMPLES / f"{kind.replace('-', '_')}.csv"
        assert main(["usage", "load", str(file), "--kind", kind, "--into", str(path)]) == 0
    capsys.readouterr()
    return path


def asked_of(database: Path, request: str, *words: str, line: str = "D-1-A") -> int:
    plan = str(SAMPLES / "simple-prepaid.rate")
    return main(["authorise", plan, request, "--usage", str(database), "--line", line, *words])


def test_balances_are_those_of_the_instant(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """3.20 until 18:30 of 5 July, and 10.00 more from then on."""
    found = []
    for time in ("18:29:59", "18:30", "18:30:01"):
        request = f"voice to +351210000000 for 100 h at 2026-07-05 {time}"
        assert asked_of(database, request, "--format", "json") == 0
        found.append(json.loads(capsys.readouterr().out))
    assert [one["wallets"][0]["held"] for one in found] == ["3.2", "13.2", "13.2"]
    assert [one["allowed"] // 60_000 for one in found] == [31, 98, 98]
    assert found[0]["reserved"] == "3.15"
    assert found[0]["allowances"] == [{"id": "minutes", "units": 600_000}]
    assert found[0]["reason"] == "no-balance"


def test_the_text_says_from_what_and_why_not_more(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked_of(database, "voice to +351210000000 for 1 h at 2026-07-03 10:00") == 0
    shown = capsys.readouterr().out
    assert "+351210000000" not in shown
    for words in (
        "31 min of 1 h",
        "10 min from allowance `minutes`",
        "3.15 EUR from wallet `credit`, which holds 3.20 EUR",
        "no prepaid balance pays it",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("request_words", "line", "words"),
    [
        ("voice to +351210000000 for 1 h", "D-1-A", "has no date"),
        ("voce for 1 h at 2026-07-03 10:00", "D-1-A", "did you mean `voice`?"),
        ("voice for 1 h at 2026-07-03 10:00 2 times", "D-1-A", "for one event"),
        ("voice for 1 h at 2026-07-03 10:00 line X", "D-1-A", "--line names the line"),
        ('voice for 1 h at 2026-07-03 10:00\n  expect "', "D-1-A", "cannot be read"),
        ("", "D-1-A", "cannot be read"),
        ("voice for 1 h at 2026-07-03 10:00", "D-1-AA", "did you mean `D-1-A`?"),
    ],
)
def test_a_wrong_request_is_one_line(
    database: Path, capsys: pytest.CaptureFixture[str], request_words: str, line: str, words: str
) -> None:
    assert asked_of(database, request_words, line=line) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_a_folder_asks_the_plan_that_is_held_then(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(Path(__file__).parents[1] / "plans")
    for day, plan in (("15", "smart-20"), ("16", "smart-40")):
        request = f"voice to +351210000000 for 1 min at 2026-07-{day} 10:00"
        words = ["--usage", str(database), "--line", "D-2-A", "--format", "json"]
        assert main(["authorise", folder, request, *words]) == 0
        assert json.loads(capsys.readouterr().out)["plan"] == plan
