"""A row of account records goes into its table: new, as it is there, or in the place of another."""

from __future__ import annotations

import sqlite3

from ratedsl.usage.importers.fields import FieldError
from ratedsl.usage.importers.kinds import Row
from ratedsl.usage.schema import KEYS


class StoredRows:
    """Stores rows of one table, inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        """`table` is one of the schema's."""
        self._connection = connection
        self._taken: dict[tuple[object, ...], tuple[object, ...]] = {}
        self._table = table

    def _period(self, row: Row, of: dict[str, str], start: str) -> bool:
        """Store a period that overlaps no other one of the same."""
        end = row.end(start)
        same = " AND ".join(f"{name} = ?" for name in of)
        sql = f"""SELECT start FROM {self._table} WHERE {same} AND start <> ?
            AND (end IS NULL OR end > ?) AND start < ?"""  # noqa: S608 - our own names
        other = self._one(sql, *of.values(), start, start, end or "9999-12-31")
        if other is not None:
            raise FieldError(f"it overlaps the one in the store that starts on {other[0]}")
        return self._store(**of, start=start, end=end)

    def _whose(self, row: Row) -> tuple[str, str]:
        """The account and the line of a row that names one of them, or both."""
        line, account = row.text("line"), row.text("account")
        if not line:
            account = row.identity("account")
            self._require_account(account)
            return account, ""
        owner = self._owner_of(line)
        if account and owner != account:
            raise FieldError("the line belongs to another account in the store")
        return owner, line

    def _owner_of(self, line: str) -> str:
        found = self._one("SELECT account FROM lines WHERE id = ?", line)
        if found is None:
            raise FieldError("the line is not in the store; load it with --kind lines first")
        return str(found[0])

    def _require_account(self, account: str) -> None:
        if self._one("SELECT 1 FROM accounts WHERE id = ?", account) is None:
            raise FieldError("the account is not in the store; load it with --kind accounts first")

    def _account_of(self, row: Row) -> str:
        account = row.identity("account")
        self._require_account(account)
        return account

    def _store(self, **values: object) -> bool:
        """Store a row, or put it in the place of the one with its key."""
        return self._write(values, replace=True)

    def _store_once(self, **values: object) -> bool:
        """Store a row that never changes."""
        return self._write(values, replace=False)

    def _write(self, values: dict[str, object], *, replace: bool) -> bool:
        key = KEYS[self._table]
        where = " AND ".join(f"{name} = ?" for name in key)
        names = ", ".join(values)
        known = tuple(values[name] for name in key)
        found = self._one(f"SELECT {names} FROM {self._table} WHERE {where}", *known)  # noqa: S608
        wanted = tuple(values.values())
        self._require_new(known, wanted)
        if found == wanted:
            return False
        if found is None:
            marks = ", ".join("?" for _ in values)
            self._connection.execute(
                f"INSERT INTO {self._table} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
                wanted,
            )
        elif not replace:
            raise FieldError("id is in the store with other values; a payment is never changed")
        else:
            sets = ", ".join(f"{name} = ?" for name in values)
            self._connection.execute(
                f"UPDATE {self._table} SET {sets} WHERE {where}",  # noqa: S608 - our own names
                (*wanted, *known),
            )
        return True

    def _require_new(self, key: tuple[object, ...], values: tuple[object, ...]) -> None:
        """Two rows of one file that differ about one thing would never come to rest."""
        if self._taken.setdefault(key, values) != values:
            raise FieldError("the file says something else of it in a row before")

    def _one(self, sql: str, *values: object) -> tuple[object, ...] | None:
        found: tuple[object, ...] | None = self._connection.execute(sql, values).fetchone()
        return found
