"""A `table` record becomes one `test` record a row, each fact with the row's cells in place.

A fact of a table is a fact of a test in which column names stand for cells. Each row is woven
into the facts as text and read again, so whatever a test can say a table can say too, and a
mistake in a cell is found where the cell stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Source, Span
from ratedsl.lang.weave import Stretch, weave

NOTHING = "-"
"""The cell that leaves the facts which name its column out of the row."""

_CELL = re.compile(r'(?:"[^"]*"|[^",])*')
# Words, marks, and quoted text as one: what the formatter parts by one space, and a row's title.
WORDS = re.compile(r'"[^"]*"|,|[<>]=?|[^\s",<>]+')
# Text in quotes, a word, a number or date, or a mark: only words can be names of columns.
_TOKEN = re.compile(r'"[^"]*"|(?P<name>[^\W\d]\w*(?:[-./]\w+)*)|[+\d][\w.:/+-]*|.')

Parse = Callable[[Source, int, int], ast.Fact | Diagnostic]


@dataclass
class Table:
    """What stands below the header of a table: offsets of its facts and rows in the text."""

    record: ast.Record
    columns: tuple[ast.Word, ...] | None = None
    facts: list[Stretch] = field(default_factory=list)
    rows: list[Stretch] = field(default_factory=list)


def expand(
    table: Table, source: Source, reserved: frozenset[str], parse: Parse
) -> tuple[list[ast.Record], list[Diagnostic]]:
    """The tests of a table, one a row, and what is wrong with the table itself.

    `reserved` are the words that mean something in a test; `parse` reads one fact of a test.
    """
    work = _Expander(table, source, reserved, parse)
    return list(work.tests()), work.found


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


class _Expander:
    def __init__(
        self, table: Table, source: Source, reserved: frozenset[str], parse: Parse
    ) -> None:
        self.table = table
        self.source = source
        self.reserved = reserved
        self.parse = parse
        self.found: list[Diagnostic] = []
        self.broken = table.record.broken
        self.shared: dict[Stretch, ast.Fact | Diagnostic] = {}
        self.names: dict[Stretch, list[tuple[str, int, int]]] = {}
        # Facts that some row reads, and what does not read: where it is the cell's fault if
        # the same fact reads with other cells.
        self.good: set[Stretch] = set()
        self.bad: list[tuple[Stretch, Diagnostic, Diagnostic]] = []

    def tests(self) -> Iterator[ast.Record]:
        """The test of each row that has as many cells as there are columns."""
        columns = self._columns()
        if self.found:
            return
        rows = list(self._rows(columns))
        for fact in self.table.facts:
            self.names[fact] = list(self._names(fact, {word.text for word in columns}))
        self._judge(columns, [row for _, row in rows])
        titles = Counter[str]()
        named = [self._title(columns, row, number) for number, (_, row) in enumerate(rows, 1)]
        often = Counter(named)
        for number, (title, (place, row)) in enumerate(zip(named, rows, strict=True), 1):
            titles[title] += 1
            name = f"{title}, row {number}" if often[title] > 1 else title
            yield self._test(name, place, columns, row)
        for fact, said, of_cell in self.bad:
            self.found.append(of_cell if fact in self.good else said)

    def _columns(self) -> tuple[ast.Word, ...]:
        record = self.table.record
        if self.table.columns is None:
            if not self.broken:
                self._report(
                    "E308",
                    f"table `{record.name}` has no `columns`",
                    record.kind.span,
                    "name its columns, as in `columns length, cost`",
                )
            return ()
        seen: dict[str, ast.Word] = {}
        for word in self.table.columns:
            if word.text in seen:
                self._report(
                    "E310",
                    f"two columns are called `{word.text}`",
                    word.span,
                    "rename one of them",
                    Label(seen[word.text].span, "the first"),
                )
            elif word.text in self.reserved:
                self._report(
                    "E403",
                    f"`{word.text}` is a word of the facts themselves",
                    word.span,
                    "give the column a name that no fact means something by",
                )
            seen.setdefault(word.text, word)
        return self.table.columns

    def _rows(self, columns: tuple[ast.Word, ...]) -> Iterator[tuple[Stretch, list[Stretch]]]:
        for start, end in self.table.rows:
            row = cells(self.source, start, end)
            if len(row) == len(columns):
                empty = next((one for one in row if one[0] == one[1]), None)
                if empty is None:
                    yield (start, end), row
                    continue
                self._report(
                    "E403",
                    "this cell is empty",
                    self.source.span(empty[0], empty[0] + 1),
                    f"write `{NOTHING}` to leave out the facts that name its column",
                )
            elif columns:
                self._report(
                    "E403",
                    f"this row has {len(row)} cells for {len(columns)} columns",
                    self.source.span(start, end),
                    "part the cells with commas, one for each of "
                    + ", ".join(word.text for word in columns),
                )

    def _names(self, fact: Stretch, columns: set[str]) -> Iterator[tuple[str, int, int]]:
        """Where a fact names a column."""
        start, end = fact
        text = self.source.text
        first = True
        for match in _TOKEN.finditer(text, start, end):
            if match.group("name") is None:
                continue
            if not first and match.group() in columns:
                yield match.group(), match.start(), match.end()
            first = False

    def _judge(self, columns: tuple[ast.Word, ...], rows: list[list[Stretch]]) -> None:
        """What no single row can show: nothing expected, no rows, columns without a use."""
        record = self.table.record
        keywords = {self._keyword(fact) for fact in self.table.facts}
        if self.broken:
            return
        if "expect" not in keywords:
            self._report("E401", f"table `{record.name}` expects nothing", record.span,
                         "add an `expect`")  # fmt: skip
            self.broken = True
        if not keywords & {"event", "invoice", "given"}:
            self._report("E402", f"table `{record.name}` does nothing", record.span,
                         "add an `event` or `invoice on` a date")  # fmt: skip
            self.broken = True
        if not self.table.rows:
            self._report("E402", f"table `{record.name}` has no rows", record.span,
                         "add a `row` with a cell for each column")  # fmt: skip
        named = {name for names in self.names.values() for name, _, _ in names}
        for index, word in enumerate(columns):
            words = all(self.source.text[row[index][0]] == '"' for row in rows)
            if word.text not in named and not words:
                self._report(
                    "E403",
                    f"no fact of this table names the column `{word.text}`",
                    word.span,
                    "name it in an `event` or an `expect`; a column of notes has its cells "
                    "in quotes",
                )

    def _title(self, columns: tuple[ast.Word, ...], row: list[Stretch], number: int) -> str:
        """The name of a case: the table's, and the cells that say what happens in it."""
        expected = {
            name
            for fact, names in self.names.items()
            for name, _, _ in names
            if self._keyword(fact) == "expect"
        }
        used = {
            name
            for fact, names in self.names.items()
            for name, _, _ in names
            if self._keyword(fact) != "expect"
        }
        shown = [
            " ".join(WORDS.findall(self.source.text[first:last])).strip('"')
            for word, (first, last) in zip(columns, row, strict=True)
            if word.text in used or word.text not in expected
        ]
        return f"{self.table.record.name}: {', '.join(shown) or f'row {number}'}"

    def _test(
        self,
        title: str,
        place: Stretch,
        columns: tuple[ast.Word, ...],
        row: list[Stretch],
    ) -> ast.Record:
        record = self.table.record
        test = ast.Record(
            kind=ast.Word("test", record.kind.span),
            id=None,
            title=title,
            override=False,
            addon=False,
            match=None,
            table=None,
            span=self.source.span(*place),
            source=self.source,
            broken=self.broken,
        )
        by_name = {word.text: cell for word, cell in zip(columns, row, strict=True)}
        for fact in self.table.facts:
            if any(self._text(by_name[name]) == NOTHING for name, _, _ in self.names[fact]):
                continue
            parsed = self._fact(fact, by_name)
            if isinstance(parsed, Diagnostic):
                test.broken = True
            else:
                test.facts.append(parsed)
        return test

    def _fact(self, fact: Stretch, row: Mapping[str, Stretch]) -> ast.Fact | Diagnostic:
        """The fact with the row's cells; one that names no column is read once for all rows."""
        names = self.names[fact]
        if not names:
            if fact not in self.shared:
                parsed = self.shared[fact] = self.parse(self.source, *fact)
                if isinstance(parsed, Diagnostic):
                    self.found.append(parsed)
            return self.shared[fact]
        woven = weave(self.source, fact, names, row)
        parsed = self.parse(woven, 0, len(woven.text))
        if isinstance(parsed, Diagnostic):
            self._unread(fact, parsed, row)
        else:
            self.good.add(fact)
        return parsed

    def _unread(self, fact: Stretch, said: Diagnostic, row: Mapping[str, Stretch]) -> None:
        """Keep what does not read; in words of its last cell where it stands behind that one.

        Where a column takes the place of the fact's second word, its name may be to blame: in
        `expect billed billed` the word that says what is expected is a cell as well.
        """
        names = self.names[fact]
        name, first, last = names[0]
        if self.source.text[fact[0] : first].strip() == self._keyword(fact):
            of_name = Diagnostic(
                "E403",
                f"`{name}` is a column here, so this fact has its cell instead of the word",
                self.source.span(first, last),
                help=f"give the column another name than `{name}`",
            )
            self.bad.append((fact, of_name, said))
            return
        place = self.source.offset(said.span.line) + said.span.column - 1
        if not fact[0] <= place <= fact[1]:
            self.found.append(said)
            return
        before = [one for one in names if one[1] <= place] or names[:1]
        name, first, last = before[-1]
        of_cell = Diagnostic(
            "E001",
            f"`{self._text(row[name])}` does not fit where `{name}` stands",
            self.source.span(*row[name]),
            help="write what the other rows have there, such as a number with its unit",
            related=(Label(self.source.span(first, last), "it stands here"),),
        )
        self.bad.append((fact, said, of_cell))

    def _keyword(self, fact: Stretch) -> str:
        return self.source.text[slice(*fact)].split(None, 1)[0]

    def _text(self, cell: Stretch) -> str:
        return self.source.text[slice(*cell)]

    def _report(self, code: str, message: str, span: Span, help_text: str, *related: Label) -> None:
        self.found.append(Diagnostic(code, message, span, help=help_text, related=related))
