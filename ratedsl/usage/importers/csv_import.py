"""Import of a CSV file, packed by gzip or not: one transaction, each row accounted for.

Rows read = stored + duplicate + rejected. Blank lines are not rows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ratedsl.rating.events import Line, Subscription
from ratedsl.usage.batches import Batch, Totals, open_batch
from ratedsl.usage.importers.records import Records, header_of
from ratedsl.usage.importers.rows import Found, RowReader
from ratedsl.usage.importers.text_file import TextFile
from ratedsl.usage.mapping import CreatePart, Mapping
from ratedsl.usage.store import Store

PROGRESS_EVERY = 2_000

Progress = Callable[[int, int], None]


def import_csv(
    store: Store,
    path: Path,
    mapping: Mapping,
    mapping_sha256: str,
    progress: Progress = lambda _done, _total: None,
) -> Totals:
    """Import one file whole, or raise `UsageFileError` or `StoreError` and store nothing.

    The same records again are duplicates. `progress` gets bytes done and bytes in all.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with (
        TextFile(path, mapping.file.encoding) as text,
        open_batch(store, path.name, mapping_sha256, at) as batch,
    ):
        records = Records(text, mapping.file)
        reader = RowReader(mapping, header_of(records, mapping.file, path))
        maker = _Lines(batch, mapping.create)
        for count, (line_number, fields, raw) in enumerate(records.read(reader.width)):
            found = reader.read(fields) if isinstance(fields, list) else [fields]
            if isinstance(found, Found):
                found = maker.place(found)
            if isinstance(found, Found):
                batch.add(found.usage)
            else:
                batch.reject(line_number, "; ".join(found), raw)
            if count % PROGRESS_EVERY == 0:
                progress(text.position, text.size)
        batch.content_sha256 = text.sha256
        totals = batch.finish()
    progress(text.size, text.size)
    return totals


class _Lines:
    """Makes accounts and lines that the file brings, if the mapping says so."""

    def __init__(self, batch: Batch, create: CreatePart | None) -> None:
        self._batch = batch
        self._create = create

    def place(self, found: Found) -> Found | list[str]:
        """The row, its line being stored; or the reason why the line cannot be."""
        line = found.usage[1]
        owner = self._batch.owner_of(line)
        if owner is None:
            if self._create is None:
                return ["the line is not in the store, and the mapping has no [create]"]
            self._make(found, line, self._create)
        elif found.account and owner != found.account:
            return ["the line belongs to another account in the store"]
        return found

    def _make(self, found: Found, line: str, create: CreatePart) -> None:
        account = found.account or line
        name = found.account_name or account
        self._batch.add_account(account, name, create.segment, create.timezone)
        held = Subscription(create.plan, create.start)
        self._batch.add_line(account, Line(line, found.own_number, (held,)))
