"""Text of a `.rate` file and places in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of one line of one file.

    Lines and columns count from 1, in code points; `end` is exclusive. `path` is the
    path as the user gave it, so that a terminal or an editor can open it.
    """

    path: str
    line: int
    column: int
    end: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    @property
    def place(self) -> str:
        """`file:line`, the form that traces and invoices print."""
        return f"{self.path}:{self.line}"


class Row(NamedTuple):
    """A line of a file: the column of what stands in it is its offset less `before`."""

    path: str
    line: int
    before: int


@dataclass(frozen=True)
class Source:
    """One file's text, decoded, with offsets that turn into lines and columns.

    Line ends are kept as they are in `text`; `lines` are without them.
    """

    path: str
    text: str
    _starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        object.__setattr__(self, "_starts", starts)

    @classmethod
    def read(cls, path: str | Path) -> Source:
        """Read a file as UTF-8.

        A byte order mark is dropped, and bytes that are no UTF-8 become U+FFFD, which
        the parser then reports in place. Raises OSError where the file cannot be read.
        """
        return cls(str(path), Path(path).read_bytes().decode("utf-8-sig", errors="replace"))

    def line(self, number: int) -> str:
        """Line `number` (from 1) without its line end; empty past the end of the file."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def offset(self, line: int) -> int:
        """The offset at which line `line` (from 1) starts."""
        return self._starts[line - 1]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def row(self, offset: int) -> Row | None:
        """The line that holds an offset; None where places have to be asked for one by one."""
        line = bisect_right(self._starts, offset)
        return Row(self.path, line, self._starts[line - 1] - 1)

    def span(self, start: int, end: int) -> Span:
        """The span of `text[start:end]`, cut at the end of its first line."""
        line, column = self.position(start)
        stop = column + max(end - start, 1)
        starts = self._starts
        # Where the line ends in `text`, without a copy of what may be an enormous line.
        limit = starts[line] if line < len(starts) else len(self.text)
        while limit > starts[line - 1] and self.text[limit - 1] in "\r\n":
            limit -= 1
        last = limit - starts[line - 1] + 1
        return Span(self.path, line, column, min(stop, max(last, column + 1)))
