"""What a usage database holds, in numbers: counts, period, batches, reasons of rejects."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ratedsl.usage.batches import Totals
from ratedsl.usage.schema import keeps_bills
from ratedsl.usage.schema_bills import BILLS
from ratedsl.usage.store import Store

# What accounts have besides usage, by the table that keeps it.
RECORDS = {
    "suspensions": "suspensions",
    "items": "held",
    "top-ups": "top_ups",
    "credits": "credits",
    "bills": "invoices",
    "payments": "payments",
    "deposits": "deposits",
    "autopay": "autopay",
}


@dataclass(frozen=True, slots=True)
class ServiceCount:
    """The events of one service. `quantity` is their sum in base units."""

    service: str
    events: int
    quantity: int
    lines: int
    roaming: int


@dataclass(frozen=True, slots=True)
class PlanCount:
    """The accounts and lines that hold a plan at some time."""

    plan: str
    accounts: int
    lines: int


@dataclass(frozen=True, slots=True)
class BatchCount:
    """One batch and what became of its rows."""

    file: str
    at: str
    content_sha256: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts of one state of the database. `first` and `last` are UTC milliseconds."""

    accounts: int
    lines: int
    events: int
    first: int | None
    last: int | None
    services: tuple[ServiceCount, ...]
    plans: tuple[PlanCount, ...]
    batches: tuple[BatchCount, ...]
    rejects: tuple[tuple[str, int], ...]
    records: tuple[tuple[str, int], ...] = ()


def statistics(store: Store) -> Statistics:
    """Count all that the store holds, in one state of it.

    `rejects` are reasons in the latest import of each file; a row may have several.
    """
    with store.snapshot():
        rows = store.connection.execute
        (accounts,) = rows("SELECT count(*) FROM accounts").fetchone()
        (lines,) = rows("SELECT count(*) FROM lines").fetchone()
        services = rows(
            """SELECT service, count(*), sum(quantity), count(DISTINCT line), sum(visited != '')
            FROM usage GROUP BY service ORDER BY count(*) DESC, service"""
        ).fetchall()
        plans = rows(
            """SELECT plan, count(DISTINCT account), count(DISTINCT line)
            FROM subscriptions JOIN lines ON lines.id = subscriptions.line
            GROUP BY plan ORDER BY plan"""
        ).fetchall()
        batches = rows(
            """SELECT file, at, content_sha256, id, read, stored, duplicate, rejected
            FROM batches ORDER BY id"""
        ).fetchall()
        reasons: Counter[str] = Counter()
        # The same file imported again, or with a better mapping, counts once.
        latest = """SELECT reason FROM rejects
            WHERE batch IN (SELECT max(id) FROM batches GROUP BY content_sha256)"""
        for (reason,) in rows(latest):
            reasons.update(reason.split("; "))
        extent = store.extent()
        records = [
            (name, rows(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names
            for name, table in RECORDS.items()
            if table not in BILLS or keeps_bills(store.connection)
        ]
    return Statistics(
        accounts,
        lines,
        sum(row[1] for row in services),
        extent[0] if extent else None,
        extent[1] if extent else None,
        tuple(ServiceCount(*row) for row in services),
        tuple(PlanCount(*row) for row in plans),
        tuple(BatchCount(file, at, sha256, Totals(*rest)) for file, at, sha256, *rest in batches),
        tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        tuple(records),
    )


def rejects_of(store: Store, batch: int, limit: int) -> list[tuple[int, str, str]]:
    """The first rejected rows of a batch: line number, reasons, text of the row, unmasked."""
    sql = "SELECT line_number, reason, row FROM rejects WHERE batch = ? ORDER BY 1 LIMIT ?"
    with store.snapshot():
        return store.connection.execute(sql, (batch, limit)).fetchall()
