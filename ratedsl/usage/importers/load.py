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

from ratedsl.usage.batches import Totals, open_batch
from ratedsl.usage.importers.account_rows import AccountRows
from ratedsl.usage.importers.fields import FieldError
from ratedsl.usage.importers.kinds import Kind, Row
from ratedsl.usage.importers.money_rows import MoneyRows
from ratedsl.usage.importers.records import Records, header_of
from ratedsl.usage.importers.text_file import TextFile, UsageFileError
from ratedsl.usage.mapping import FilePart
from ratedsl.usage.store import Store

PROGRESS_EVERY = 2_000
TABLE_OF = {"items": "held", "top-ups": "top_ups", "bills": "invoices"}

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


class _Loader(AccountRows, MoneyRows):
    """Stores rows of one kind; `take` says whether a row brought anything."""

    def __init__(self, connection: sqlite3.Connection, kind: Kind) -> None:
        super().__init__(connection, TABLE_OF.get(kind.name, kind.name))
        self.take: Callable[[Row], bool] = getattr(self, f"_{self._table}")
