"""Rows of money: top-ups and credits, earlier bills, and what was paid for them."""

from __future__ import annotations

from ratedsl.usage.importers.fields import FieldError
from ratedsl.usage.importers.kinds import Row
from ratedsl.usage.importers.stored_rows import StoredRows


class MoneyRows(StoredRows):
    """Each method takes a row of the table that it is named after."""

    def _top_ups(self, row: Row) -> bool:
        account, line = self._whose(row)
        found = self._one("SELECT timezone FROM accounts WHERE id = ?", account)
        opening = row.flag("opening")
        return self._store_once(
            id=row.identity("id"),
            account=account,
            line=line,
            wallet=row.name("wallet"),
            amount=row.amount(may_be_zero=opening),
            at=row.instant("at", str(found[0]) if found else ""),
            opening=int(opening),
        )

    def _credits(self, row: Row) -> bool:
        account, line = self._whose(row)
        return self._store_once(
            id=row.identity("id"),
            account=account,
            line=line,
            record=row.name("record"),
            amount=row.amount(),
            day=row.day("day"),
            supplied=row.day("supplied") if row.has("supplied") else None,
        )

    def _invoices(self, row: Row) -> bool:
        """A bill from elsewhere; one that was issued here is never changed."""
        day = row.day("day")
        due = row.day("due") if row.has("due") else day
        if due < day:
            raise FieldError("due lies before day, on which the bill was made")
        return self._store_once(
            number=row.identity("number"),
            account=self._account_of(row),
            plan="",
            plan_hash="",
            currency=row.currency(),
            start=day,
            day=day,
            due=due,
            total=row.amount(may_be_zero=True),
            at_once=0,
            issued="",
            body=None,
        )

    def _payments(self, row: Row) -> bool:
        return self._store_once(
            id=row.identity("id"),
            account=self._account_of(row),
            amount=row.amount(),
            currency=row.currency(),
            day=row.day("day"),
            reference=row.text("reference"),
        )

    def _deposits(self, row: Row) -> bool:
        """A deposit: that it is applied or returned may be said later, all else never changes."""
        account, number = self._account_of(row), row.identity("id")
        amount, currency, held = row.amount(), row.currency(), row.day("held")
        applied = row.day("applied") if row.has("applied") else None
        returned = row.day("returned") if row.has("returned") else None
        if applied and returned:
            raise FieldError("a deposit is applied or returned, not both; load it as two")
        if (applied or returned or held) < held:
            raise FieldError("applied and returned lie on the day held, or later")
        sql = "SELECT account, amount, currency, held, applied, returned FROM deposits WHERE id = ?"
        found = self._one(sql, number)
        before = (account, amount, currency, held)
        if found is not None and (
            found[:4] != before or (any(found[4:]) and found[4:] != (applied, returned))
        ):
            raise FieldError("id is in the store with other values; a payment is never changed")
        return self._store(
            id=number,
            account=account,
            amount=amount,
            currency=currency,
            held=held,
            applied=applied,
            returned=returned,
        )

    def _autopay(self, row: Row) -> bool:
        return self._period(row, {"account": self._account_of(row)}, row.day("start"))
