"""Rows of accounts and lines, and of what lines hold and are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ratedsl.usage.accounts import attributes_in
from ratedsl.usage.batches import encode_attributes
from ratedsl.usage.importers.fields import FieldError
from ratedsl.usage.importers.kinds import Row
from ratedsl.usage.importers.stored_rows import StoredRows


class AccountRows(StoredRows):
    """Each method takes a row of the table that it is named after."""

    def _accounts(self, row: Row) -> bool:
        account = row.identity("account")
        zone = row.text("timezone")
        if zone:
            _require_zone(zone)
        found = self._one("SELECT name, segment, timezone FROM accounts WHERE id = ?", account)
        name, segment, timezone = found or ("", "", "")
        return self._store(
            id=account,
            name=row.text("name") or name or account,
            segment=row.text("segment") or segment,
            timezone=zone or timezone,
        )

    def _lines(self, row: Row) -> bool:
        line, account = row.identity("line"), row.identity("account")
        self._require_account(account)
        found = self._one("SELECT account, number, attributes FROM lines WHERE id = ?", line)
        owner, number, attributes = found or (account, "", None)
        if owner != account:
            raise FieldError("the line belongs to another account in the store")
        number = row.text("number") or number
        return self._store(id=line, account=account, number=number, attributes=attributes)

    def _subscriptions(self, row: Row) -> bool:
        line, plan, start = row.identity("line"), row.name("plan"), row.day("start")
        self._owner_of(line)
        return self._period(row, {"line": line, "plan": plan}, start)

    def _suspensions(self, row: Row) -> bool:
        line = row.identity("line")
        self._owner_of(line)
        return self._period(row, {"line": line}, row.day("start"))

    def _held(self, row: Row) -> bool:
        line, item, start = row.identity("line"), row.name("item"), row.day("start")
        self._owner_of(line)
        end = row.end(start)
        return self._store(line=line, item=item, quantity=row.quantity(), start=start, end=end)

    def _attributes(self, row: Row) -> bool:
        """Set an attribute of a line; an empty value takes it away."""
        line, name, value = row.identity("line"), row.name("name"), row.text("value")
        self._owner_of(line)
        self._require_new(("attributes", line, name), (value,))
        found = self._one("SELECT attributes FROM lines WHERE id = ?", line)
        text = found[0] if found else None
        before = dict(attributes_in(str(text))) if text else {}
        after = {**before, name: value}
        if not value:
            del after[name]
        if after == before:
            return False
        encoded = encode_attributes(after)
        self._connection.execute("UPDATE lines SET attributes = ? WHERE id = ?", (encoded, line))
        return True


def _require_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise FieldError("timezone is no IANA time zone, such as Europe/Lisbon") from None
