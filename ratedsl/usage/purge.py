"""Deleting usage for good: in one transaction, logged, and gone from the file's bytes.

What points to a purged account or line goes with it, whatever table it stands in: the
database's own foreign keys say what that is.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from ratedsl.usage.access_log import append, judged
from ratedsl.usage.connection import (
    WRITER_WAITS,
    StoreError,
    explained,
    open_writer,
    write_transaction,
)
from ratedsl.usage.privacy import mask_text
from ratedsl.usage.schema import require_usage_database

ROOTS = ("accounts", "lines")
PATIENCE_MS = 2_000  # for readers to let go of the old state; an open app would never


@dataclass(frozen=True, slots=True)
class Purge:
    """What to delete: usage that started before a day (UTC), or all of one account."""

    before: date | None = None
    account: str | None = None

    @property
    def words(self) -> str:
        """What is deleted, without a whole number."""
        if self.account is not None:
            return f"account {mask_text(self.account)}"
        return f"usage before {self.before} (UTC)"


@dataclass(slots=True)
class Purged:
    """How many rows of each table were deleted, or would be. `clean` once no byte is left."""

    rows: dict[str, int] = field(default_factory=dict)
    clean: bool = True

    @property
    def words(self) -> str:
        """The counts in words."""
        parts = [f"{count:,} in `{table}`" for table, count in self.rows.items() if count]
        return ", ".join(parts) or "no rows"


class _Counted(Exception):
    """Leaves the transaction of a dry run."""


def purge(path: Path, what: Purge, reason: str = "", *, dry_run: bool = False) -> Purged:
    """Delete, log it, and rewrite the file so that no deleted byte is left in it.

    `StoreError` where there is nothing of the sort, and then nothing is changed. A dry run
    counts and changes nothing.
    """
    why = "" if dry_run else judged(reason)
    if not path.is_file():
        raise StoreError(f"no usage database at `{path}`; nothing to purge")
    with closing(open_writer(path, WRITER_WAITS)) as connection:
        require_usage_database(path, connection)
        with explained(path):
            # Free pages and the rests of pages are overwritten with zeros.
            connection.execute("PRAGMA secure_delete = ON").fetchone()
            connection.execute("PRAGMA foreign_keys = OFF")  # the order of deletes is ours
            done = Purged()
            try:
                with write_transaction(connection):
                    _delete(connection, path, what, done.rows)
                    _require_whole(connection)
                    if dry_run:
                        raise _Counted
                    append(connection, path, "purge", what.words, done.words, why)
            except _Counted:
                return done
            done.clean = _rewrite(connection)
    return done


def _delete(
    connection: sqlite3.Connection, path: Path, what: Purge, counts: dict[str, int]
) -> None:
    if what.before is not None:
        midnight = datetime.combine(what.before, datetime.min.time(), UTC)
        ms = int(midnight.timestamp()) * 1000
        _run(connection, counts, "usage", "start < ?", ms)
        # A rejected row has no time that could be trusted; its import has.
        old = "batch IN (SELECT id FROM batches WHERE at < ?)"
        _run(connection, counts, "rejects", old, midnight.isoformat(timespec="seconds"))
        return
    account = what.account
    found = connection.execute("SELECT name FROM accounts WHERE id = ?", (account,)).fetchone()
    if found is None:
        raise StoreError(f"no account `{mask_text(str(account))}` in `{path}`")
    lines = connection.execute(
        "SELECT id, number FROM lines WHERE account = ?", (account,)
    ).fetchall()
    # Rejected rows are text: those that name the account, a line, a number or the name go.
    words = {str(account), *found, *(word for line in lines for word in line)}
    for number in [number.removeprefix("+") for _, number in lines if number]:
        words.add(number)
    for word in sorted(filter(None, words)):
        _run(connection, counts, "rejects", "instr(row, ?) OR instr(reason, ?)", word, word)
    pointing = _pointing(connection)
    for table, column, root in pointing:
        if root == "lines":
            mine = f"{column} IN (SELECT id FROM lines WHERE account = ?)"  # noqa: S608 - as below
            _run(connection, counts, table, mine, account)
    for table, column, root in pointing:
        if root == "accounts":
            _run(connection, counts, table, f"{column} = ?", account)
    _run(connection, counts, "accounts", "id = ?", account)


def _pointing(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Each table's column that names a line or an account; `lines` last, others need it."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    found = []
    for (table,) in connection.execute(sql).fetchall():
        keys = connection.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
        found += [(f'"{table}"', f'"{key[3]}"', key[2]) for key in keys if key[2] in ROOTS]
    return sorted(found, key=lambda one: one[0] == '"lines"')


def _run(
    connection: sqlite3.Connection, counts: dict[str, int], table: str, where: str, *values: object
) -> None:
    sql = f"DELETE FROM {table} WHERE {where}"  # noqa: S608 - names out of the schema
    name = table.strip('"')
    counts[name] = counts.get(name, 0) + connection.execute(sql, values).rowcount


def _require_whole(connection: sqlite3.Connection) -> None:
    """Nothing may point at what is gone: a table that this module does not know of would."""
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise RuntimeError(f"a purge would leave rows of `{broken[0]}` without their owner")


def _rewrite(connection: sqlite3.Connection) -> bool:
    """Empty the log and write the file anew; False where a reader still holds the old state."""
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}").fetchone()
    connection.execute("VACUUM")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
