"""What accounts have besides usage: each kind of file, its rejects, and loading it again."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.rating.events import CreditNote, HeldItem, Subscription, Suspension, TopUp
from ratedsl.usage.importers.kinds import KINDS
from ratedsl.usage.store import Store

SAMPLES = Path(__file__).parents[1] / "samples" / "accounts"
NOON = 1_785_582_000_000  # 2026-08-01 12:00 in Lisbon

BASE = {
    "accounts": "account,name,segment,timezone\nA,Ana,consumer,Europe/Lisbon\nB,,,\n",
    "lines": "line,account,number\nA-1,A,+351910000001\nB-1,B,\n",
}

GOOD = {
    "subscriptions": "line,plan,start,end\n"
    "A-1,basic,2026-01-01,2026-07-01\nA-1,basic,2026-08-01,\n",
    "suspensions": "line,start,end\nA-1,2026-03-01,2026-03-11\nA-1,2026-03-11,\n",
    "items": "line,item,quantity,start,end\nA-1,seat,3,2026-01-01,\n",
    "attributes": "line,name,value\nA-1,primary-use,pt\nA-1,tier,gold\n",
    "top-ups": "id,account,line,wallet,amount,at,opening\n"
    "t1,A,,credit,0.00,2026-08-01 12:00,yes\n"
    "t2,,A-1,credit,10.005,2026-08-01T12:00:00.250+01:00,no\n",
    "credits": "id,account,line,record,amount,day,supplied\n"
    "c1,A,A-1,calls,5.00,2026-08-01,2026-07-01\nc2,A,,calls,1,2026-08-02,\n",
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "usage.db"
    for kind, text in BASE.items():
        assert load(path, kind, text)["rejected"] == 0
    return path


@pytest.fixture(autouse=True)
def _capture(capsys: pytest.CaptureFixture[str]) -> None:
    load.capsys = capsys  # type: ignore[attr-defined]


def load(database: Path, kind: str, text: str) -> dict[str, int]:
    """Load a file of this text; what became of its rows."""
    file = database.with_name(f"{kind}.csv")
    file.write_text(text, encoding="utf-8")
    words = ["usage", "load", str(file), "--kind", kind, "--into", str(database)]
    code = main([*words, "--format", "json"])
    found: dict[str, int] = json.loads(load.capsys.readouterr().out)  # type: ignore[attr-defined]
    assert code == (1 if found["rejected"] else 0)
    return found


def test_accounts_come_back_with_all_that_was_loaded(database: Path) -> None:
    for kind, text in GOOD.items():
        assert load(database, kind, text)["rejected"] == 0
    with Store.open(database) as store:
        account = store.account("A")
    (line,) = account.lines
    assert line.subscriptions == (
        Subscription("basic", date(2026, 1, 1), date(2026, 7, 1)),
        Subscription("basic", date(2026, 8, 1)),
    )
    assert line.suspensions == (
        Suspension(date(2026, 3, 1), date(2026, 3, 11)),
        Suspension(date(2026, 3, 11)),
    )
    assert line.items == (HeldItem("seat", 3, date(2026, 1, 1)),)
    assert line.attributes == {"primary-use": "pt", "tier": "gold"}
    assert account.top_ups == (
        TopUp("credit", Decimal("0.00"), NOON, opening=True),
        TopUp("credit", Decimal("10.005"), NOON + 250, "A-1"),
    )
    assert account.credits == (
        CreditNote("calls", Decimal("5.00"), date(2026, 8, 1), date(2026, 7, 1), "A-1"),
        CreditNote("calls", Decimal(1), date(2026, 8, 2)),
    )


@pytest.mark.parametrize("kind", GOOD)
def test_the_same_file_again_adds_nothing(database: Path, kind: str) -> None:
    first = load(database, kind, GOOD[kind])
    with Store.open(database) as store:
        before = store.accounts()
    again = load(database, kind, GOOD[kind])
    assert (first["stored"], again["stored"], again["duplicate"]) == (
        2 - (kind == "items"),
        0,
        first["stored"],
    )
    with Store.open(database) as store:
        assert store.accounts() == before


def test_an_end_may_come_later(database: Path) -> None:
    load(database, "subscriptions", "line,plan,start\nA-1,basic,2026-01-01\n")
    found = load(
        database,
        "subscriptions",
        "line,plan,start,end\nA-1,basic,2026-01-01,2026-07-16\nA-1,better,2026-07-16,\n",
    )
    assert (found["stored"], found["rejected"]) == (2, 0)
    with Store.open(database) as store:
        held = store.account("A").lines[0].subscriptions
    assert [one.end for one in held] == [date(2026, 7, 16), None]


def test_an_empty_value_takes_an_attribute_away(database: Path) -> None:
    load(database, "attributes", GOOD["attributes"])
    load(database, "attributes", "line,name,value\nA-1,tier,\n")
    with Store.open(database) as store:
        assert store.account("A").lines[0].attributes == {"primary-use": "pt"}


REJECTED = [
    ("accounts", "account,timezone\n,Europe/Lisbon\n", "account is empty"),
    ("accounts", "account,timezone\nC,Lisbon\n", "timezone is no IANA"),
    ("accounts", "account,timezone\nC,../etc/passwd\n", "timezone is no IANA"),
    ("lines", "line,account\nX,nobody\n", "the account is not in the store"),
    ("lines", "line,account\nA-1,B\n", "belongs to another account"),
    ("subscriptions", "line,plan,start\nX,basic,2026-01-01\n", "the line is not in the store"),
    ("subscriptions", "line,plan,start\nA-1,2 go,2026-01-01\n", "plan is no id"),
    ("subscriptions", "line,plan,start\nA-1,basic,2026-02-30\n", "start is not a date"),
    ("subscriptions", "line,plan,start\nA-1,basic,20260101\n", "start is not a date"),
    ("subscriptions", "line,plan,start,end\nA-1,basic,2026-01-01,2026-01-01\n", "end is not after"),
    ("subscriptions", "line,plan,start\nA-1,basic,2026-02-01,\n", "the row has 4 fields"),
    ("items", "line,item,quantity,start\nA-1,seat,0,2026-01-01\n", "quantity is not a whole"),
    ("items", "line,item,quantity,start\nA-1,seat,1.5,2026-01-01\n", "quantity is not a whole"),
    ("top-ups", "id,account,wallet,amount,at\nt,A,credit,0,2026-08-01 12:00\n", "amount is zero"),
    ("top-ups", "id,account,wallet,amount,at\nt,A,credit,-1,2026-08-01 12:00\n", "not a decimal"),
    ("top-ups", "id,account,wallet,amount,at\nt,A,credit,1e3,2026-08-01 12:00\n", "not a decimal"),
    ("top-ups", "id,account,wallet,amount,at\nt,A,credit,1,2026-08-01\n", "at is not a time"),
    ("top-ups", "id,account,wallet,amount,at\nt,B,credit,1,2026-08-01 12:00\n", "no time zone"),
    ("top-ups", "id,account,wallet,amount,at\nt,A,credit,1,2026-03-29 01:30\n", "does not exist"),
    ("top-ups", "id,account,wallet,amount,at\nt,A,credit,1,2026-10-25 01:30\n", "comes twice"),
    ("top-ups", "id,account,line,wallet,amount,at\nt,B,A-1,credit,1,2026-08-01 12:00\n", "another"),
    ("credits", "id,account,record,amount,day\nc,,calls,1,2026-08-01\n", "account is empty"),
]


@pytest.mark.parametrize(("kind", "text", "reason"), REJECTED)
def test_a_wrong_row_is_rejected_with_its_reason(
    database: Path, kind: str, text: str, reason: str
) -> None:
    with Store.open(database) as store:
        before = store.accounts()
    found = load(database, kind, text)
    assert (found["read"], found["stored"], found["rejected"]) == (1, 0, 1)
    (reject,) = found["first_rejects"]  # type: ignore[misc]
    assert reason in reject["reasons"][0]  # type: ignore[index]
    with Store.open(database) as store:
        assert store.accounts() == before


@pytest.mark.parametrize(
    "later",
    ["A-1,basic,2025-12-01,2026-01-02", "A-1,basic,2026-07-31,", "A-1,basic,2026-05-01,2026-05-02"],
)
def test_periods_of_one_line_do_not_overlap(database: Path, later: str) -> None:
    load(database, "subscriptions", GOOD["subscriptions"])
    found = load(database, "subscriptions", f"line,plan,start,end\n{later}\n")
    assert (found["stored"], found["rejected"]) == (0, 1)


def test_periods_may_meet(database: Path) -> None:
    load(database, "subscriptions", GOOD["subscriptions"])
    rows = "A-1,basic,2026-07-01,2026-08-01\nA-1,basic,2025-12-01,2026-01-01\n"
    assert load(database, "subscriptions", f"line,plan,start,end\n{rows}")["stored"] == 2


def test_a_payment_never_changes(database: Path) -> None:
    load(database, "credits", GOOD["credits"])
    found = load(database, "credits", GOOD["credits"].replace("5.00", "6.00"))
    assert (found["duplicate"], found["rejected"]) == (1, 1)
    with Store.open(database) as store:
        assert store.account("A").credits[0].amount == Decimal("5.00")


def test_two_rows_of_a_file_that_differ_are_not_both_taken(database: Path) -> None:
    rows = "A-1,seat,3,2026-01-01\nA-1,seat,4,2026-01-01\n"
    found = load(database, "items", f"line,item,quantity,start\n{rows}")
    assert (found["stored"], found["rejected"]) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "header", "words"),
    [
        ("items", "line,item,quantity", "lacks `start`"),
        ("items", "line,item,quantty,start", "did you mean `quantity`?"),
        ("items", "line,line,item,quantity,start", "`line` twice"),
        ("top-ups", "id,wallet,amount,at", "lacks `line` or `account`"),
    ],
)
def test_a_wrong_header_stores_nothing(
    database: Path, capsys: pytest.CaptureFixture[str], kind: str, header: str, words: str
) -> None:
    file = database.with_name("wrong.csv")
    file.write_text(f"{header}\n", encoding="utf-8")
    assert main(["usage", "load", str(file), "--kind", kind, "--into", str(database)]) == 2
    assert words in capsys.readouterr().err


def test_the_samples_load_and_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "usage.db"
    for kind in KINDS:
        file = SAMPLES / f"{kind.replace('-', '_')}.csv"
        assert main(["usage", "load", str(file), "--kind", kind, "--into", str(path)]) == 0
    assert main(["usage", "stats", "--usage", str(path)]) == 0
    shown = capsys.readouterr().out
    for words in ("suspensions", "items", "top-ups", "credits"):
        assert words in shown


PLAN = """
plan p "P"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  suspend   charging nothing
  rounding  half-up 0.01 EUR per event
  rounding  half-up 0.01 EUR per item
