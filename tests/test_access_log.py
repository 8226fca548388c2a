"""Who saw data in full is written down first, for good, and a purge leaves no byte."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.usage.access_log import Entry, entries, faults
from ratedsl.usage.privacy import is_masked
from ratedsl.usage.sample import Sample, make_sample
from ratedsl.usage.store import Store

ROOT = Path(__file__).parent.parent
PLAN = str(ROOT / "plans/smart-20.rate")
ACCOUNT = "PT-0001"
NUMBER = "+351910000000"
REASON = "complaint 4711 about roaming"


@pytest.fixture
def usage(tmp_path: Path) -> Path:
    path = tmp_path / "usage.db"
    make_sample(path, Sample(accounts=5, months=1))
    return path


def log(path: Path) -> list[Entry]:
    with Store.open(path) as store:
        return entries(store.connection)


def wrong(path: Path) -> list[str]:
    with Store.open(path) as store:
        return faults(store.connection, entries(store.connection))


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def export(path: Path, *words: str) -> list[str]:
    return ["usage", "export", "--usage", str(path), "--account", ACCOUNT, *words]


def test_unmasking_shows_numbers_and_says_so_in_the_log(
    usage: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(export(usage)) == 0
    assert NUMBER not in capsys.readouterr().out
    assert log(usage) == []
    assert main(export(usage, "--unmask", "--reason", f"{REASON} of {NUMBER}")) == 0
    assert NUMBER in capsys.readouterr().out
    assert is_masked()
    (entry,) = log(usage)
    assert entry.action == "unmask"
    assert entry.database == "usage.db"
    assert entry.rows == f"export of account {ACCOUNT}"
    assert "numbers" in entry.fields
    assert entry.user
    assert entry.reason.startswith(REASON)
    assert NUMBER not in entry.reason
    assert main(["usage", "access-log", "--usage", str(usage), "--verify"]) == 0
    shown = capsys.readouterr().out
    assert ACCOUNT in shown
    assert "the log is whole: 1 entries" in shown
    assert main(["usage", "access-log", "--usage", str(usage), "--format", "json"]) == 0
    assert [one["seq"] for one in json.loads(capsys.readouterr().out)["entries"]] == [1]


@pytest.mark.parametrize(
    "words",
    [
        ["--unmask"],
        ["--unmask", "--reason", ""],
        ["--unmask", "--reason", "test"],
        ["--unmask", "--reason", "          x          "],
        ["--unmask", "--reason", "xxxxxxxxxxxxxxxx"],
        ["--unmask", "--reason", "long" * 200],
        ["--reason", REASON],
    ],
)
def test_without_a_reason_nothing_is_shown_or_logged(
    usage: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(export(usage, *words)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert log(usage) == []


def test_a_log_that_cannot_be_written_unmasks_nothing(
    usage: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(path: Path, _wait: float) -> sqlite3.Connection:
        return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)

    monkeypatch.setattr("ratedsl.usage.access_log.open_writer", read_only)
    assert main(export(usage, "--unmask", "--reason", REASON)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "nothing is unmasked, because the access log cannot be written" in printed.err
    assert is_masked()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_log SET user = 'nobody'",
        "DELETE FROM access_log",
        "INSERT OR REPLACE INTO access_log SELECT * FROM access_log",
        "REPLACE INTO access_log (seq, at, user, action, database, rows, fields, reason, before,"
        " hash) VALUES (1, '', '', '', '', '', '', '', '', '')",
    ],
)
def test_the_database_itself_refuses_to_change_an_entry(usage: Path, statement: str) -> None:
    assert main(export(usage, "--unmask", "--reason", REASON)) == 0
    before = log(usage)
    with pytest.raises(sqlite3.DatabaseError, match="append-only"):
        tamper(usage, statement)
    assert log(usage) == before
    assert wrong(usage) == []


DROP = tuple(f"DROP TRIGGER access_log_no_{what}" for what in ("update", "delete", "replace"))


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (("UPDATE access_log SET user = 'nobody' WHERE seq = 2",), "entry 2 was changed"),
        (("UPDATE access_log SET reason = 'another' WHERE seq = 3",), "entry 3 was changed"),
        (("DELETE FROM access_log WHERE seq = 1",), "entry 1 is missing"),
        (("DELETE FROM access_log WHERE seq = 2",), "entry 2 is missing"),
        (("DELETE FROM access_log WHERE seq = 3",), "entries after 2 are missing"),
        (("DELETE FROM access_log",), "entries after 0 are missing"),
        ((), "guard `access_log_no_update` was removed"),
    ],
)
def test_tampering_around_the_guards_is_seen(
    usage: Path, capsys: pytest.CaptureFixture[str], statements: tuple[str, ...], words: str
) -> None:
    for _ in range(3):
        assert main(export(usage, "--unmask", "--reason", REASON)) == 0
    assert wrong(usage) == []
    tamper(usage, *DROP, *statements)
    assert words in "; ".join(wrong(usage))
    capsys.readouterr()
    assert main(["usage", "access-log", "--usage", str(usage), "--verify"]) == 1
    assert "tampered: " in capsys.readouterr().out


def everything(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def test_a_purged_account_leaves_no_byte(usage: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(usage) as store:
        account = store.account(ACCOUNT)
        own = [line.number.encode() for line in account.lines]
        others = {
            number
            for one in store.accounts()
            if one.id != ACCOUNT
            for event in store.events_of(one.id)
            for number in (event.calling, event.called)
        }
    gone = [number for number in own if number.decode() not in others]
    assert gone
    assert all(number in everything(usage) for number in gone)
    words = ["usage", "purge", "--usage", str(usage), "--account", ACCOUNT]
    assert main([*words, "--dry-run"]) == 0
    assert "would delete" in capsys.readouterr().out
    assert main([*words, "--yes"]) == 2  # without a reason
    with Store.open(usage) as store:
        assert store.account(ACCOUNT) == account
    assert main([*words, "--yes", "--reason", f"{NUMBER} asked to be forgotten"]) == 0
    left = everything(usage)
    for secret in (*gone, account.lines[0].id.encode(), account.name.encode() + b"\x00"):
        assert secret not in left, secret
    (entry,) = log(usage)
    assert entry.action == "purge"
    assert NUMBER not in entry.reason
    with Store.open(usage) as store:
        assert ACCOUNT not in [one.id for one in store.accounts()]
        assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert main([*words, "--yes", "--reason", REASON]) == 2


def test_a_purge_before_a_day_takes_what_started_before_and_no_more(usage: Path) -> None:
    def starts() -> list[int]:
        with Store.open(usage) as store:
            return sorted(row[0] for row in store.connection.execute("SELECT start FROM usage"))

    midnight = 1_789_344_000_000  # 2026-09-14 in UTC
    tamper(usage, f"UPDATE usage SET start = {midnight} WHERE seq = 1")
    tamper(usage, f"UPDATE usage SET start = {midnight - 1} WHERE seq = 2")
    before = starts()
    words = ["usage", "purge", "--usage", str(usage), "--before", "2026-09-14"]
    assert main([*words, "--yes", "--reason", REASON]) == 0
    assert starts() == [one for one in before if one >= midnight]
    assert starts()[0] == midnight


def test_rejected_rows_that_name_the_account_go_with_it(usage: Path) -> None:
    digits = NUMBER.removeprefix("+")
    tamper(
        usage,
        f"INSERT INTO rejects VALUES (1, 1, 'bad', 'x;00{digits};y'), (1, 2, 'bad', 'another')",
    )
    words = ["usage", "purge", "--usage", str(usage), "--account", ACCOUNT]
    assert main([*words, "--yes", "--reason", REASON]) == 0
    with Store.open(usage) as store:
        assert store.connection.execute("SELECT row FROM rejects").fetchall() == [("another",)]
    assert digits.encode() not in everything(usage)


def test_a_purge_reaches_tables_that_it_does_not_know(usage: Path) -> None:
    tamper(
        usage,
        "CREATE TABLE notes (line TEXT REFERENCES lines(id), words TEXT)",
        f"INSERT INTO notes VALUES ('{ACCOUNT}-1', 'a secret'), ('DE-0001-1', 'another')",
    )
    words = ["usage", "purge", "--usage", str(usage), "--account", ACCOUNT]
    assert main([*words, "--yes", "--reason", REASON]) == 0
    with Store.open(usage) as store:
        assert store.connection.execute("SELECT words FROM notes").fetchall() == [("another",)]


def test_a_purge_says_when_a_reader_keeps_the_old_bytes(
    usage: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["usage", "purge", "--usage", str(usage), "--account", ACCOUNT]
    with Store.open(usage) as store, store.snapshot():
        store.accounts()
        assert main([*words, "--yes", "--reason", REASON]) == 1
    assert "old bytes are still in its log" in capsys.readouterr().err
