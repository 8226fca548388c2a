"""Imports that are killed, that run at once, and that run under a reader."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from ratedsl.usage.store import Store

KILLS = 10
ROWS = 6_000
COMMAND = "import sys; from ratedsl.cli.main import main; sys.exit(main())"
MAPPING = """
[record]
id = "id"
[time]
column = "at"
format = "epoch-seconds"
[line]
column = "line"
[create]
plan = "basic"
start = 2026-01-01
timezone = "UTC"
[service]
always = "voice"
[quantity.voice]
column = "seconds"
unit = "s"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "map.toml").write_text(MAPPING)
    for name in ("a", "b"):
        write(tmp_path / f"{name}.csv", name, ROWS)
    return tmp_path


def write(path: Path, name: str, rows: int) -> None:
    random = Random(name)
    lines = ["id,at,line,seconds"]
    for number in range(rows):
        start, length = random.randint(1_767_225_600, 1_780_000_000), random.randint(0, 900)
        # Every hundredth row is bad, so that rejects have to be kept or dropped as well.
        text = length if number % 100 else "none"
        lines.append(f"{name}{number},{start},L{random.randrange(40)},{text}")
    path.write_text("\n".join(lines))


def importing(folder: Path, name: str, database: str = "usage.db") -> subprocess.Popen[bytes]:
    words = ["usage", "import", str(folder / f"{name}.csv"), "--into", str(folder / database)]
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *words, "--mapping", str(folder / "map.toml")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )


def finished(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors.decode()  # 1: rows were rejected, as they should be


def begins(process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the import begins to write its log, or has ended."""
    while process.poll() is None:
        try:
            if log.stat().st_size:
                return
        except FileNotFoundError:
            pass
        time.sleep(0.001)


Contents = dict[str, list[tuple[object, ...]]]


def contents(path: Path) -> Contents:
    """All rows of all tables, of a database that is sound."""
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        names = [
            row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE rootpage")
        ]
        tables = [name for name in names if name in TABLES]
        return {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in tables}


TABLES = ("accounts", "lines", "subscriptions", "usage", "rejects", "batches")


def reconciles(found: Contents) -> None:
    for batch, _file, _content, _mapping, read, stored, duplicate, rejected, _at in found[
        "batches"
    ]:
        assert read == stored + duplicate + rejected  # type: ignore[operator]
        assert stored == sum(row[-1] == batch for row in found["usage"])
        assert rejected == sum(row[0] == batch for row in found["rejects"])


def test_a_killed_import_leaves_all_or_nothing(folder: Path) -> None:
    path = folder / "usage.db"
    begun = time.perf_counter()
    finished(importing(folder, "a"))
    whole = time.perf_counter() - begun
    base = after = contents(path)
    random = Random(20260501)
    killed = changed = 0
    for number in range(KILLS):
        # A name of its own each time, so that every import has something to store.
        name = f"k{number}"
        write(folder / f"{name}.csv", name, ROWS)
        before = after
        process = importing(folder, name)
        if number % 2:
            time.sleep(whole * random.uniform(0.15, 1.1))
        else:
            # The moments that matter most: the commit is being written to the log.
            begins(process, folder / "usage.db-wal")
            time.sleep(random.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
        process.stderr.close() if process.stderr else None
        killed += process.returncode == -signal.SIGKILL
        after = contents(path)
        if after != before:
            assert len(after["batches"]) == len(before["batches"]) + 1
            assert len(after["usage"]) == len(before["usage"]) + ROWS - ROWS // 100
        reconciles(after)
        changed += after != before
        (folder / f"{name}.csv").unlink()
        if len(after["batches"]) > 4:
            path.unlink()
            finished(importing(folder, "a"))
            after = contents(path)
    assert killed >= KILLS // 2, "the kills came too late to test anything"
    assert changed < KILLS, "no kill came before the commit"
    finished(importing(folder, "b"))
    after = contents(path)
    reconciles(after)
    assert after["usage"][: len(base["usage"])] == base["usage"]
    assert {row[1] for row in after["usage"]} >= {f"b{n}" for n in range(ROWS) if n % 100}


def test_a_kill_while_the_database_is_made_does_not_stop_the_next(folder: Path) -> None:
    for number in range(4):
        process = importing(folder, "a", "new.db")
        time.sleep(0.15 + 0.1 * number)
        process.kill()
        process.communicate(timeout=60)
    finished(importing(folder, "a", "new.db"))
    found = contents(folder / "new.db")
    reconciles(found)
    assert len(found["usage"]) == ROWS - ROWS // 100


def test_two_imports_at_once_both_finish_and_reconcile(folder: Path) -> None:
    # Both make the database, and one file comes twice.
    running = [importing(folder, name) for name in ("a", "b", "a")]
    for process in running:
        finished(process)
    found = contents(folder / "usage.db")
    reconciles(found)
    assert sorted(row[5:8] for row in found["batches"]) == [
        (0, ROWS - ROWS // 100, ROWS // 100),
        (ROWS - ROWS // 100, 0, ROWS // 100),
        (ROWS - ROWS // 100, 0, ROWS // 100),
    ]
    assert len(found["lines"]) == 40


def test_a_reader_works_meanwhile_and_sees_whole_batches(folder: Path) -> None:
    finished(importing(folder, "a"))
    part = ROWS - ROWS // 100
    seen = []
    with Store.open(folder / "usage.db") as store:
        process = importing(folder, "b")
        while process.poll() is None:
            seen.append(sum(len(events) for _, events in store.portfolio()))
        finished(process)
        seen.append(sum(len(events) for _, events in store.portfolio()))
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert set(seen) == {part, 2 * part}
