"""The tables of a usage database, and the check that a file is one that we can use.

Times are UTC milliseconds, quantities integers in base units (`ratedsl.rating.events`),
dates ISO text, money decimal text, attributes a JSON object or NULL. Every usage row names
its import batch.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import Path

from ratedsl.usage.connection import (
    StoreError,
    explained,
    use_write_ahead_log,
    write_transaction,
)
from ratedsl.usage.schema_bills import BILL_INDEXES, BILL_KEYS, BILLS
from ratedsl.usage.schema_log import ACCESS_LOG

VERSION = 5
# A database of this format is read as it is, and gets the tables of bills when it is written to.
WITHOUT_BILLS = 4
# In the file's header, so that another program's database is never taken for ours, nor
# ours filled with tables by mistake: a `user_version` alone is common. It spells "rate".
APPLICATION = 0x72617465

# Which usage says when it arrived; few rows do, so they have an index of their own.
SAYS_ARRIVAL = "instr(attributes, '\"arrived\":') > 0"

USAGE_COLUMNS = (
    "id",
    "line",
    "service",
    "start",
    "quantity",
    "calling",
    "called",
    "direction",
    "visited",
    "attributes",
    "batch",
)

TABLES: dict[str, dict[str, type]] = {
    "accounts": {"id": str, "name": str, "segment": str, "timezone": str},
    "lines": {"id": str, "account": str, "number": str, "attributes": str},
    "subscriptions": {"line": str, "plan": str, "start": str, "end": str},
    "suspensions": {"line": str, "start": str, "end": str},
    "held": {"line": str, "item": str, "quantity": int, "start": str, "end": str},
    "top_ups": {
        "id": str,
        "account": str,
        "line": str,
        "wallet": str,
        "amount": str,
        "at": int,
        "opening": int,
    },
    "credits": {
        "id": str,
        "account": str,
        "line": str,
        "record": str,
        "amount": str,
        "day": str,
        "supplied": str,
    },
    **BILLS,
    "batches": {
        "id": int,
        "file": str,
        "content_sha256": str,
        "mapping_sha256": str,
        "read": int,
        "stored": int,
        "duplicate": int,
        "rejected": int,
        "at": str,
    },
    "usage": {
        "seq": int,
        **{name: int if name in ("start", "quantity", "batch") else str for name in USAGE_COLUMNS},
    },
    "rejects": {"batch": int, "line_number": int, "reason": str, "row": str},
}

KEYS: dict[str, tuple[str, ...]] = {
    "accounts": ("id",),
    "lines": ("id",),
    "subscriptions": ("line", "plan", "start"),
    "suspensions": ("line", "start"),
    "held": ("line", "item", "start"),
    "top_ups": ("id",),
    "credits": ("id",),
    **BILL_KEYS,
    "batches": ("id",),
    "usage": ("seq",),
    "rejects": ("batch", "line_number"),
}

FOREIGN_KEYS: dict[str, list[tuple[str, str, str]]] = {
    "lines": [("account", "accounts", "id")],
    "subscriptions": [("line", "lines", "id")],
    "suspensions": [("line", "lines", "id")],
    "held": [("line", "lines", "id")],
    "top_ups": [("account", "accounts", "id")],
    "credits": [("account", "accounts", "id")],
    **{name: [("account", "accounts", "id")] for name in BILLS if name != "series"},
    "usage": [("line", "lines", "id"), ("batch", "batches", "id")],
    "rejects": [("batch", "batches", "id")],
}

MAY_BE_NULL = {"attributes", "end", "supplied", "applied", "returned", "body"}

# What one account's events in order of time, and the accounts of one plan, are found by.
INDEXES: list[tuple[str, tuple[str, ...], bool]] = [
    ("lines", ("account", "id"), False),
    ("subscriptions", ("plan", "line"), False),
    ("top_ups", ("account", "at"), False),
    ("credits", ("account", "day"), False),
    *BILL_INDEXES,
    ("usage", ("id",), True),
    ("usage", ("line", "start", "id"), False),
]


def require_usage_database(path: Path, connection: sqlite3.Connection) -> None:
    """Return only if the database is a usage database of this version; write nothing."""
    with explained(path):
        application, version, tables = _header(connection)
    if application == 0 and version == 0 and tables == 0:
        raise StoreError(
            f"`{path}` holds no usage yet; fill it with `ratedsl usage sample --into {path}`"
        )
    if application != APPLICATION:
        raise StoreError(f"`{path}` is a database of another program; name another file")
    if version < WITHOUT_BILLS:
        raise StoreError(
            f"`{path}` was written by an older ratedsl (format {version}, this one reads"
            f" {WITHOUT_BILLS} and {VERSION}); make it anew from its files"
        )
    if version > VERSION:
        raise StoreError(
            f"`{path}` was written by a newer ratedsl (format {version}, this one reads"
            f" {VERSION}); upgrade ratedsl"
        )


def make_tables(path: Path, connection: sqlite3.Connection, wait: float) -> None:
    """Make an empty database a usage database, at once or not at all; leave one that is."""
    with explained(path):
        empty = _header(connection) == (0, 0, 0)
        if not empty:
            # Before anything is written: another program's file stays as it is.
            require_usage_database(path, connection)
        use_write_ahead_log(connection, wait)
        if empty:
            with write_transaction(connection):
                # Another import may have made them while this one waited for the lock.
                if _header(connection) == (0, 0, 0):
                    _create(connection, TABLES)
                    _finish(connection)
        elif not keeps_bills(connection):
            with write_transaction(connection):
                if not keeps_bills(connection):
                    _create(connection, BILLS)
                    connection.execute(f"PRAGMA user_version = {VERSION}")
    require_usage_database(path, connection)


def keeps_bills(connection: sqlite3.Connection) -> bool:
    """Whether the usage database has the tables of bills and payments."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(version > WITHOUT_BILLS)


def _create(connection: sqlite3.Connection, tables: Collection[str]) -> None:
    from sqlite_utils import Database  # noqa: PLC0415 - slow to import, needed to write only

    database = Database(connection, execute_plugins=False)
    for name in tables:
        columns = TABLES[name]
        database.table(name).create(
            columns,
            pk=KEYS[name] if len(KEYS[name]) > 1 else KEYS[name][0],
            foreign_keys=FOREIGN_KEYS.get(name, []),
            not_null=set(columns) - MAY_BE_NULL - {"seq"},
            strict=database.supports_strict,
        )
    for name, index, unique in INDEXES:
        if name in tables:
            database.table(name).create_index(list(index), unique=unique)


def _finish(connection: sqlite3.Connection) -> None:
    """What no library makes: the guarded log, an index of some rows, and the file's marks."""
    ACCESS_LOG.create(connection)
    connection.execute(
        f"CREATE INDEX idx_usage_arrived ON usage (line, start) WHERE {SAYS_ARRIVAL}"
    )
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _header(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """The application's mark, the format's version, and the number of tables."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return application, version, tables
