"""Bills, payments and deposits in a usage database: issued once, in order, and on the next bill."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ratedsl.billing.invoice import Invoice
from ratedsl.cli.main import main
from ratedsl.usage.schema import VERSION
from ratedsl.usage.schema_bills import BILLS
from ratedsl.usage.store import Store

PLAN = """
plan p "P"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  due       14 days after close
  late      2.00 EUR after 10 days
  deposits  earn 3.65% per year
  rounding  half-up 0.01 EUR per item
issuer lusitel "Lusitel, S.A."
  address   "Rua Augusta 1"
  contact   "800 200 300"
fee monthly "Fee"
  amount    10.00 EUR per month in advance
  prorated  not
discount autopay "Autopay"
  amount    1.00 EUR off fees
  applies   before tax
  when payment is autopay
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.rate").write_text(PLAN, encoding="utf-8")
    load(tmp_path, "accounts", "account,name\nA,Ana\nB,Bo\nC,Cy\n")
    load(tmp_path, "lines", "line,account\nA-1,A\nB-1,B\nC-1,C\n")
    held = "line,plan,start\nA-1,p,2026-01-01\nB-1,p,2026-01-01\n"
    load(tmp_path, "subscriptions", held)
    return tmp_path


def load(folder: Path, kind: str, text: str, rejected: int = 0) -> None:
    file = folder / f"{kind}.csv"
    file.write_text(text, encoding="utf-8")
    words = ["usage", "load", str(file), "--kind", kind, "--into", str(folder / "u.db")]
    assert main(words) == (1 if rejected else 0)


def rate(folder: Path, cycle: str, *words: str, code: int = 0) -> None:
    usage = ["--usage", str(folder / "u.db"), "--cycle", cycle]
    assert main(["rate", str(folder / "p.rate"), *usage, *words]) == code


def bill(folder: Path, cycle: str, capsys: pytest.CaptureFixture[str], *words: str) -> Invoice:
    capsys.readouterr()
    rate(folder, cycle, "--account", "A", "--format", "json", *words)
    return Invoice.model_validate_json(capsys.readouterr().out)