fee monthly "Fee"
  amount    31.00 EUR per month in arrears
  prorated  by day, counting the first day
fee seats "Seats"
  amount    1.00 EUR per month per seat in arrears
  prorated  not
rate messages "Messages" for sms
  price     0.10 EUR per message
wallet credit "Credit"
  pays      usage
  held      per account
  after     blocked
"""

MESSAGES = """id,line,at
1,A-1,2026-08-02T10:00:00+01:00
2,A-1,2026-08-02T11:00:00+01:00
3,A-1,2026-08-02T12:00:00+01:00
"""

MAPPING = """
record = { id = "id" }
time = { column = "at", format = "%Y-%m-%dT%H:%M:%S%z" }
line = { column = "line" }
service = { always = "sms" }
quantity = { sms = { each = 1 } }
"""


def test_a_bill_takes_all_that_was_loaded(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """31 days less ten of suspension less 4.00, two seats, and two messages of three for 0.20."""
    records = {
        "subscriptions": "line,plan,start\nA-1,p,2026-08-01\n",
        "suspensions": "line,start,end\nA-1,2026-08-11,2026-08-21\n",
        "items": "line,item,quantity,start\nA-1,seat,2,2026-08-01\n",
        "top-ups": "id,account,wallet,amount,at,opening\n"
        "o,A,credit,0.05,2026-08-01 00:00,yes\nt,A,credit,0.15,2026-08-02 10:30,\n",
        "credits": "id,line,record,amount,day\nc,A-1,monthly,4.00,2026-08-20\n",
    }
    for kind, text in records.items():
        assert load(database, kind, text)["rejected"] == 0
    folder = database.parent
    (folder / "p.rate").write_text(PLAN, encoding="utf-8")
    (folder / "m.csv").write_text(MESSAGES, encoding="utf-8")
    (folder / "m.toml").write_text(MAPPING, encoding="utf-8")
    words = ["usage", "import", str(folder / "m.csv"), "--into", str(database)]
    assert main([*words, "--mapping", str(folder / "m.toml")]) == 0
    capsys.readouterr()
    words = ["rate", str(folder / "p.rate"), "--usage", str(database), "--account", "A"]
    assert main([*words, "--cycle", "2026-08", "--format", "json"]) == 0
    invoice = json.loads(capsys.readouterr().out)
    found: dict[str, Decimal] = {}
    for row in invoice["items"]:
        found[row["record"]] = found.get(row["record"], Decimal(0)) + Decimal(row["amount"])
    assert found == {
        "monthly": Decimal("17.00"),
        "seats": Decimal("2.00"),
        "messages": Decimal("0.20"),
        "credit": Decimal("-0.20"),
    }
    assert Decimal(invoice["total"]) == Decimal("19.00")


LATE = """id,line,at,came
1,A-1,2026-08-02T10:00:00+01:00,03.09.2026
2,A-1,2026-08-02T11:00:00+01:00,
3,A-1,2026-08-02T12:00:00+01:00,31.08.2026
4,A-1,2026-08-02T12:00:00+01:00,soon
"""


@pytest.mark.parametrize("cycle", [["--cycle", "2026-09"], []])
def test_late_usage_of_a_store_is_on_the_bill_of_its_arrival(
    database: Path, capsys: pytest.CaptureFixture[str], cycle: list[str]
) -> None:
    assert load(database, "subscriptions", "line,plan,start\nA-1,p,2026-08-01\n")["stored"] == 1
    folder = database.parent
    plan = PLAN.replace("  suspend", "  late      usage on next invoice\n  suspend")
    plan = plan[: plan.index("wallet")]
    (folder / "p.rate").write_text(plan, encoding="utf-8")
    (folder / "m.csv").write_text(LATE, encoding="utf-8")
    arrival = '\n[arrival]\ncolumn = "came"\nformat = "%d.%m.%Y"\n'
    (folder / "m.toml").write_text(MAPPING + arrival, encoding="utf-8")
    words = ["usage", "import", str(folder / "m.csv"), "--into", str(database)]
    assert main([*words, "--mapping", str(folder / "m.toml")]) == 1
    assert "came is not a date" in capsys.readouterr().out
    words = ["rate", str(folder / "p.rate"), "--usage", str(database)]
    assert main([*words, "--account", "A", *cycle, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    invoice = found if cycle else found[-1]
    assert invoice["start"] == "2026-09-01"
    assert invoice["outcomes"]["events"] == 1
    assert [one["amount"] for one in invoice["items"] if one["record"] == "messages"] == ["0.1"]
    assert main([*words, *cycle, "--format", "json"]) == 0
    assert f'"total": "{"31.1" if cycle else "62.3"}"' in capsys.readouterr().out
