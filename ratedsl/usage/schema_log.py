"""The table of the access log, and the triggers by which the database guards it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuardedTable:
    """A table that takes new rows and nothing else."""

    table: str
    triggers: dict[str, str]

    def create(self, connection: sqlite3.Connection) -> None:
        """Make it with its guards, inside the caller's transaction."""
        connection.execute(self.table)
        for trigger in self.triggers.values():
            connection.execute(trigger)


def _guard(name: str, when: str) -> tuple[str, str]:
    return name, (
        f"CREATE TRIGGER {name} BEFORE {when} "
        "BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END"
    )


ACCESS_LOG = GuardedTable(
    # AUTOINCREMENT remembers the last number given, which tells of rows cut off at the end.
    """CREATE TABLE access_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  user TEXT NOT NULL,
  action TEXT NOT NULL,
  database TEXT NOT NULL,
  rows TEXT NOT NULL,
  fields TEXT NOT NULL,
  reason TEXT NOT NULL,
  before TEXT NOT NULL,
  hash TEXT NOT NULL
)""",
    dict(
        (
            _guard("access_log_no_update", "UPDATE ON access_log"),
            _guard("access_log_no_delete", "DELETE ON access_log"),
            # INSERT OR REPLACE deletes the row that is in its way without any trigger.
            _guard(
                "access_log_no_replace",
                "INSERT ON access_log WHEN NEW.seq IN (SELECT seq FROM access_log)",
            ),
        )
    ),
)
