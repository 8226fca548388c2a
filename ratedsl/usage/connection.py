"""Connections to a usage database that fail with one clear line and never wait for ever.

A reader's connection cannot write, and in WAL mode it neither waits for a writer nor holds
one up. Schema and rows are made elsewhere; here are only files, locks and SQLite's errors.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

READER_WAITS = 5.0  # seconds; a reader only ever waits for a recovery after a crash
WRITER_WAITS = 120.0  # seconds; a second import waits until the first one is done
PRIMARY_CODE = 0xFF  # SQLite's extended result codes keep the primary code in the low byte


class StoreError(Exception):
    """One clear line on why the usage database cannot be used, and how to mend it."""


def open_reader(path: Path, wait: float = READER_WAITS) -> sqlite3.Connection:
    """A connection that cannot write, to a database that exists; any thread may use it."""
    _require_file(path)
    address = f"{path.resolve().as_uri()}?mode=ro"
    with explained(path):
        connection = _connect(address, wait)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            if _has_log(path):
                raise
            # A WAL database in a folder that may not be written cannot make its shared
            # memory file. Without a log there is nothing to share, and the file is whole.
            connection = _connect(f"{address}&immutable=1", wait)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return connection


def open_writer(path: Path, wait: float = WRITER_WAITS) -> sqlite3.Connection:
    """A connection that may write, with foreign keys; makes a missing file, changes none."""
    if path.is_dir():
        raise StoreError(f"`{path}` is a folder, not a usage database; name a file in it")
    if not path.parent.is_dir():
        raise StoreError(f"no folder `{path.parent}` to make `{path.name}` in; make it first")
    with explained(path):
        connection = _connect(f"{path.resolve().as_uri()}?mode=rwc", wait)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -65536")  # 64 MiB: random ids touch all
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into `StoreError`; errors that are bugs pass."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        line = _explain(path, error)
        if line is None:
            raise
        raise StoreError(line) from error


@contextmanager
def write_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what happens inside is stored, or none of it, whatever ends it."""
    # IMMEDIATE waits for the other writer here, where waiting is possible. A transaction
    # that began by reading would fail at its first write instead.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _connect(address: str, wait: float) -> sqlite3.Connection:
    # SQLite serialises calls itself, so an app may read from a worker thread.
    return sqlite3.connect(
        address, timeout=wait, isolation_level=None, check_same_thread=False, uri=True
    )


def use_write_ahead_log(connection: sqlite3.Connection, wait: float) -> None:
    """Let readers and one writer work side by side, from now on and for all who open it."""
    # The switch needs the file for itself and ignores the busy timeout, so two imports that
    # make the same database at once would trip over each other without this loop.
    deadline = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"`{path}` is a folder, not a usage database; name a file in it")
    if not path.exists():
        raise StoreError(
            f"no usage database at `{path}`; make one with `ratedsl usage sample --into {path}`"
        )
    try:
        with closing(path.open("rb")) as file:
            file.read(1)
    except OSError as error:
        reason = (error.strerror or "input error").lower()
        raise StoreError(f"cannot read `{path}`: {reason}; check its permissions") from error


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _is_busy(error: sqlite3.Error) -> bool:
    code: int = getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _explain(path: Path, error: sqlite3.DatabaseError) -> str | None:
    """The line for the user, or None where the error says that this program is wrong."""
    if str(error).startswith(("no such table", "no such column")):
        return f"`{path}` was changed by another program ({error}); make it anew from its files"
    lines = {
        sqlite3.SQLITE_NOTADB: f"`{path}` is not a usage database; name another file",
        sqlite3.SQLITE_CORRUPT: f"`{path}` is damaged; restore it, or import its files anew",
        sqlite3.SQLITE_BUSY: f"`{path}` is locked by another program; try again when it is done",
        sqlite3.SQLITE_LOCKED: f"`{path}` is locked by another program; try again when it is done",
        sqlite3.SQLITE_CANTOPEN: f"cannot open `{path}`; check permissions of file and folder",
        sqlite3.SQLITE_PERM: f"cannot open `{path}`; check permissions of file and folder",
        sqlite3.SQLITE_READONLY: f"cannot write to `{path}`; check permissions of file and folder",
        sqlite3.SQLITE_FULL: f"no room left on the disk of `{path}`; nothing was stored",
        sqlite3.SQLITE_IOERR: f"the disk fails under `{path}`: {error}; check the disk",
        sqlite3.SQLITE_TOOBIG: f"a value is too big for `{path}`; nothing was stored",
    }
    return lines.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE)
