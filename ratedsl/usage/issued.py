"""Writing bills into the database: a number without a gap for each, and the bill as it is.

Nothing here changes or deletes a bill. All happens inside the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from ratedsl.billing.invoice import Invoice
from ratedsl.rating.events import Owed
from ratedsl.report.json_text import json_text
from ratedsl.report.plain import plain


class BillIssuer:
    """Issues the bills of one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Whatever is there now was issued before."""
        self._connection = connection
        self._at = datetime.now(UTC).isoformat(timespec="seconds")
        self._mine: set[str] = set()

    def before(self, invoice: Invoice) -> str:
        """The number under which a bill was issued before, empty if it was not.

        Several bills at once of one day are told apart by their order.
        """
        sql = """SELECT number, plan FROM invoices
            WHERE account = ? AND day = ? AND start = ? AND at_once = ? AND issued <> ''
            ORDER BY number"""
        values = (invoice.account, _day(invoice), _start(invoice), int(invoice.at_once))
        known = self._of_plans(sql, values, invoice)
        return next((one for one in known if not self._take(one)), "")

    def later(self, invoice: Invoice) -> str:
        """A bill of the same plans that was issued for a later day, empty if none was."""
        sql = """SELECT number, plan FROM invoices
            WHERE account = ? AND day > ? AND issued <> '' ORDER BY day, number"""
        found = self._of_plans(sql, (invoice.account, _day(invoice)), invoice)
        return next((one for one in found if one not in self._mine), "")

    def issue(self, invoice: Invoice) -> str:
        """Store the bill and return its number."""
        series = invoice.issuer.id if invoice.issuer else ""
        sql = """INSERT INTO series (issuer, last) VALUES (?, 1)
            ON CONFLICT (issuer) DO UPDATE SET last = last + 1 RETURNING last"""
        ((last,),) = self._connection.execute(sql, (series,)).fetchall()
        number = f"{series}-{last:06}" if series else f"{last:06}"
        numbered = invoice.model_copy(update={"number": number})
        self._connection.execute(
            """INSERT INTO invoices (number, account, plan, plan_hash, currency, start, day, due,
            total, at_once, issued, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                *(number, invoice.account, invoice.plan, invoice.plan_hash, invoice.currency),
                *(_start(invoice), _day(invoice), (invoice.due or invoice.end).isoformat()),
                *(f"{invoice.total:f}", int(invoice.at_once), self._at),
                json_text(plain(numbered)),
            ),
        )
        self._mine.add(number)
        return number

    def owed(self, invoice: Invoice) -> Owed:
        """The bill as the next one of the account knows it."""
        return Owed(
            invoice.total,
            invoice.end,
            invoice.due or invoice.end,
            invoice.currency,
            invoice.number,
            invoice.plan,
            at_once=invoice.at_once,
        )

    def _of_plans(self, sql: str, values: tuple[object, ...], invoice: Invoice) -> list[str]:
        plans = {invoice.plan, *(one.plan for one in invoice.others)}
        return [
            str(number)
            for number, plan in self._connection.execute(sql, values).fetchall()
            if plan in plans
        ]

    def _take(self, number: str) -> bool:
        """Whether a bill was met before in this transaction, or made in it; it is met now."""
        met = number in self._mine
        self._mine.add(number)
        return met


def _day(invoice: Invoice) -> str:
    return invoice.end.isoformat()


def _start(invoice: Invoice) -> str:
    return invoice.start.isoformat()
