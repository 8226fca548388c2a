"""One import as one transaction: all of a batch is stored and its totals agree, or nothing is.

Whoever reads a file or makes a sample hands its rows to a `Batch`; the batch decides what is
new and what is a duplicate, and refuses to commit unless
rows read = stored + duplicate + rejected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.rating.events import Line
from ratedsl.usage.connection import explained, write_transaction
from ratedsl.usage.privacy import mask_text
from ratedsl.usage.schema import USAGE_COLUMNS
from ratedsl.usage.store import Store

if TYPE_CHECKING:
    from sqlite_utils.db import Table

# Rows are sorted by line and time within pieces of this size before they are stored, so
# that one account's events lie close together in the file: that halves their load time.
PIECE = 50_000
ROW_TEXT_LIMIT = 4_000

# As `USAGE_COLUMNS` without the batch: id, line, service, start, quantity, calling, called,
# direction, visited, attributes as JSON.
UsageRow = tuple[str, str, str, int, int, str, str, str, str, str | None]


@dataclass(frozen=True, slots=True)
class Totals:
    """What became of a batch's rows: `read` is the sum of the other three."""

    batch: int
    read: int
    stored: int
    duplicate: int
    rejected: int


class Batch:
    """The open batch of one file. Only `open_batch` makes one, and only it ends one."""

    def __init__(self, store: Store, number: int) -> None:
        """For `open_batch`, inside its transaction."""
        from sqlite_utils import Database  # noqa: PLC0415 - slow to import, needed to write only

        database = Database(store.connection, execute_plugins=False)
        self.number = number
        self.content_sha256 = ""
        self._connection = store.connection
        self._tables: dict[str, Table] = {
            name: database.table(name)
            for name in (
                "accounts",
                "lines",
                "subscriptions",
                "suspensions",
                "usage",
                "rejects",
                "batches",
            )
        }
        sql = "SELECT coalesce(max(seq), 0) FROM usage"
        (self._last,) = store.connection.execute(sql).fetchone()
        self._owners: dict[str, str | None] = {}
        self._accounts: dict[str, dict[str, object]] = {}
        self._lines: list[dict[str, object]] = []
        self._subscriptions: list[dict[str, object]] = []
        self._suspensions: list[dict[str, object]] = []
        self._usage: dict[str, UsageRow] = {}
        self._rejects: list[dict[str, object]] = []
        self._read = self._stored = self._duplicate = self._rejected = 0
        self._kept = 0  # rows stored that are no usage

    def begin(self, file: str, mapping_sha256: str, at: str) -> None:
        """Store the batch itself, which its rows point to; the totals come at the end."""
        nothing = dict.fromkeys(("read", "stored", "duplicate", "rejected"), 0)
        self._tables["batches"].insert(
            {
                "id": self.number,
                "file": storable(file),
                "content_sha256": "",
                "mapping_sha256": mapping_sha256,
                **nothing,
                "at": at,
            }
        )

    def owner_of(self, line: str) -> str | None:
        """The account that the line belongs to, or None where the store has no such line."""
        if line not in self._owners:
            sql = "SELECT account FROM lines WHERE id = ?"
            found = self._connection.execute(sql, (line,)).fetchone()
            self._owners[line] = None if found is None else str(found[0])
        return self._owners[line]

    def add_account(self, account: str, name: str, segment: str, timezone: str) -> None:
        """Store an account, unless one with this id is there."""
        self._accounts.setdefault(
            account, {"id": account, "name": name, "segment": segment, "timezone": timezone}
        )

    def add_line(self, account: str, line: Line) -> None:
        """Store a line that is not there yet, with its subscriptions."""
        if self.owner_of(line.id) is not None:
            raise ValueError(f"line {mask_text(line.id)} is stored already")
        self._owners[line.id] = account
        attributes = encode_attributes(line.attributes)
        self._lines.append(
            {"id": line.id, "account": account, "number": line.number, "attributes": attributes}
        )
        for pause in line.suspensions:
            end = pause.end.isoformat() if pause.end else None
            self._suspensions.append(
                {"line": line.id, "start": pause.start.isoformat(), "end": end}
            )
        for held in line.subscriptions:
            end = held.end.isoformat() if held.end else None
            self._subscriptions.append(
                {"line": line.id, "plan": held.plan, "start": held.start.isoformat(), "end": end}
            )

    def add(self, row: UsageRow) -> None:
        """Take one good row; the first of several with one id wins, the others are duplicates."""
        self._read += 1
        if self._usage.setdefault(row[0], row) is not row:
            self._duplicate += 1
        if len(self._usage) >= PIECE:
            self._flush()

    def count(self, *, stored: bool) -> None:
        """Take note of a row that is no usage: its caller stored it, or it was there already."""
        self._read += 1
        if stored:
            self._stored += 1
            self._kept += 1
        else:
            self._duplicate += 1

    def reject(self, line_number: int, reason: str, row: str) -> None:
        """Take one bad row, kept with its place in the file and all that is wrong with it."""
        self._read += 1
        self._rejected += 1
        self._rejects.append(
            {
                "batch": self.number,
                "line_number": line_number,
                "reason": reason,
                "row": storable(row)[:ROW_TEXT_LIMIT],
            }
        )
        if len(self._rejects) >= PIECE:
            self._flush()

    def finish(self) -> Totals:
        """Store what is left and the totals. A total that does not add up is a bug: it raises."""
        self._flush()
        totals = Totals(self.number, self._read, self._stored, self._duplicate, self._rejected)
        # Rows of this batch are the last ones: no walk over all usage is needed to count them.
        (usage,) = self._connection.execute(
            "SELECT count(*) FROM usage WHERE seq > ? AND batch = ?", (self._last, self.number)
        ).fetchone()
        (rejects,) = self._connection.execute(
            "SELECT count(*) FROM rejects WHERE batch = ?", (self.number,)
        ).fetchone()
        parts = totals.stored + totals.duplicate + totals.rejected
        if totals.read != parts or (usage + self._kept, rejects) != (
            totals.stored,
            totals.rejected,
        ):
            raise RuntimeError(
                f"a batch does not add up: {totals}, but stored {usage} and rejected {rejects}"
            )
        self._tables["batches"].update(
            self.number,
            {
                "content_sha256": self.content_sha256,
                "read": totals.read,
                "stored": totals.stored,
                "duplicate": totals.duplicate,
                "rejected": totals.rejected,
            },
        )
        return totals

    def _flush(self) -> None:
        self._tables["accounts"].insert_all(self._accounts.values(), ignore=True)
        self._tables["lines"].insert_all(self._lines)
        self._tables["subscriptions"].insert_all(self._subscriptions)
        self._tables["suspensions"].insert_all(self._suspensions)
        self._tables["rejects"].insert_all(self._rejects)
        if self._usage:
            rows = sorted(self._usage.values(), key=lambda row: (row[1], row[3], row[0]))
            before = self._connection.total_changes
            self._tables["usage"].insert_all(self._as_records(rows), ignore=True)
            stored = self._connection.total_changes - before
            self._stored += stored
            self._duplicate += len(rows) - stored
        self._suspensions.clear()
        for done in (self._accounts, self._lines, self._subscriptions, self._usage, self._rejects):
            done.clear()

    def _as_records(self, rows: list[UsageRow]) -> Iterator[tuple[object, ...]]:
        """The rows as sqlite-utils takes lists: the names of the columns first."""
        yield USAGE_COLUMNS
        for row in rows:
            yield (*row, self.number)


@contextmanager
def open_batch(store: Store, file: str, mapping_sha256: str, at: str) -> Iterator[Batch]:
    """A batch that is stored whole when the block ends well, and not at all otherwise.

    Waits until no other import runs. The block sets `content_sha256` and calls `finish`.
    """
    if not store.writable:
        raise ValueError("the store is open for reading only")
    with explained(store.path), write_transaction(store.connection):
        sql = "SELECT coalesce(max(id), 0) + 1 FROM batches"
        (number,) = store.connection.execute(sql).fetchone()
        batch = Batch(store, number)
        batch.begin(Path(file).name, mapping_sha256, at)
        yield batch


@lru_cache(maxsize=8192)
def _object(items: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(items), ensure_ascii=False, separators=(",", ":"))


def encode_attributes(attributes: Mapping[str, str]) -> str | None:
    """The attributes as a JSON object by name, or None where there are none."""
    return _object(tuple(sorted(attributes.items()))) if attributes else None


def storable(text: str) -> str:
    """The text with what SQLite cannot keep, lone surrogates and NUL, written as escapes."""
    kept = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return kept.replace("\0", "\\x00")
