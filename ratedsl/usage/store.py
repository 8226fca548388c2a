"""The usage database as rating reads it: accounts with their lines, and events in order.

Reading takes plain SQL only, so that a preview does not pay for what an import needs.
Within one call every answer comes from one state of the database: an import that commits
meanwhile is seen whole by the next call, or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from difflib import get_close_matches
from operator import attrgetter
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from ratedsl.rating.events import NO_ATTRIBUTES, Account, Event, Subscription
from ratedsl.usage.accounts import attributes_in, read_account
from ratedsl.usage.connection import (
    READER_WAITS,
    WRITER_WAITS,
    StoreError,
    explained,
    open_reader,
    open_writer,
)
from ratedsl.usage.privacy import mask_text
from ratedsl.usage.schema import SAYS_ARRIVAL, make_tables, require_usage_database

__all__ = ["Store", "StoreError", "attributes_in"]

FIRST_START = -(2**63)
LAST_START = 2**63 - 1

_EVENTS = """
SELECT id, service, start, quantity, calling, called, direction, visited, attributes
FROM usage WHERE line = ? AND start >= ? AND start < ? ORDER BY start, id"""
_EVENT = """
SELECT id, line, service, start, quantity, calling, called, direction, visited, attributes
FROM usage WHERE id = ?"""
_HOLDERS = """
SELECT DISTINCT lines.account FROM subscriptions JOIN lines ON lines.id = subscriptions.line
WHERE subscriptions.plan = ? ORDER BY lines.account"""
_NUMBERS = """
SELECT lines.number, subscriptions.start, subscriptions.end
FROM subscriptions JOIN lines ON lines.id = subscriptions.line
WHERE subscriptions.plan = ? AND lines.number <> ''"""
# One look into the index a line, instead of a walk over all usage.
_EXTENT = """
SELECT min(first), max(last) FROM (
  SELECT (SELECT min(start) FROM usage WHERE usage.line = lines.id) AS first,
         (SELECT max(start) FROM usage WHERE usage.line = lines.id) AS last
  FROM lines)"""


class Store:
    """A usage database. Errors about the file are `StoreError`, one line each."""

    def __init__(self, path: Path, connection: sqlite3.Connection, writable: bool) -> None:
        """For `open`, which is the way to get one."""
        self.path = path
        self.connection = connection
        self.writable = writable
        self._depth = 0
        self._reading = False

    @classmethod
    def open(cls, path: Path | str, create: bool = False, wait: float | None = None) -> Self:
        """The store in the file `path`: to read, or with `create` to write, made if missing.

        A reader never writes to the database and works while an import runs. A writer waits
        up to `wait` seconds for another writer.
        """
        file = Path(path)
        if wait is None:
            wait = WRITER_WAITS if create else READER_WAITS
        connection = (open_writer if create else open_reader)(file, wait)
        try:
            if create:
                make_tables(file, connection, wait)
            else:
                require_usage_database(file, connection)
        except BaseException:
            connection.close()
            raise
        return cls(file, connection, create)

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close, whatever happened."""
        self.close()

    def close(self) -> None:
        """Let go of the file. Closing twice does no harm."""
        self.connection.close()

    def accounts(self) -> list[Account]:
        """All accounts with their lines, by id."""
        with self.snapshot():
            return [
                read_account(self.connection, row)
                for row in self._rows("SELECT * FROM accounts ORDER BY id")
            ]

    def account(self, account: str) -> Account:
        """The account with this id. `StoreError` names a similar id where there is none."""
        with self.snapshot():
            for row in self._rows("SELECT * FROM accounts WHERE id = ?", account):
                return read_account(self.connection, row)
            known = [str(row[0]) for row in self._rows("SELECT id FROM accounts")]
        similar = get_close_matches(account, known, n=1)
        hint = (
            f"did you mean `{mask_text(similar[0])}`?"
            if similar
            else f"it has {len(known)} accounts"
        )
        raise StoreError(f"no account `{mask_text(account)}` in `{self.path}`; {hint}")

    def owner_of(self, line: str) -> str:
        """The account of a line. `StoreError` names a similar line where there is none."""
        with self.snapshot():
            for row in self._rows("SELECT account FROM lines WHERE id = ?", line):
                return str(row[0])
            known = [str(row[0]) for row in self._rows("SELECT id FROM lines")]
        similar = get_close_matches(line, known, n=1)
        hint = (
            f"did you mean `{mask_text(similar[0])}`?" if similar else f"it has {len(known)} lines"
        )
        raise StoreError(f"no line `{mask_text(line)}` in `{self.path}`; {hint}")

    def timezone_of(self, account: str) -> str:
        """The IANA name of the account's own time zone, empty if it has none."""
        with self.snapshot():
            for row in self._rows("SELECT timezone FROM accounts WHERE id = ?", account):
                return str(row[0])
        return ""

    def numbers_of(self, plan: str) -> dict[str, list[Subscription]]:
        """The numbers of all lines that ever hold a plan, with when they do."""
        found: dict[str, list[Subscription]] = {}
        with self.snapshot():
            for number, start, end in self._rows(_NUMBERS, plan):
                until = date.fromisoformat(end) if end else None
                held = Subscription(plan, date.fromisoformat(start), until)
                found.setdefault(number, []).append(held)
        return found

    def events_of(
        self, account: str, start_ms: int | None = None, end_ms: int | None = None
    ) -> list[Event]:
        """The account's events by (start, id), from `start_ms` on and before `end_ms` (UTC)."""
        first = FIRST_START if start_ms is None else start_ms
        last = LAST_START if end_ms is None else end_ms
        events: list[Event] = []
        with self.snapshot():
            for (line,) in self._rows("SELECT id FROM lines WHERE account = ?", account):
                events += [
                    Event(
                        id_,
                        line,
                        service,
                        start,
                        quantity,
                        calling,
                        called,
                        direction,
                        visited,
                        attributes_in(text) if text else NO_ATTRIBUTES,
                    )
                    for (
                        id_,
                        service,
                        start,
                        quantity,
                        calling,
                        called,
                        direction,
                        visited,
                        text,
                    ) in self._rows(_EVENTS, line, first, last)
                ]
        # Each line's events are in order already, so this merges more than it sorts.
        events.sort(key=attrgetter("start", "id"))
        return events

    def portfolio(
        self, plan: str | None = None, start_ms: int | None = None, end_ms: int | None = None
    ) -> Iterator[tuple[Account, list[Event]]]:
        """Each account with its events, by account id, one account in memory at a time.

        With `plan`, only accounts of which a line holds that plan at some time; they come
        with all of their lines and events.
        """
        with self.snapshot():
            sql = "SELECT id FROM accounts ORDER BY id" if plan is None else _HOLDERS
            holders = self._rows(sql) if plan is None else self._rows(sql, plan)
            for (account,) in holders:
                yield self.account(account), self.events_of(account, start_ms, end_ms)

    def event(self, event: str) -> Event | None:
        """The event with this id, if there is one."""
        with self.snapshot():
            for row in self._rows(_EVENT, event):
                id_, line, service, start, quantity, calling, called, direction, visited, text = row
                attributes = attributes_in(text) if text else NO_ATTRIBUTES
                return Event(
                    id_,
                    line,
                    service,
                    start,
                    quantity,
                    calling,
                    called,
                    direction,
                    visited,
                    attributes,
                )
        return None

    def extent(self) -> tuple[int, int] | None:
        """The first and the last start of all usage, or None where there is no usage."""
        with self.snapshot():
            ((first, last),) = self._rows(_EXTENT)
        return None if first is None else (int(first), int(last))

    def arrivals(self, account: str | None = None) -> tuple[int, str] | None:
        """The first start and the last arrival of usage that says when it arrived, if any does:
        of one account, or of all."""
        sql = "SELECT min(start), max(json_extract(attributes, '$.arrived')) FROM usage"
        sql += f" WHERE {SAYS_ARRIVAL}"
        with self.snapshot():
            if account is None:
                ((first, last),) = self._rows(sql)
            else:
                sql += " AND line IN (SELECT id FROM lines WHERE account = ?)"
                ((first, last),) = self._rows(sql, account)
        return None if first is None else (int(first), str(last))

    def months(self, timezone: str = "UTC") -> tuple[str, ...]:
        """Every month as `2026-05` from the first to the last event, in this time zone."""
        extent = self.extent()
        if extent is None:
            return ()
        zone = ZoneInfo(timezone)
        first, last = (datetime.fromtimestamp(ms // 1000, UTC).astimezone(zone) for ms in extent)
        numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return tuple(f"{number // 12}-{number % 12 + 1:02}" for number in numbers)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside comes from one state of the database; may be nested."""
        with explained(self.path):
            if not self.connection.in_transaction:
                self.connection.execute("BEGIN")
                self._reading = True
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                # The last one out ends it: two portfolios may be walked side by side. A
                # transaction that an import began is the import's to end.
                if self._depth == 0 and self._reading:
                    self._reading = False
                    self.connection.execute("COMMIT")

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()
