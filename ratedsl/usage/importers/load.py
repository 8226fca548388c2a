"""Loading what accounts have besides usage: one file, one transaction, each row accounted for.

Rows read = stored + duplicate + rejected. A row that the store has is a duplicate, so the same
file again adds nothing. A row about something that the store knows otherwise replaces it: a
subscription may get its end later. Payments alone never change: an id stands for one of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

from ratedsl.usage.batches import Totals, encode_attributes, open_batch
from ratedsl.usage.importers.fields import FieldError
from ratedsl.usage.importers.kinds import Kind, Row
from ratedsl.usage.importers.records import Records, header_of
from ratedsl.usage.importers.text_file import TextFile, UsageFileError
from ratedsl.usage.mapping import FilePart
from ratedsl.usage.schema import KEYS
from ratedsl.usage.store import Store, attributes_in

PROGRESS_EVERY = 2_000
TABLE_OF = {"items": "held", "top-ups": "top_ups"}

Progress = Callable[[int, int], None]


def load_csv(
    store: Store,
    path: Path,
    kind: Kind,
    progress: Progress = lambda _done, _total: None,
) -> Totals:
    """Load one file whole, or raise `UsageFileError` or `StoreError` and store nothing."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    part = FilePart()
    with (
        TextFile(path, part.encoding) as text,
        open_batch(store, path.name, kind.name, at) as batch,
    ):
        records = Records(text, part)
        header = header_of(records, part, path)
        _require_columns(header, kind)
        loader = _Loader(store.connection, kind)
        for count, (line_number, fields, raw) in enumerate(records.read(len(header))):
            if isinstance(fields, str):
                batch.reject(line_number, fields, raw)
                continue
            cells = (field.strip() for field in fields)
            try:
                stored = loader.take(Row(dict(zip(header, cells, strict=True))))
            except FieldError as error:
                batch.reject(line_number, str(error), raw)
            else:
                batch.count(stored=stored)
            if count % PROGRESS_EVERY == 0:
                progress(text.position, text.size)
        batch.content_sha256 = text.sha256
        totals = batch.finish()
    progress(text.size, text.size)
    return totals


def _require_columns(header: Sequence[str], kind: Kind) -> None:
    known = kind.columns
    twice = sorted({name for name in header if header.count(name) > 1})
    odd = [name for name in header if name not in known]
    missing = [name for name in kind.required if name not in header]
    whose = not kind.either or any(name in header for name in kind.either)
    if twice:
        raise UsageFileError(f"the header has `{twice[0]}` twice; rename one of them")
    if odd:
        near = get_close_matches(odd[0], known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"they are {', '.join(known)}"
        raise UsageFileError(f"`{odd[0]}` is no column of {kind.name}; {hint}")
    if missing or not whose:
        names = [f"`{name}`" for name in missing]
        if not whose:
            names.append(" or ".join(f"`{name}`" for name in kind.either))
        raise UsageFileError(f"the header lacks {', '.join(names)}")


class _Loader:
    """Stores rows of one kind; `take` says whether a row brought anything."""

    def __init__(self, connection: sqlite3.Connection, kind: Kind) -> None:
        self._connection = connection
        self._taken: dict[tuple[object, ...], tuple[object, ...]] = {}
        self._table = TABLE_OF.get(kind.name, kind.name)
        self.take: Callable[[Row], bool] = getattr(self, f"_{self._table}")

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
        return self._period(row, {"line": line, "plan": plan}, start)

    def _suspensions(self, row: Row) -> bool:
        return self._period(row, {"line": row.identity("line")}, row.day("start"))

    def _period(self, row: Row, of: dict[str, str], start: str) -> bool:
        """Store a period of a line that overlaps no other one of the same."""
        self._owner_of(of["line"])
        end = row.end(start)
        same = " AND ".join(f"{name} = ?" for name in of)
        sql = f"""SELECT start FROM {self._table} WHERE {same} AND start <> ?
            AND (end IS NULL OR end > ?) AND start < ?"""  # noqa: S608 - our own names
        other = self._one(sql, *of.values(), start, start, end or "9999-12-31")
        if other is not None:
            raise FieldError(f"it overlaps the one in the store that starts on {other[0]}")
        return self._store(**of, start=start, end=end)

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


def _require_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise FieldError("timezone is no IANA time zone, such as Europe/Lisbon") from None
