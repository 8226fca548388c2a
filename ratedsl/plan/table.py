"""Tables in CSV files: decks and long lists of prefixes, read row by row.

Every wrong row is found, with its line and column. A file may be compressed with gzip, and its
cells may be parted, and its decimals marked, as a `Dialect` says.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Span
from ratedsl.lang.spelling import did_you_mean

MOST_FINDINGS = 20
_MOST_BYTES = 2**31


@dataclass(frozen=True, slots=True)
class Dialect:
    """What parts the cells of a row, and what marks decimals."""

    separator: str = ","
    decimal: str = "."


COMMON = Dialect()


def read_text(path: Path) -> str:
    """The text of a file, unpacked where its name ends in `.gz`.

    Raises OSError where it cannot be read, or is not what its name says.
    """
    if path.suffix != ".gz":
        data = path.read_bytes()
    else:
        try:
            with gzip.open(path) as packed:
                data = packed.read(_MOST_BYTES)
        except (EOFError, zlib.error) as problem:
            raise OSError(0, "it is no whole gzip file") from problem
    return data.decode("utf-8-sig", errors="replace").replace("\0", "\ufffd")


class Table:
    """The rows of one file, and what is wrong with them so far."""

    def __init__(self, path: str, text: str, dialect: Dialect, what: str) -> None:
        self.path = path
        self.text = text
        self.dialect = dialect
        self.what = what
        self.found: list[Diagnostic] = []
        self.dropped = 0

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row that is not empty, as its line and its cells without space around them."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.dialect.separator)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                self.report(
                    reader.line_num,
                    "this row does not read as CSV",
                    "close its quotes, or shorten a cell of more than 131,072 characters",
                )
                continue
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]

    def columns(
        self,
        header: Sequence[str],
        known: Sequence[str],
        takes: Callable[[str], bool] = lambda _name: False,
    ) -> dict[str, int]:
        """The index of each column that is known or that `takes` takes; others are reported."""
        names = [name.lower() for name in header]
        for index, name in enumerate(names):
            if name in known or takes(header[index]):
                if name in names[:index]:
                    self.report(1, f"two columns are called `{name}`", "take one of them out")
                continue
            help_text = did_you_mean(name, known, "take it out")
            if len(names) == 1:
                help_text = f"are its cells parted by `{self.dialect.separator}`?"
            self.report(1, f"unknown column `{name}`", help_text)
        return {name if name in known else header[i]: i for i, name in enumerate(names)}

    def fits(self, line: int, cells: Sequence[str], width: int) -> bool:
        """Whether a row is no wider than the header."""
        if len(cells) <= width:
            return True
        self.report(
            line,
            f"this row has {len(cells)} cells, the header has {width}",
            f"quote a cell that holds `{self.dialect.separator}`",
        )
        return False

    def report(
        self,
        line: int,
        message: str,
        help_text: str,
        cell: str = "",
        related: Label | None = None,
    ) -> None:
        """Add a finding at a cell of a row; of very many only the first ones are kept."""
        if len(self.found) >= MOST_FINDINGS:
            self.dropped += 1
            return
        column = 1
        if cell:
            lines = self.text.split("\n", line)
            column = max(lines[line - 1].find(cell), 0) + 1 if line <= len(lines) else 1
        span = Span(self.path, line, column, column + max(len(cell), 1))
        self.found.append(
            Diagnostic("E320", message, span, help=help_text, related=(related,) if related else ())
        )

    def findings(self) -> list[Diagnostic]:
        """All findings, with the number of those that were not kept."""
        if not self.dropped:
            return self.found
        more = f"{self.dropped} more rows of this {self.what} are wrong"
        return [
            *self.found,
            Diagnostic("E320", more, Span(self.path, 1, 1, 2), help="mend those shown first"),
        ]
