"""The records of a CSV file, each with its place and its own text, whatever is wrong with others.

Blank lines are no records. A record that does not fit the header and spans several lines lost a
quote: its first line alone is wrong, and reading goes on at the second.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from ratedsl.usage.importers.text_file import LINE_LIMIT, TextFile, UsageFileError
from ratedsl.usage.mapping import FilePart

FIELD_LIMIT = 32_768


class Records:
    """The records of a CSV file with the number of their first line and their own text."""

    def __init__(self, text: TextFile, part: FilePart) -> None:
        """Read from the start of an open file."""
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


def header_of(records: Records, part: FilePart, path: Path) -> list[str]:
    """The names of the columns: the file's first record, or what its mapping says."""
    if part.columns is not None:
        return list(part.columns)
    header = records.header()
    if header is None:
        raise UsageFileError(f"`{path}` is empty: it has no header; nothing was imported")
    return [name.strip() for name in header]
