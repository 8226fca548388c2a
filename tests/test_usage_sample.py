"""The sample: the same for the same seed, like real use, and never in the way of other usage."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.usage.sample import Sample, make_sample
from ratedsl.usage.sample_recipe import accounts_by_market, fill, load_recipe
from ratedsl.usage.store import Store, StoreError

SMALL = Sample(accounts=12, months=1, seed=7)


@pytest.fixture
def rows(whole_sample: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(whole_sample)) as database:
        yield database


def content(path: Path) -> list[list[tuple[object, ...]]]:
    tables = ("accounts", "lines", "subscriptions", "batches", "usage", "rejects")
    with closing(sqlite3.connect(path)) as database:
        return [database.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def test_the_same_seed_makes_the_same_rows_under_any_hash_seed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from ratedsl.usage.sample import *;"
        "make_sample(Path(sys.argv[1]), Sample(12, 1, 7))"
    )
    for seed in ("1", "2"):
        path = str(tmp_path / f"{seed}.db")
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", script, path], env=environment, check=True)
    assert content(tmp_path / "1.db") == content(tmp_path / "2.db")
    make_sample(tmp_path / "3.db", Sample(12, 1, 8))
    assert content(tmp_path / "1.db")[4] != content(tmp_path / "3.db")[4]


def test_the_default_is_as_large_as_promised(rows: sqlite3.Connection) -> None:
    (events,) = rows.execute("SELECT count(*) FROM usage").fetchone()
    assert 150_000 <= events <= 260_000
    assert rows.execute("SELECT count(*) FROM accounts").fetchone() == (300,)
    sql = "SELECT min(n), max(n) FROM (SELECT count(*) n FROM lines GROUP BY account)"
    assert rows.execute(sql).fetchone() == (1, 5)
    assert rows.execute("SELECT read, stored, duplicate, rejected FROM batches").fetchall() == [
        (events, events, 0, 0)
    ]


def test_every_market_has_its_plan_and_services(rows: sqlite3.Connection) -> None:
    sql = """SELECT DISTINCT plan, service FROM usage
        JOIN subscriptions ON subscriptions.line = usage.line"""
    found = set(rows.execute(sql).fetchall())
    assert {plan for plan, _ in found} == {market.plan for market in load_recipe().markets}
    assert {service for plan, service in found if plan == "iot-sensor"} == {"data"}
    assert {service for plan, service in found if plan == "wholesale-voice"} == {"voice"}
    assert {service for plan, service in found if plan == "smart-20"} == {
        "voice",
        "sms",
        "mms",
        "data",
    }


@pytest.mark.parametrize(
    ("what", "condition", "least", "most"),
    [
        ("roaming", "visited != ''", 1_000, 10_000),
        ("incoming", "direction = 'incoming'", 20_000, 70_000),
        ("zero-length calls", "service = 'voice' AND quantity = 0", 5_000, 20_000),
        ("premium", "called GLOB '+351760*' OR called GLOB '+49900*'", 50, 2_000),
        ("on-net", "attributes LIKE '%on-net%'", 10_000, 60_000),
        ("international", "line GLOB 'DE-*' AND called NOT GLOB '+49*' AND called != ''", 3e3, 2e4),
        ("numbers called by oneself", "calling = called AND calling != ''", 0, 0),
        ("data with numbers", "service = 'data' AND (calling != '' OR called != '')", 0, 0),
        ("negative", "quantity < 0 OR (quantity = 0 AND service != 'voice')", 0, 0),
    ],
)
def test_kinds_of_usage_are_there(
    rows: sqlite3.Connection, what: str, condition: str, least: float, most: float
) -> None:
    (found,) = rows.execute(f"SELECT count(*) FROM usage WHERE {condition}").fetchone()
    assert least <= found <= most, what


def test_use_is_skewed_repeated_and_daily(rows: sqlite3.Connection) -> None:
    sql = "SELECT count(*) FROM usage WHERE line GLOB 'PT-*' GROUP BY line ORDER BY 1 DESC"
    sizes = [count for (count,) in rows.execute(sql)]
    assert sum(sizes[: len(sizes) // 5]) > sum(sizes) / 2  # a fifth of the lines, half the use
    sql = """SELECT count(*), count(DISTINCT line || called) FROM usage
        WHERE line GLOB 'PT-*' AND service = 'voice' AND direction = 'outgoing'"""
    calls, pairs = rows.execute(sql).fetchone()
    assert pairs < calls / 2  # numbers are called again
    hours = dict(
        rows.execute(
            """SELECT (start / 3600000 + 2) % 24, count(*) FROM usage
            WHERE line GLOB 'DE-*' GROUP BY 1"""
        ).fetchall()
    )
    assert hours[10] > 20 * hours[3]
    days = dict(
        rows.execute(
            """SELECT strftime('%w', (start + 7200000) / 1000, 'unixepoch'), count(*) FROM usage
            WHERE line GLOB 'DE-*' GROUP BY 1"""
        ).fetchall()
    )
    assert days["2"] > 5 * days["0"]


def test_no_event_lies_outside_the_subscription_or_the_period(whole_sample: Path) -> None:
    starting = ending = 0
    with Store.open(whole_sample) as store:
        assert {"2026-07", "2026-08", "2026-09"} <= set(store.months())
        for account, events in store.portfolio("smart-20"):
            lines = {line.id: line.subscriptions[0] for line in account.lines}
            starting += sum(held.start >= Sample().first for held in lines.values())
            ending += sum(held.end is not None for held in lines.values())
            for event in events:
                day = (event.start + 3_600_000) // 86_400_000 + 719_163  # Lisbon, in summer
                held = lines[event.line]
                assert max(held.start, Sample().first).toordinal() <= day
                assert day < (held.end.toordinal() if held.end else 739_890)  # 2026-10-01
    assert starting >= 3
    assert ending >= 2


def test_own_numbers_are_one_lines_only(rows: sqlite3.Connection) -> None:
    sql = "SELECT count(number), count(DISTINCT number) FROM lines WHERE number != ''"
    numbers, distinct = rows.execute(sql).fetchone()
    assert numbers == distinct > 600


def test_the_most_accounts_still_have_numbers_of_their_own() -> None:
    recipe = load_recipe()
    for market, accounts in zip(recipe.markets, accounts_by_market(recipe, 5_000), strict=True):
        if market.own:
            room = sum(10 ** template.count("#") for template in market.own)
            mean = sum(market.lines) / len(market.lines)
            assert accounts * mean * 1.05 < room, market.plan


def test_accounts_are_shared_out_whole() -> None:
    recipe = load_recipe()
    for accounts in (1, 5, 6, 7, 300, 4_999):
        counts = accounts_by_market(recipe, accounts)
        assert sum(counts) == accounts
        assert min(counts) >= (1 if accounts >= 6 else 0)
    assert fill("+4420##60###", 12345) == "+44201260345"


def test_the_same_sample_again_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "usage.db"
    words = ["usage", "sample", "--into", str(path), "--accounts", "12", "--months", "1"]
    assert main([*words, "--seed", "7"]) == 0
    assert "made the sample" in capsys.readouterr().out
    before = content(path)
    assert main([*words, "--seed", "7"]) == 0
    assert "nothing to do, the same sample is in" in capsys.readouterr().out
    assert main([*words, "--seed", "8"]) == 2
    assert "holds other usage already" in capsys.readouterr().err
    assert content(path) == before


def test_a_sample_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "usage.db"

    def stop(done: int, _total: int) -> None:
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_sample(path, SMALL, stop)
    with Store.open(path) as store:
        assert store.accounts() == []
        assert store.extent() is None
    assert make_sample(path, SMALL).new


def test_wrong_sizes_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--accounts=0", "--accounts=5001", "--months=0", "--months=61"):
        assert main(["usage", "sample", "--into", str(tmp_path / "x.db"), option]) == 2
        assert "must be between 1 and" in capsys.readouterr().err
    assert not (tmp_path / "x.db").exists()


def test_other_accounts_are_not_mixed_with_the_sample(tmp_path: Path) -> None:
    path = tmp_path / "usage.db"
    Store.open(path, create=True).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO accounts VALUES ('PT-0001', 'mine', '', 'UTC')")
    with pytest.raises(StoreError, match="holds other accounts already"):
        make_sample(path, SMALL)
    with Store.open(path) as store:
        assert [account.name for account in store.accounts()] == ["mine"]
