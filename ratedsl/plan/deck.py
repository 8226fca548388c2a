"""Rate decks: prices by prefix and date in a CSV file of any size.

A deck has a header row. `prefix` and `price` must be there; `name`, `from`, `through` and
`setup` may be. Every wrong row is found, with its line and column.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Span
from ratedsl.lang.spelling import did_you_mean

COLUMNS = ("prefix", "price", "name", "from", "through", "setup")
MOST_FINDINGS = 20

_PREFIX = re.compile(r"\+?\d{1,15}")
# A day that no deck means.
_WRONG = date.min

_PRICE = re.compile(r"\d{1,12}(\.\d{1,12})?")


@dataclass(frozen=True, slots=True)
class DeckRow:
    """A price of a prefix in a period, `end` exclusive; `line` is its place in the file."""

    price: Decimal
    setup: Decimal
    start: date | None
    end: date | None
    name: str
    line: int

    def holds(self, day: date) -> bool:
        """Whether the price applies on a day."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass
class DeckTable:
    """A deck in memory: for each prefix its rows, oldest first. `digest` names the content."""

    path: str
    rows: dict[str, list[DeckRow]] = field(default_factory=dict)
    digest: str = ""

    def on(self, prefix: str, day: date) -> DeckRow | None:
        """The row of a prefix in force on a day."""
        return next((row for row in self.rows.get(prefix, ()) if row.holds(day)), None)


def read_deck(path: Path, shown: str) -> tuple[DeckTable, list[Diagnostic]]:
    """The deck and what is wrong with its rows; a wrong row is left out.

    Raises OSError where the file cannot be read. Unchanged files are read once a process.
    """
    status = path.stat()
    return _read(path, shown, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _read(path: Path, shown: str, _changed: int, _size: int) -> tuple[DeckTable, list[Diagnostic]]:
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    return _DeckReader(shown, text).read()


class _DeckReader:
    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.found: list[Diagnostic] = []
        self.dropped = 0

    def read(self) -> tuple[DeckTable, list[Diagnostic]]:
        table = DeckTable(self.path)
        rows = self._rows()
        header = next(rows, None)
        if header is None:
            self._report(1, "E320", "this deck is empty", "give it a header: prefix,price")
            return table, self.found
        columns = self._columns(header[1])
        if columns is not None:
            for line, cells in rows:
                self._row(table, columns, line, cells)
            self._order(table)
        if self.dropped:
            self.found.append(
                Diagnostic(
                    "E320",
                    f"{self.dropped} more rows of this deck are wrong",
                    Span(self.path, 1, 1, 2),
                    help="mend those shown first",
                )
            )
        table.digest = _digest(table)
        return table, self.found

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(self.text.replace("\0", "\ufffd"), newline=""))
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                self._report(
                    reader.line_num,
                    "E320",
                    f"this row is no CSV: {problem}",
                    "quote cells that hold commas or quotes",
                )
                continue
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]

    def _columns(self, header: list[str]) -> dict[str, int] | None:
        names = [name.lower() for name in header]
        for name in names:
            if name not in COLUMNS:
                self._report(
                    1,
                    "E320",
                    f"unknown column `{name}`",
                    did_you_mean(name, COLUMNS, "take it out"),
                )
        missing = [name for name in ("prefix", "price") if name not in names]
        if missing:
            self._report(
                1,
                "E320",
                f"this deck has no column `{missing[0]}`",
                "its header names at least prefix and price",
            )
            return None
        return {name: names.index(name) for name in names}

    def _row(self, table: DeckTable, columns: dict[str, int], line: int, cells: list[str]) -> None:
        def cell(name: str) -> str:
            index = columns.get(name)
            return cells[index] if index is not None and index < len(cells) else ""

        prefix, price, setup = cell("prefix"), cell("price"), cell("setup") or "0"
        if len(cells) > len(columns):
            self._report(
                line,
                "E320",
                f"this row has {len(cells)} cells, the header has {len(columns)}",
                "quote a cell that holds a comma",
            )
            return
        if not _PREFIX.fullmatch(prefix):
            self._report(
                line,
                "E320",
                f"`{prefix}` is no prefix",
                "write up to 15 digits, `+` first in E.164",
                prefix,
            )
            return
        for name, amount in (("price", price), ("setup", setup)):
            if not _PRICE.fullmatch(amount):
                self._report(
                    line,
                    "E320",
                    f"`{amount}` is no {name}",
                    "write a decimal with a point, without a currency",
                    amount,
                )
                return
        start, through = self._date(line, cell("from")), self._date(line, cell("through"))
        if start is _WRONG or through is _WRONG:
            return
        end = through + timedelta(days=1) if through else None
        row = DeckRow(Decimal(price), Decimal(setup), start, end, cell("name"), line)
        table.rows.setdefault(prefix, []).append(row)

    def _date(self, line: int, text: str) -> date | None:
        """The date, None for an empty cell, `_WRONG` (after a finding) for what is no date."""
        if not text:
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or len(text) != 10 or not 1900 <= found.year <= 2999:
            self._report(line, "E320", f"`{text}` is no date", "write it as 2026-01-31", text)
            return _WRONG
        return found

    def _order(self, table: DeckTable) -> None:
        """Sort each prefix's rows and end each where the next one starts."""
        for prefix, rows in table.rows.items():
            if len(rows) == 1:
                continue
            rows.sort(key=lambda row: (row.start or date.min, row.line))
            kept: list[DeckRow] = []
            for row in rows:
                before = kept[-1] if kept else None
                if before is not None and before.start == row.start:
                    self._clash(prefix, before, row, f"from {row.start}" if row.start else "")
                    continue
                if before is not None and before.end and row.start and before.end > row.start:
                    self._clash(prefix, before, row, f"on {row.start}")
                    continue
                if before is not None and before.end is None:
                    kept[-1] = DeckRow(
                        before.price,
                        before.setup,
                        before.start,
                        row.start,
                        before.name,
                        before.line,
                    )
                kept.append(row)
            table.rows[prefix] = kept

    def _clash(self, prefix: str, first: DeckRow, second: DeckRow, when: str) -> None:
        self._report(
            second.line,
            "E320",
            f"two prices of {prefix} apply {when}".rstrip(),
            "give one of them another date, or delete it",
            prefix,
            Label(Span(self.path, first.line, 1, len(prefix) + 1), "the first one"),
        )

    def _report(
        self,
        line: int,
        code: str,
        message: str,
        help_text: str,
        cell: str = "",
        related: Label | None = None,
    ) -> None:
        if len(self.found) >= MOST_FINDINGS:
            self.dropped += 1
            return
        column = 1
        if cell:
            lines = self.text.split("\n", line)
            column = max(lines[line - 1].find(cell), 0) + 1 if line <= len(lines) else 1
        span = Span(self.path, line, column, column + max(len(cell), 1))
        self.found.append(
            Diagnostic(code, message, span, help=help_text, related=(related,) if related else ())
        )


def _digest(table: DeckTable) -> str:
    digest = hashlib.sha256()
    for prefix in sorted(table.rows):
        for row in table.rows[prefix]:
            text = (
                f"{prefix},{row.price.normalize()},{row.setup.normalize()},{row.start},{row.end}\n"
            )
            digest.update(text.encode())
    return digest.hexdigest()[:16]
