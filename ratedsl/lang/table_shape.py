"""What a table says before its rows are read: its columns, where its cells stand, what it lacks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Source, Span
from ratedsl.lang.weave import Stretch

NOTHING = "-"
"""The cell that leaves the facts which name its column out of the row."""

_CELL = re.compile(r'(?:"[^"]*"|[^",])*')


@dataclass
class Table:
    """What stands below the header of a table: offsets of its facts and rows in the text."""

    record: ast.Record
    columns: tuple[ast.Word, ...] | None = None
    facts: list[Stretch] = field(default_factory=list)
    rows: list[Stretch] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)

    def report(self, code: str, message: str, span: Span, help_text: str, *related: Label) -> None:
        """Say what is wrong with the table itself."""
        self.found.append(Diagnostic(code, message, span, help=help_text, related=related))


def cells(source: Source, start: int, end: int) -> list[Stretch]:
    """Where the cells of a row stand, its keyword left out, blanks around them too."""
    text = source.text
    found = []
    at = start + len("row")
    while True:
        match = _CELL.match(text, at, end)
        assert match is not None
        first, last = at, match.end()
        while first < last and text[first] in " \t":
            first += 1
        while last > first and text[last - 1] in " \t":
            last -= 1
        found.append((first, last))
        if match.end() >= end:
            return found
        at = match.end() + 1


def columns_of(table: Table, reserved: frozenset[str]) -> tuple[ast.Word, ...]:
    """The columns of a table, none where something is wrong with them."""
    record = table.record
    if table.columns is None:
        if not table.record.broken:
            table.report(
                "E308",
                f"table `{record.name}` has no `columns`",
                record.kind.span,
                "name its columns, as in `columns length, cost`",
            )
        return ()
    seen: dict[str, ast.Word] = {}
    for word in table.columns:
        if word.text in seen:
            table.report(
                "E310",
                f"two columns are called `{word.text}`",
                word.span,
                "rename one of them",
                Label(seen[word.text].span, "the first"),
            )
        elif word.text in reserved:
            table.report(
                "E403",
                f"`{word.text}` is a word of the facts themselves",
                word.span,
                "give the column a name that no fact means something by",
            )
        seen.setdefault(word.text, word)
    return table.columns


def rows_of(
    table: Table, source: Source, columns: Sequence[ast.Word]
) -> Iterator[tuple[Stretch, list[Stretch]]]:
    """Each row that has a cell for each column: where it stands, and where its cells stand."""
    for start, end in table.rows:
        row = cells(source, start, end)
        if len(row) == len(columns):
            empty = next((one for one in row if one[0] == one[1]), None)
            if empty is None:
                yield (start, end), row
                continue
            table.report(
                "E403",
                "this cell is empty",
                source.span(empty[0], empty[0] + 1),
                f"write `{NOTHING}` to leave out the facts that name its column",
            )
        elif columns:
            table.report(
                "E403",
                f"this row has {len(row)} cells for {len(columns)} columns",
                source.span(start, end),
                "part the cells with commas, one for each of "
                + ", ".join(word.text for word in columns),
            )


def judge(
    table: Table,
    source: Source,
    columns: Sequence[ast.Word],
    named: Collection[str],
    rows: Sequence[Sequence[Stretch]],
) -> bool:
    """Whether the table makes tests at all, once what no single row can show is reported.

    That is: nothing expected, nothing done, no rows, columns without a use. `named` are the
    columns that some fact names.
    """
    record = table.record
    keywords = {keyword(source, fact) for fact in table.facts}
    if record.broken:
        return False
    makes_tests = True
    if "expect" not in keywords:
        table.report("E401", f"table `{record.name}` expects nothing", record.span,
                     "add an `expect`")  # fmt: skip
        makes_tests = False
    if not keywords & {"event", "invoice", "given"}:
        table.report("E402", f"table `{record.name}` does nothing", record.span,
                     "add an `event` or `invoice on` a date")  # fmt: skip
        makes_tests = False
    if not table.rows:
        table.report("E402", f"table `{record.name}` has no rows", record.span,
                     "add a `row` with a cell for each column")  # fmt: skip
    for index, word in enumerate(columns):
        words = all(source.text[row[index][0]] == '"' for row in rows)
        if word.text not in named and not words:
            table.report(
                "E403",
                f"no fact of this table names the column `{word.text}`",
                word.span,
                "name it in an `event` or an `expect`; a column of notes has its cells in quotes",
            )
    return makes_tests


def keyword(source: Source, fact: Stretch) -> str:
    """The first word of a fact."""
    return source.text[slice(*fact)].split(None, 1)[0]
