"""A copy of a usage database under pseudonyms, which rates as the original does.

Only tables and columns that are known here are copied, so that what someone adds to the
schema later stays behind until it is decided what in it is personal.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from ratedsl.usage.batches import encode_attributes
from ratedsl.usage.connection import StoreError, explained, write_transaction
from ratedsl.usage.pseudonym import Pseudonyms
from ratedsl.usage.schema import TABLES, keeps_bills
from ratedsl.usage.schema_bills import BILLS
from ratedsl.usage.store import Store

Change = Callable[[object], object]


def pseudonymise(source: Store, into: Path, pseudonyms: Pseudonyms) -> dict[str, int]:
    """Write the copy into a new file and return how many rows each table has.

    Rejected rows are not copied: nobody knows what stands in them.
    """
    if into.exists():
        raise StoreError(f"`{into}` exists already; name a new file for the copy")
    copied: dict[str, int] = {}
    try:
        with (
            Store.open(into, create=True) as copy,
            source.snapshot(),
            explained(into),
            write_transaction(copy.connection),
        ):
            old = not keeps_bills(source.connection)
            for table, changes in _changes(pseudonyms).items():
                if old and table in BILLS:
                    continue
                copied[table] = _copy(source.connection, copy.connection, table, changes)
    except BaseException:
        for name in (into, Path(f"{into}-wal"), Path(f"{into}-shm")):
            name.unlink(missing_ok=True)
        raise
    return copied


def _changes(by: Pseudonyms) -> dict[str, dict[str, Change]]:
    """What becomes of each column that identifies someone; all other columns stay."""

    def number(value: object) -> object:
        return by.number(str(value))

    def text(value: object) -> object:
        return by.text(str(value))

    def account(value: object) -> object:
        return None if value is None else by.identity("account", str(value))

    def name(value: object) -> object:
        return by.identity("name", str(value))

    def line(value: object) -> object:
        return None if value is None else by.identity("line", str(value))

    def event(value: object) -> object:
        # Made of the line's id more often than not.
        return by.identity("event", str(value))

    def attributes(value: object) -> object:
        if value is None:
            return None
        found = json.loads(str(value))
        return encode_attributes({key: by.text(one) for key, one in found.items()})

    def bill(value: object) -> object:
        return by.identity("bill", str(value))

    def hidden(_value: object) -> object:
        return ""

    def dropped(_value: object) -> object:
        return None

    # A table comes after those that it points to.
    return {
        "accounts": {"id": account, "name": name},
        "lines": {"id": line, "account": account, "number": number, "attributes": attributes},
        "subscriptions": {"line": line},
        "suspensions": {"line": line},
        "held": {"line": line},
        "top_ups": {"id": event, "account": account, "line": line},
        "credits": {"id": event, "account": account, "line": line},
        # The invoice itself has names and numbers in its words; what it came to stays.
        "invoices": {"number": bill, "account": account, "body": dropped},
        "payments": {"id": event, "account": account, "reference": hidden},
        "deposits": {"id": event, "account": account},
        "autopay": {"account": account},
        "series": {},
        # The hash of the file would tell whether a given file was its source.
        "batches": {"file": text, "content_sha256": hidden},
        "usage": {
            "id": event,
            "line": line,
            "calling": number,
            "called": number,
            "attributes": attributes,
        },
    }


def _copy(
    source: sqlite3.Connection,
    into: sqlite3.Connection,
    table: str,
    changes: dict[str, Change],
) -> int:
    columns = list(TABLES[table])
    change = [changes.get(column) for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    rows = source.execute(f"SELECT {names} FROM {table} ORDER BY rowid")  # noqa: S608 - our own names
    marks = ", ".join("?" * len(columns))
    done = into.executemany(
        f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
        (
            [
                value if make is None else make(value)
                for make, value in zip(change, row, strict=True)
            ]
            for row in rows
        ),
    )
    return done.rowcount
