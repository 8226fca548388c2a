"""An account as the database has it: its lines and what they hold, and its money.

A database of an older format lacks the tables of earlier bills and payments: what would stand in
them is not there.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ratedsl.rating.events import (
    NO_ATTRIBUTES,
    Account,
    CreditNote,
    Deposit,
    HeldItem,
    Line,
    Owed,
    Payment,
    Period,
    Subscription,
    Suspension,
    TopUp,
)
from ratedsl.usage.schema import keeps_bills

_MINE = "line IN (SELECT id FROM lines WHERE account = ?)"


def read_account(connection: sqlite3.Connection, row: tuple[Any, ...]) -> Account:
    """The account of a row of `accounts`, with all that is its own but its usage."""
    account, name, segment, timezone = row
    lines = tuple(_lines(connection, account))
    owed: tuple[Owed, ...] = ()
    payments: tuple[Payment, ...] = ()
    deposits: tuple[Deposit, ...] = ()
    autopay: tuple[Period, ...] = ()
    if keeps_bills(connection):
        deposits = tuple(_deposits(connection, account))
        owed = tuple(_owed(connection, account))
        payments = tuple(_payments(connection, account))
        autopay = tuple(_autopay(connection, account))
    return Account(
        account,
        lines,
        name,
        segment,
        credits=tuple(_credits(connection, account)),
        numbers=frozenset(line.number for line in lines if line.number),
        timezone=timezone,
        top_ups=tuple(_top_ups(connection, account)),
        owed=owed,
        payments=payments,
        deposits=deposits,
        autopay=autopay,
    )


@lru_cache(maxsize=8192)
def attributes_in(text: str) -> Mapping[str, str]:
    """The attributes in a JSON object. Most events share few values, hence the cache."""
    return MappingProxyType(json.loads(text))


def _lines(connection: sqlite3.Connection, account: str) -> Iterator[Line]:
    held: dict[str, list[Subscription]] = {}
    sql = f"SELECT line, plan, start, end FROM subscriptions WHERE {_MINE} ORDER BY 1, 3, 2"  # noqa: S608
    for line, plan, start, end in _rows(connection, sql, account):
        held.setdefault(line, []).append(Subscription(plan, _day(start), _day_or_none(end)))
    suspended: dict[str, list[Suspension]] = {}
    sql = f"SELECT line, start, end FROM suspensions WHERE {_MINE} ORDER BY 1, 2"  # noqa: S608
    for line, start, end in _rows(connection, sql, account):
        suspended.setdefault(line, []).append(Suspension(_day(start), _day_or_none(end)))
    items: dict[str, list[HeldItem]] = {}
    sql = f"SELECT line, item, quantity, start, end FROM held WHERE {_MINE} ORDER BY 1, 4, 2"  # noqa: S608
    for line, item, quantity, start, end in _rows(connection, sql, account):
        one = HeldItem(item, quantity, _day(start), _day_or_none(end))
        items.setdefault(line, []).append(one)
    sql = "SELECT id, number, attributes FROM lines WHERE account = ? ORDER BY id"
    for line, number, attributes in _rows(connection, sql, account):
        yield Line(
            line,
            number,
            tuple(held.get(line, ())),
            attributes_in(attributes) if attributes else NO_ATTRIBUTES,
            tuple(items.get(line, ())),
            tuple(suspended.get(line, ())),
        )


def _credits(connection: sqlite3.Connection, account: str) -> Iterator[CreditNote]:
    sql = """SELECT record, amount, day, supplied, line FROM credits
        WHERE account = ? ORDER BY day, id"""
    for record, amount, day, supplied, line in _rows(connection, sql, account):
        yield CreditNote(record, Decimal(amount), _day(day), _day_or_none(supplied), line)


def _top_ups(connection: sqlite3.Connection, account: str) -> Iterator[TopUp]:
    sql = """SELECT wallet, amount, at, line, opening FROM top_ups
        WHERE account = ? ORDER BY at, id"""
    for wallet, amount, at, line, opening in _rows(connection, sql, account):
        yield TopUp(wallet, Decimal(amount), at, line, bool(opening))


def _owed(connection: sqlite3.Connection, account: str) -> Iterator[Owed]:
    sql = """SELECT number, total, currency, day, due, plan, at_once FROM invoices
        WHERE account = ? ORDER BY day, number"""
    for number, total, currency, day, due, plan, at_once in _rows(connection, sql, account):
        yield Owed(
            Decimal(total), _day(day), _day(due), currency, number, plan, at_once=bool(at_once)
        )


def _payments(connection: sqlite3.Connection, account: str) -> Iterator[Payment]:
    sql = """SELECT amount, day, currency, reference FROM payments
        WHERE account = ? ORDER BY day, id"""
    for amount, day, currency, reference in _rows(connection, sql, account):
        yield Payment(Decimal(amount), _day(day), currency=currency, reference=reference)


def _deposits(connection: sqlite3.Connection, account: str) -> Iterator[Deposit]:
    sql = """SELECT amount, held, currency, applied, returned FROM deposits
        WHERE account = ? ORDER BY held, id"""
    for amount, held, currency, applied, returned in _rows(connection, sql, account):
        yield Deposit(
            Decimal(amount), _day(held), currency, _day_or_none(applied), _day_or_none(returned)
        )


def _autopay(connection: sqlite3.Connection, account: str) -> Iterator[Period]:
    sql = "SELECT start, end FROM autopay WHERE account = ? ORDER BY start"
    for start, end in _rows(connection, sql, account):
        yield Period(_day(start), _day_or_none(end))


def _rows(connection: sqlite3.Connection, sql: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(sql, values).fetchall()


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
