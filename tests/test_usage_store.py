"""The usage store: what it gives back, in which order, and how it says that it cannot."""

from __future__ import annotations

import gc
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ratedsl.rating.events import NO_ATTRIBUTES, Event, Line, Subscription
from ratedsl.usage import connection as connections
from ratedsl.usage.batches import Totals, UsageRow, encode_attributes, open_batch
from ratedsl.usage.schema import VERSION
from ratedsl.usage.store import Store, StoreError

AT = "2026-05-01T00:00:00+00:00"
HOUR = 3_600_000


def row(identity: str, line: str, start: int, **attributes: str) -> UsageRow:
    encoded = encode_attributes(attributes)
    return identity, line, "voice", start, 60_000, "+1", "+2", "outgoing", "", encoded


def fill(path: Path, rows: list[UsageRow], lines: dict[str, str], plan: str) -> Totals:
    with Store.open(path, create=True) as store, open_batch(store, "a/b.csv", "m", AT) as batch:
        for line, account in lines.items():
            batch.add_account(account, f"Name of {account}", "consumer", "Europe/Lisbon")
            held = Subscription(plan, date(2026, 1, 1), date(2027, 1, 1))
            batch.add_line(account, Line(line, "+351910000001", (held,), {"tier": "gold"}))
        for one in rows:
            batch.add(one)
        return batch.finish()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "usage.db"
    rows = [row("e3", "B", 2 * HOUR), row("e2", "A", 2 * HOUR, apn="iot"), row("e1", "A", HOUR)]
    fill(path, rows, {"A": "first", "B": "first"}, "basic")
    fill(path, [row("e4", "C", 800 * HOUR)], {"C": "second"}, "other")
    return path


def test_accounts_come_back_with_lines_and_subscriptions(database: Path) -> None:
    with Store.open(database) as store:
        first, second = store.accounts()
        assert store.account("first") == first
        assert store.timezone_of("first") == "Europe/Lisbon"
    assert (first.id, first.name, first.segment) == ("first", "Name of first", "consumer")
    assert [line.id for line in first.lines] == ["A", "B"]
    assert [line.id for line in second.lines] == ["C"]
    line = first.lines[0]
    assert line.number == "+351910000001"
    assert line.attributes == {"tier": "gold"}
    assert line.subscriptions == (Subscription("basic", date(2026, 1, 1), date(2027, 1, 1)),)


def test_events_are_ordered_by_start_and_id_over_all_lines(database: Path) -> None:
    with Store.open(database) as store:
        events = store.events_of("first")
        assert [event.id for event in events] == ["e1", "e2", "e3"]
        assert [event.id for event in store.events_of("first", 2 * HOUR)] == ["e2", "e3"]
        assert [event.id for event in store.events_of("first", end_ms=2 * HOUR)] == ["e1"]
        assert store.events_of("nobody") == []
        assert store.event("e2") == events[1]
        assert store.event("e9") is None
    assert events[0] == Event("e1", "A", "voice", HOUR, 60_000, "+1", "+2")
    assert events[0].attributes is NO_ATTRIBUTES
    assert events[1].attributes == {"apn": "iot"}


def test_portfolio_streams_accounts_of_one_plan_or_all(database: Path) -> None:
    with Store.open(database) as store:
        every = [(account.id, len(events)) for account, events in store.portfolio()]
        assert every == [("first", 3), ("second", 1)]
        assert [account.id for account, _ in store.portfolio("other")] == ["second"]
        assert list(store.portfolio("none")) == []
        assert [len(events) for _, events in store.portfolio(start_ms=2 * HOUR)] == [2, 1]


def test_months_and_extent_follow_the_zone(database: Path) -> None:
    with Store.open(database) as store:
        assert store.extent() == (HOUR, 800 * HOUR)
        assert store.months() == ("1970-01", "1970-02")
        assert store.months("America/New_York") == ("1969-12", "1970-01", "1970-02")


def test_an_abandoned_portfolio_does_not_hold_the_store(database: Path) -> None:
    with Store.open(database) as store:
        for _ in store.portfolio():
            break
        fill(database, [row("e5", "A", 5 * HOUR)], {}, "basic")
        assert len(store.events_of("first")) == 4


def test_a_walk_sees_one_state_and_the_next_call_the_new_one(database: Path) -> None:
    with Store.open(database) as store:
        walk = store.portfolio()
        next(walk)
        fill(database, [row("e5", "C", 5 * HOUR)], {}, "other")
        _, events = next(walk)
        assert [event.id for event in events] == ["e4"]
        assert list(walk) == []
        assert [event.id for event in store.events_of("second")] == ["e5", "e4"]


def test_duplicates_within_and_across_batches_are_counted(database: Path) -> None:
    rows = [row("e1", "A", HOUR), row("e6", "A", HOUR), row("e6", "A", 9 * HOUR)]
    assert fill(database, rows, {}, "basic") == Totals(3, 3, 1, 2, 0)
    with Store.open(database) as store:
        event = store.event("e6")
        assert event is not None
        assert event.start == HOUR  # the first of two with one id wins
        assert store.connection.execute("SELECT DISTINCT file FROM batches").fetchall() == [
            ("b.csv",)
        ]


