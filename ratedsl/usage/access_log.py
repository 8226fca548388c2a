"""The access log of a usage database: who saw personal data in full, or deleted them, and why.

Entries are only ever added. The database itself refuses to change or delete one, and each
entry holds the hash of the one before, so what was changed around the database is seen.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ratedsl.usage.connection import (
    WRITER_WAITS,
    StoreError,
    explained,
    open_writer,
    write_transaction,
)
from ratedsl.usage.privacy import hide_numbers, shown_in_full
from ratedsl.usage.schema import require_usage_database
from ratedsl.usage.schema_log import ACCESS_LOG

LEAST_REASON = 10  # characters; `test` or `x` says nothing to whoever reads the log
MOST_REASON = 500
BEGINNING = "0" * 64  # what the first entry holds in place of a hash before it

_COLUMNS = "seq, at, user, action, database, rows, fields, reason, before, hash"


@dataclass(frozen=True, slots=True)
class Entry:
    """One access. `rows` and `fields` say what was seen, never a whole number."""

    seq: int
    at: str
    user: str
    action: str
    database: str
    rows: str
    fields: str
    reason: str
    before: str
    hash: str

    def expected(self) -> str:
        """The hash that the entry must have, over all else in it."""
        body = {name: value for name, value in asdict(self).items() if name != "hash"}
        text = json.dumps(body, ensure_ascii=True, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def unmasked(path: Path, reason: str, rows: str, fields: str) -> Iterator[None]:
    """Inside, personal data are shown in full; the log has its entry before.

    `StoreError` where the reason says too little or the log cannot be written.
    """
    record_unmasking(path, reason, rows, fields)
    with shown_in_full():
        yield


def record_unmasking(path: Path, reason: str, rows: str, fields: str) -> None:
    """Write who is about to see what of a database, and why; as `unmasked`."""
    why = judged(reason)
    if not path.is_file():
        raise StoreError(f"no usage database at `{path}`; nothing to unmask")
    try:
        with closing(open_writer(path, WRITER_WAITS)) as connection:
            require_usage_database(path, connection)
            with explained(path), write_transaction(connection):
                append(connection, path, "unmask", rows, fields, why)
    except StoreError as error:
        raise StoreError(
            f"nothing is unmasked, because the access log cannot be written: {error}"
        ) from error


def judged(reason: str) -> str:
    """The reason on one line, numbers in it masked; `StoreError` if it says too little."""
    why = " ".join(reason.split())
    if len(why) < LEAST_REASON or len(set(why.lower())) < LEAST_REASON // 2:
        raise StoreError(
            f"`{why}` is no reason; say in {LEAST_REASON} characters or more why the data must be"
            ' seen, such as --reason "complaint 4711 about roaming"'
        )
    if len(why) > MOST_REASON:
        raise StoreError(f"the reason is longer than {MOST_REASON} characters")
    # The log outlives the data: what is purged must not live on in a reason.
    return hide_numbers(why.encode("utf-8", "backslashreplace").decode())


def append(
    connection: sqlite3.Connection, path: Path, action: str, rows: str, fields: str, reason: str
) -> None:
    """Add an entry inside the caller's transaction."""
    last = connection.execute(
        "SELECT seq, hash FROM access_log ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    seq, before = (last[0] + 1, last[1]) if last else (1, BEGINNING)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    parts = (hide_numbers(path.name), hide_numbers(rows), fields, reason)
    entry = Entry(seq, at, who(), action, *parts, before, "")
    values = (*list(asdict(entry).values())[:-1], entry.expected())
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO access_log ({_COLUMNS}) VALUES ({marks})", values)  # noqa: S608 - our own names


def entries(connection: sqlite3.Connection) -> list[Entry]:
    """All entries, the oldest first."""
    sql = f"SELECT {_COLUMNS} FROM access_log ORDER BY seq"  # noqa: S608 - our own names
    return [Entry(*row) for row in connection.execute(sql)]


def faults(connection: sqlite3.Connection, found: Sequence[Entry]) -> list[str]:
    """What shows that the log was tampered with, in words; empty if nothing does."""
    wrong: list[str] = []
    before = BEGINNING
    for place, entry in enumerate(found, 1):
        if entry.seq != place:
            wrong.append(f"entry {place} is missing")
            return wrong
        if entry.before != before:
            wrong.append(f"entry {entry.seq} does not follow the entry before it")
        if entry.hash != entry.expected():
            wrong.append(f"entry {entry.seq} was changed after it was written")
        before = entry.hash
    # SQLite remembers the highest number it gave, also after the rows are gone.
    sql = "SELECT seq FROM sqlite_sequence WHERE name = 'access_log'"
    given = connection.execute(sql).fetchone()
    if (given[0] if given else 0) != len(found):
        wrong.append(f"entries after {len(found)} are missing")
    kept = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    wrong += [
        f"the database's guard `{name}` was removed or changed"
        for name, sql in ACCESS_LOG.triggers.items()
        if kept.get(name) != sql
    ]
    return wrong


def who() -> str:
    """The user of this process as the system knows it, whatever the environment says."""
    try:
        import pwd  # noqa: PLC0415 - not on every system

        return f"{pwd.getpwuid(os.getuid()).pw_name} ({os.getuid()})"
    except (ImportError, KeyError):
        import getpass  # noqa: PLC0415

        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):
            return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"
