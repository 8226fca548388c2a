"""Rate decks: prices by prefix and date in a CSV file of any size.

A deck has a header row. `price`, or one `price WINDOW` a window, must be there, and `prefix` or
`zone`; what else may be there stands in `COLUMNS`. Every wrong row is found, with its line and
column.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Span
from ratedsl.plan.deck import NOTHING, DeckRow, DeckTable, digest_of
from ratedsl.plan.table import COMMON, Dialect, Table, read_text

COLUMNS = (
    *("prefix", "zone", "price", "name", "from", "through", "window", "currency"),
    *("setup", "attempt", "release", "first", "next", "minimum"),
)
_PER_WINDOW = re.compile(r"price +(\S+)", re.IGNORECASE)
_PREFIX = re.compile(r"\+?\d{1,15}")
# A day that no deck means.
_WRONG = date.min

_PRICE = re.compile(r"\d{1,12}(\.\d{1,12})?")
_FEES = ("setup", "attempt", "release")
_BLOCKS = ("first", "next", "minimum")


def read_deck(
    path: Path, shown: str, dialect: Dialect = COMMON
) -> tuple[DeckTable, list[Diagnostic]]:
    """The deck and what is wrong with its rows; a wrong row is left out.

    Raises OSError where the file cannot be read. Unchanged files are read once a process.
    """
    status = path.stat()
    return _read(path, shown, dialect, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _read(
    path: Path, shown: str, dialect: Dialect, _changed: int, _size: int
) -> tuple[DeckTable, list[Diagnostic]]:
    return _DeckReader(Table(shown, read_text(path), dialect, "deck")).read()


class _DeckReader:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.deck = DeckTable(table.path)
        # What each cell of a kind reads as: a deck repeats its dates and prices.
        self.dates: dict[str, date | None] = {"": None}
        self.amounts: dict[str, Decimal | None] = {"": NOTHING}

    def read(self) -> tuple[DeckTable, list[Diagnostic]]:
        table, deck = self.table, self.deck
        rows = table.rows()
        header = next(rows, None)
        if header is None:
            table.report(1, "this deck is empty", "give it a header: prefix,price")
            return deck, table.found
        columns = table.columns(header[1], COLUMNS, lambda name: bool(_PER_WINDOW.fullmatch(name)))
        prices = self._prices(columns)
        if prices and self._has_places(columns):
            width = len(header[1])
            for line, cells in rows:
                if table.fits(line, cells, width):
                    self._row(columns, prices, line, cells)
            deck.blocks = any(name in columns for name in _BLOCKS)
            for place, found in (*deck.rows.items(), *deck.zones.items()):
                if len(found) > 1:
                    found[:] = self._in_order(place, found)
        deck.digest = digest_of(deck)
        return deck, table.findings()

    def _has_places(self, columns: Collection[str]) -> bool:
        if "prefix" in columns or "zone" in columns:
            return True
        self.table.report(
            1, "this deck has no column `prefix`", "its header names at least prefix and price"
        )
        return False

    def _prices(self, columns: Mapping[str, int]) -> dict[int, str]:
        """The column of each price, and the window that it is for."""
        found = {
            index: match.group(1)
            for name, index in columns.items()
            if (match := _PER_WINDOW.fullmatch(name))
        }
        for window in found.values():
            self.deck.windows.setdefault(window, 1)
        if found and ("price" in columns or "window" in columns):
            self.table.report(
                1,
                "prices by column and by row in one deck",
                "take out the columns `price` and `window`, or those of each window",
            )
            return {}
        if "price" in columns:
            found[columns["price"]] = ""
        if not found:
            self.table.report(
                1, "this deck has no column `price`", "its header names at least prefix and price"
            )
        return found

    def _row(
        self, columns: Mapping[str, int], prices: Mapping[int, str], line: int, cells: list[str]
    ) -> None:
        def cell(name: str) -> str:
            index = columns.get(name)
            return cells[index] if index is not None and index < len(cells) else ""

        # Every cell is judged before the row is left out for one of them.
        place = self._place(columns, line, cell("prefix"), cell("zone"))
        start, through = self._date(line, cell("from")), self._date(line, cell("through"))
        fees = [(kind, self._amount(line, cell(kind), kind)) for kind in _FEES if kind in columns]
        first, following, minimum = [self._amount(line, cell(name), name) for name in _BLOCKS]
        amounts = self._amounts(prices, line, cells)
        if cell("currency"):
            self.deck.currencies.setdefault(cell("currency"), line)
        if cell("window"):
            self.deck.windows.setdefault(cell("window"), line)
        is_dated = start is not _WRONG and through is not _WRONG
        if is_dated and through and start and through < start:
            self.table.report(
                line, "this row ends before it starts", "swap its dates", cell("through")
            )
            return
        if first is None or following is None or minimum is None:
            return
        if not (place and is_dated and amounts) or any(amount is None for _, amount in fees):
            return
        charged = tuple((kind, amount) for kind, amount in fees if amount)
        end = through + timedelta(days=1) if through else None
        places = self.deck.rows if cell("prefix") else self.deck.zones
        for window, price in amounts:
            row = DeckRow(
                *(price, start, end, line, cell("name"), window or cell("window"), charged),
                *(first, following or first, minimum),
            )
            places.setdefault(place, []).append(row)

    def _amounts(
        self, prices: Mapping[int, str], line: int, cells: list[str]
    ) -> list[tuple[str, Decimal]]:
        """The price of each window; none, after the findings, where one of them is wrong."""
        found = []
        for index, window in prices.items():
            text = cells[index] if index < len(cells) else ""
            price = self._amount(line, text, "price") if text else None
            if price is not None:
                found.append((window, price))
            elif not text:
                self.table.report(line, "this row has no price", "write 0 where calls are free")
                return []
        return found if len(found) == len(prices) else []

    def _place(self, columns: Collection[str], line: int, prefix: str, zone: str) -> str:
        """The prefix or zone of a row; empty, after a finding, where it has not one of them."""
        if bool(prefix) != bool(zone) and (zone or _PREFIX.fullmatch(prefix)):
            return prefix or zone
        wrong = f"`{prefix}` is no prefix" if prefix else "this row has no prefix"
        if prefix and zone:
            wrong = "this row has a prefix and a zone"
        help_text = "write up to 15 digits, `+` first in E.164"
        if "zone" in columns:
            help_text += ", or the id of a zone"
        self.table.report(line, wrong, help_text, prefix)
        return ""

    def _amount(self, line: int, text: str, name: str) -> Decimal | None:
        """The number in a cell, nothing where it is empty, None (after a finding) where wrong."""
        found = self.amounts.get(text)
        if found is not None:
            return found
        mark = self.table.dialect.decimal
        plain = text if mark == "." else text.replace(".", "!").replace(mark, ".")
        if not _PRICE.fullmatch(plain):
            pointed = "a point" if mark == "." else f"`{mark}`"
            help_text = f"write a decimal with {pointed}, without a currency"
            self.table.report(line, f"`{text}` is no {name}", help_text, text)
            return None
        found = self.amounts[text] = Decimal(plain)
        return found

    def _date(self, line: int, text: str) -> date | None:
        """The date, None for an empty cell, `_WRONG` (after a finding) for what is no date."""
        if text in self.dates:
            return self.dates[text]
        try:
            found = date.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or len(text) != 10 or not 1900 <= found.year <= 2999:
            self.table.report(line, f"`{text}` is no date", "write it as 2026-01-31", text)
            return _WRONG
        self.dates[text] = found
        return found

    def _in_order(self, place: str, rows: list[DeckRow]) -> list[DeckRow]:
        """The rows of a place by window and date, each ended where the next one starts."""
        rows.sort(key=lambda row: (row.window, row.start or date.min, row.line))
        kept: list[DeckRow] = []
        for row in rows:
            before = kept[-1] if kept and kept[-1].window == row.window else None
            if before is not None and before.start == row.start:
                self._clash(place, before, row, f"from {row.start}" if row.start else "")
                continue
            if before is not None and before.end and row.start and before.end > row.start:
                self._clash(place, before, row, f"on {row.start}")
                continue
            if before is not None and before.end is None:
                kept[-1] = before._replace(end=row.start)
            kept.append(row)
        return kept

    def _clash(self, place: str, first: DeckRow, second: DeckRow, when: str) -> None:
        where = f" in {second.window}" if second.window else ""
        self.table.report(
            second.line,
            f"two prices of {place}{where} apply {when}".rstrip(),
            "give one of them another date, or delete it",
            place,
            Label(Span(self.table.path, first.line, 1, len(place) + 1), "the first one"),
        )