def rows(folder: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "u.db")) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def test_a_bill_once_issued_is_the_next_one_s_balance(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issued = bill(folder, "2026-06", capsys, "--issue")
    assert (issued.number, issued.total) == ("lusitel-000001", Decimal("10.00"))
    again = bill(folder, "2026-06", capsys)
    assert again == issued
    later = bill(folder, "2026-07", capsys)
    assert later.number == ""
    assert later.statement is not None
    assert later.statement.previous == Decimal("10.00")
    # Due on 15 July, late on the 25th.
    assert later.total == Decimal("12.00")
    assert later.statement.amount_due == Decimal("22.00")


def test_payments_and_deposits_stand_on_the_bill_of_their_cycle(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(
        folder,
        "bills",
        "number,account,amount,currency,day,due\nold-1,A,60.00,EUR,2026-06-20,2026-07-04\n",
    )
    load(
        folder,
        "payments",
        "id,account,amount,currency,day,reference\n"
        "1,A,20.00,EUR,2026-07-09,for +351910000001\n2,A,7.00,USD,2026-07-09,\n",
    )
    held = "id,account,amount,currency,held,applied\nd,A,50.00,EUR,2026-01-01,2026-07-20\n"
    load(folder, "deposits", held + "e,A,5.00,EUR,2026-01-01,\n")
    found = bill(folder, "2026-07", capsys)
    statement = found.statement
    assert statement is not None
    assert statement.previous == Decimal("60.00")
    assert [(one.amount, one.deposit) for one in statement.payments] == [
        (Decimal("20.00"), False),
        (Decimal("50.00"), True),
    ]
    assert statement.payments[0].reference.endswith("0001")
    assert "351" not in statement.payments[0].reference
    # 200 days at 3.65% a year.
    assert [one.amount for one in found.after_tax] == [Decimal("2.00"), Decimal("-1.00")]
    assert statement.held == Decimal("5.00")
    assert statement.amount_due == Decimal("60.00") - 70 + found.total
    assert any("7.00 USD" in one.words for one in found.alerts)


def test_text_markdown_and_html_show_the_same_statement(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rate(folder, "2026-06", "--issue")
    load(
        folder,
        "payments",
        "id,account,amount,currency,day,reference\n1,A,4.00,EUR,2026-07-09,<b>x|y</b>\n",
    )
    for form in ("text", "markdown", "html"):
        capsys.readouterr()
        rate(folder, "2026-07", "--account", "A", "--format", form)
        shown = capsys.readouterr().out
        for words in ("Previous balance", "Payment of 2026-07-09", "-4.00", "18.00", "Lusitel"):
            assert words in shown, (form, words)
        assert "<b>" not in shown


def test_a_cycle_is_issued_once_and_in_order(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rate(folder, "2026-07", "--issue")
    numbers = [row[0] for row in rows(folder, "invoices")]
    assert numbers == ["lusitel-000001", "lusitel-000002"]
    capsys.readouterr()
    rate(folder, "2026-07", "--issue", code=2)
    assert "was issued as lusitel-000001" in capsys.readouterr().err
    rate(folder, "2026-06", "--issue", code=2)
    assert "a later bill" in capsys.readouterr().err
    assert [row[0] for row in rows(folder, "invoices")] == numbers


def test_a_run_that_fails_issues_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """B's bill is there already, so A's, which would be first, is not stored either."""
    rate(folder, "2026-07", "--account", "B", "--issue")
    rate(folder, "2026-07", "--issue", code=2)
    assert [(row[0], row[1]) for row in rows(folder, "invoices")] == [("lusitel-000001", "B")]
    assert rows(folder, "series") == [("lusitel", 1)]


def test_who_holds_no_plan_gets_no_bill(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rate(folder, "2026-07", "--account", "C")
    rate(folder, "2026-07", "--account", "C", "--issue", code=2)
    assert "nothing to issue" in capsys.readouterr().err
    assert rows(folder, "invoices") == []


def test_bills_of_several_cycles_know_each_other(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weekly = PLAN.replace("monthly on day 1", "every 7 days from activation")
    (folder / "p.rate").write_text(weekly.replace("10.00 EUR per month", "3.00 EUR per 7 days"))
    rate(folder, "2026-07", "--account", "A", "--issue")
    bodies = [json.loads(row[-1]) for row in rows(folder, "invoices")]
    previous = [Decimal(one["statement"]["previous"]) for one in bodies if one["statement"]]
    assert len(bodies) > 3
    assert previous == [
        sum(Decimal(one["total"]) for one in bodies[: n + 1]) for n in range(len(bodies) - 1)
    ]


def test_a_bill_that_comes_to_something_else_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rate(folder, "2026-07", "--issue")
    (folder / "p.rate").write_text(PLAN.replace("10.00", "11.00"))
    found = bill(folder, "2026-07", capsys)
    assert found.number == ""
    assert "issued as lusitel-000001 with 10.00 EUR" in found.alerts[0].words


def test_what_was_issued_is_stored_as_it_was(folder: Path) -> None:
    rate(folder, "2026-07", "--issue")
    (first, _) = rows(folder, "invoices")
    kept = Invoice.model_validate_json(first[-1])
    assert (kept.number, kept.account, f"{kept.total:f}") == (first[0], first[1], first[8])


def test_autopay_is_asked_by_conditions_on_its_days(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(folder, "autopay", "account,start,end\nA,2026-07-10,2026-08-10\n")
    totals = [bill(folder, f"2026-0{month}", capsys).total for month in (6, 7, 8)]
    assert totals == [Decimal("10.00"), Decimal("9.00"), Decimal("10.00")]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("bills", "number,account,amount,currency,day\nx,A,-1,EUR,2026-01-01\n"),
        ("bills", "number,account,amount,currency,day\nx,A,1,EURO,2026-01-01\n"),
        ("bills", "number,account,amount,currency,day,due\nx,A,1,EUR,2026-01-02,2026-01-01\n"),
        ("bills", "number,account,amount,currency,day\nx,Z,1,EUR,2026-01-01\n"),
        ("payments", "id,account,amount,currency,day\nx,A,0,EUR,2026-01-01\n"),
        ("payments", "id,account,amount,currency,day\nx,A,1,EUR,01.01.2026\n"),
        ("deposits", "id,account,amount,currency,held,applied,returned\n"
         "x,A,1,EUR,2026-01-01,2026-02-01,2026-02-01\n"),
        ("deposits", "id,account,amount,currency,held,applied\nx,A,1,EUR,2026-01-02,2026-01-01\n"),
        ("autopay", "account,start,end\nA,2026-02-01,2026-02-01\n"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_is_rejected(folder: Path, kind: str, text: str) -> None:
    load(folder, kind, text, rejected=1)


def test_a_deposit_ends_once_and_money_never_changes(folder: Path) -> None:
    header = "id,account,amount,currency,held,applied,returned\n"
    load(folder, "deposits", f"{header}d,A,5,EUR,2026-01-01,,\n")
    load(folder, "deposits", f"{header}d,A,5,EUR,2026-01-01,2026-02-01,\n")
    load(folder, "deposits", f"{header}d,A,5,EUR,2026-01-01,2026-02-01,\n")
    load(folder, "deposits", f"{header}d,A,5,EUR,2026-01-01,,2026-02-01\n", rejected=1)
    load(folder, "deposits", f"{header}d,A,6,EUR,2026-01-01,2026-02-01,\n", rejected=1)
    load(folder, "payments", "id,account,amount,currency,day\np,A,5,EUR,2026-01-01\n")
    load(folder, "payments", "id,account,amount,currency,day\np,A,6,EUR,2026-01-01\n", rejected=1)
    rate(folder, "2026-07", "--issue")
    issued = "number,account,amount,currency,day\nlusitel-000001,A,1,EUR,2026-01-01\n"
    load(folder, "bills", issued, rejected=1)


def as_format_4(folder: Path) -> None:
    """Turn the database into one as it was before it had bills."""
    with closing(sqlite3.connect(folder / "u.db")) as connection:
        for table in BILLS:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 4")
        connection.commit()


def test_a_database_of_format_4_is_read_and_brought_up_to_date(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    as_format_4(folder)
    assert bill(folder, "2026-07", capsys).total == Decimal("10.00")
    assert main(["usage", "stats", "--usage", str(folder / "u.db")]) == 0
    (folder / "key").write_text("a key of enough bytes")
    words = ["usage", "pseudonymise", "--usage", str(folder / "u.db"), "--key-file"]
    assert main([*words, str(folder / "key"), "--into", str(folder / "copy.db")]) == 0
    assert (
        main(["usage", "purge", "--usage", str(folder / "u.db"), "--account", "C", "--dry-run"])
        == 0
    )
    load(folder, "payments", "id,account,amount,currency,day\np,A,5,EUR,2026-07-01\n")
    with closing(sqlite3.connect(folder / "u.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    found = bill(folder, "2026-07", capsys)
    assert found.statement is not None
    assert found.statement.amount_due == Decimal("5.00")


def test_a_purged_account_leaves_no_bill_and_its_numbers_are_not_given_again(folder: Path) -> None:
    rate(folder, "2026-07", "--issue")
    load(folder, "payments", "id,account,amount,currency,day\np,B,5,EUR,2026-07-01\n")
    load(folder, "deposits", "id,account,amount,currency,held\nd,B,5,EUR,2026-07-01\n")
    load(folder, "autopay", "account,start\nB,2026-07-01\n")
    words = ["usage", "purge", "--usage", str(folder / "u.db"), "--account", "B", "--yes"]
    assert main([*words, "--reason", "asked to be forgotten"]) == 0
    assert [row[1] for row in rows(folder, "invoices")] == ["A"]
    for table in ("payments", "deposits", "autopay"):
        assert rows(folder, table) == []
    rate(folder, "2026-08", "--issue")
    assert [row[0] for row in rows(folder, "invoices")] == ["lusitel-000001", "lusitel-000003"]


def test_a_copy_under_pseudonyms_owes_the_same_and_says_nothing_of_whom(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rate(folder, "2026-06", "--issue")
    load(
        folder,
        "payments",
        "id,account,amount,currency,day,reference\np,A,5,EUR,2026-07-01,from Ana Silva\n",
    )
    (folder / "key").write_text("a key of enough bytes")
    words = ["usage", "pseudonymise", "--usage", str(folder / "u.db"), "--key-file"]
    assert main([*words, str(folder / "key"), "--into", str(folder / "copy.db")]) == 0
    assert b"Silva" not in (folder / "copy.db").read_bytes()
    with Store.open(folder / "u.db") as one, Store.open(folder / "copy.db") as copy:
        for before, after in zip(
            sorted(one.accounts(), key=lambda a: len(a.payments)),
            sorted(copy.accounts(), key=lambda a: len(a.payments)),
            strict=True,
        ):
            assert sum(bill.amount for bill in before.owed) == sum(
                bill.amount for bill in after.owed
            )
            assert [pay.amount for pay in before.payments] == [pay.amount for pay in after.payments]