def test_a_batch_that_does_not_add_up_is_not_stored(database: Path) -> None:
    with (
        Store.open(database, create=True) as store,
        pytest.raises(RuntimeError, match="does not add up"),
        open_batch(store, "x.csv", "m", AT) as batch,
    ):
        batch.add(row("e7", "A", HOUR))
        batch._stored -= 1
        batch.finish()
    with Store.open(database) as store:
        assert store.event("e7") is None
        assert store.connection.execute("SELECT max(id) FROM batches").fetchone() == (2,)


def test_a_line_that_nobody_owns_is_refused(database: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        fill(database, [row("e8", "Z", HOUR)], {}, "basic")
    with Store.open(database) as store:
        assert store.event("e8") is None


def test_reading_leaves_every_byte_as_it_is(database: Path) -> None:
    before = database.read_bytes()
    with Store.open(database) as store:
        list(store.portfolio())
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            store.connection.execute("DELETE FROM usage")
    assert database.read_bytes() == before


def test_a_folder_that_may_not_be_written_can_be_read(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = connections._connect
    monkeypatch.setattr(connections, "_connect", lambda a, w: _Unopened(real, a, w))
    with Store.open(database) as store:
        assert len(store.accounts()) == 2


class _Unopened:
    """A connection that fails like one without shared memory, unless it is immutable."""

    def __new__(cls, real: Any, address: str, wait: float) -> Any:
        if "immutable=1" in address:
            return real(address, wait)
        return super().__new__(cls)

    def __init__(self, real: Any, address: str, wait: float) -> None:
        self.closed = False

    def execute(self, sql: str) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    def close(self) -> None:
        self.closed = True


def test_reading_does_not_import_what_writing_needs(database: Path) -> None:
    script = (
        "import sys; from ratedsl.usage.store import Store;"
        f"s = Store.open({str(database)!r}); s.events_of('first'); s.accounts();"
        "print([name for name in ('sqlite_utils', 'pydantic', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_each_unusable_file_is_one_clear_line(database: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("this is not a database, but long enough to look like a header\n" * 9)
    empty = tmp_path / "empty.db"
    empty.touch()
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as other:
        other.execute("CREATE TABLE usage (a)")
        other.execute("PRAGMA user_version = 1")
    other.close()
    newer = tmp_path / "newer.db"
    newer.write_bytes(database.read_bytes())
    with sqlite3.connect(newer) as other:
        other.execute(f"PRAGMA user_version = {VERSION + 1}")
    other.close()
    reasons = {
        tmp_path / "missing.db": "no usage database at",
        tmp_path: "is a folder",
        text: "is not a usage database",
        empty: "holds no usage yet",
        foreign: "is a database of another program",
        newer: "was written by a newer ratedsl",
    }
    for path, reason in reasons.items():
        with pytest.raises(StoreError, match=reason) as caught:
            Store.open(path)
        assert "\n" not in str(caught.value)
    for path in (tmp_path, text, foreign, newer):
        before = path.read_bytes() if path.is_file() else b""
        with pytest.raises(StoreError, match=reasons[path]):
            Store.open(path, create=True)
        assert (path.read_bytes() if path.is_file() else b"") == before
    with pytest.raises(StoreError, match="no folder"):
        Store.open(tmp_path / "no" / "x.db", create=True)


def test_damage_inside_the_file_is_one_clear_line(database: Path) -> None:
    content = bytearray(database.read_bytes())
    content[4096 * 2 :] = b"\xff" * (len(content) - 4096 * 2)
    database.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"), Store.open(database) as store:
        store.events_of("first")


def test_a_writer_that_waited_too_long_says_so(database: Path) -> None:
    with Store.open(database, create=True) as busy:
        busy.connection.execute("BEGIN IMMEDIATE")
        with (
            Store.open(database, create=True, wait=0.05) as store,
            pytest.raises(StoreError, match="locked by another program"),
            open_batch(store, "x.csv", "m", AT),
        ):
            pytest.fail("the batch must not begin")
        with Store.open(database) as reader:
            assert len(reader.events_of("first")) == 3


def test_an_unknown_account_is_named_with_the_nearest_one(database: Path) -> None:
    with Store.open(database) as store:
        with pytest.raises(StoreError, match=r"no account `frist` .* did you mean `first`\?"):
            store.account("frist")
        with pytest.raises(StoreError, match="it has 2 accounts"):
            store.account("qqq")


def test_five_thousand_events_load_fast(tmp_path: Path) -> None:
    path = tmp_path / "usage.db"
    random = Random(1)
    rows = [
        row(f"{random.getrandbits(48):x}", f"L{number % 8}", random.randrange(10**10))
        for number in range(40_000)
    ]
    fill(path, rows, {f"L{number}": f"L{number}" for number in range(8)}, "basic")
    best = 10.0
    with Store.open(path) as store:
        for _ in range(5):
            gc.collect()
            begun = time.perf_counter()
            events = store.events_of("L7")
            best = min(best, time.perf_counter() - begun)
    assert len(events) == 5_000
    assert best < 0.06  # about 10 ms on an idle core; the rest is room for a busy machine
