"""Import of a CSV file, packed by gzip or not: one transaction, each row accounted for.

Rows read = stored + duplicate + rejected. Blank lines are not rows. A record that does not
fit the header and spans several lines lost a quote: its first line alone is rejected, and
reading goes on at the second.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from ratedsl.rating.events import Line, Subscription
from ratedsl.usage.batches import Batch, Totals, open_batch
from ratedsl.usage.importers.rows import Found, RowReader
from ratedsl.usage.importers.text_file import LINE_LIMIT, TextFile, UsageFileError
from ratedsl.usage.mapping import CreatePart, FilePart, Mapping
from ratedsl.usage.store import Store

FIELD_LIMIT = 32_768
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
        records = _Records(text, mapping.file)
        reader = RowReader(mapping, _header(records, mapping.file, path))
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


def _header(records: _Records, part: FilePart, path: Path) -> list[str]:
    if part.columns is not None:
        return list(part.columns)
    header = records.header()
    if header is None:
        raise UsageFileError(f"`{path}` is empty: it has no header; nothing was imported")
    return [name.strip() for name in header]


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


class _Records:
    """The records of a CSV file with the number of their first line and their own text."""

    def __init__(self, text: TextFile, part: FilePart) -> None:
        self._lines = text.lines()
        self._text = text
        self._part = part
        self._pending: deque[tuple[int, str]] = deque()
        self._taken: list[tuple[int, str]] = []
        self._overlong = False
        # The limit is the module's, not the reader's; other readers in this process are ours.
        csv.field_size_limit(FIELD_LIMIT)
        self._reader = csv.reader(self._feed(), delimiter=part.delimiter, quotechar=part.quote)

    def _feed(self) -> Iterator[str]:
        while True:
            if self._pending:
                number, line = self._pending.popleft()
            else:
                line = next(self._lines, "")
                if not line:
                    return
                number = self._text.line_number
                self._overlong = self._overlong or self._text.overlong
            self._taken.append((number, line))
            yield line

    def header(self) -> list[str] | None:
        """The first record that is not blank, if there is one."""
        for fields in self._reader:
            if fields:
                return fields
        return None

    def read(self, width: int) -> Iterator[tuple[int, list[str] | str, str]]:
        """Line number, the fields or what is wrong with them, and the record as it stands."""
        while True:
            self._taken.clear()
            self._overlong = False
            fields: list[str] | None = None
            problem = ""
            try:
                fields = next(self._reader, None)
                if fields is None:
                    return
            except csv.Error as error:
                problem = _csv_problem(error)
            if fields is not None and len(fields) != width:
                if not fields:
                    continue
                problem = f"the row has {len(fields)} fields, the header {width}"
            if self._overlong:
                problem = f"the line is longer than {LINE_LIMIT:,} characters"
            number = self._taken[0][0]
            if problem and len(self._taken) > 1:
                problem = "a quote is opened and not closed on the line"
                self._read_again(self._taken[1:])
            if problem:
                yield number, problem, self._taken[0][1].rstrip("\r\n")
            else:
                yield number, fields or [], "".join(line for _, line in self._taken).rstrip("\r\n")

    def _read_again(self, lines: list[tuple[int, str]]) -> None:
        self._pending.extendleft(reversed(lines))
        # The reader may have come to the end of its source while it looked for the quote.
        part = self._part
        self._reader = csv.reader(self._feed(), delimiter=part.delimiter, quotechar=part.quote)


def _csv_problem(error: csv.Error) -> str:
    if "limit" in str(error):
        return f"a field is longer than {FIELD_LIMIT:,} characters"
    return "the line is not CSV"
