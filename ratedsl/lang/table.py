"""A `table` record becomes one `test` record a row, each fact with the row's cells in place.

A fact of a table is a fact of a test in which column names stand for cells. Each row is woven
into the facts as text and read again, so whatever a test can say a table can say too, and a
mistake in a cell is found where the cell stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Source
from ratedsl.lang.table_shape import NOTHING, Table, columns_of, judge, keyword, rows_of
from ratedsl.lang.weave import Stretch, weave

# Words, marks, and quoted text as one: what the formatter parts by one space, and a row's title.
WORDS = re.compile(r'"[^"]*"|,|[<>]=?|[^\s",<>]+')
# Text in quotes, a word, a number or date, or a mark: only words can be names of columns.
_TOKEN = re.compile(r'"[^"]*"|(?P<name>[^\W\d]\w*(?:[-./]\w+)*)|[+\d][\w.:/+-]*|.')

Parse = Callable[[Source, int, int], ast.Fact | Diagnostic]


def expand(
    table: Table, source: Source, reserved: frozenset[str], parse: Parse
) -> tuple[list[ast.Record], list[Diagnostic]]:
    """The tests of a table, one a row, and what is wrong with the table itself.

    `reserved` are the words that mean something in a test; `parse` reads one fact of a test.
    """
    work = _Expander(table, source, reserved, parse)
    return list(work.tests()), work.found


class _Expander:
    def __init__(
        self, table: Table, source: Source, reserved: frozenset[str], parse: Parse
    ) -> None:
        self.table = table
        self.source = source
        self.reserved = reserved
        self.parse = parse
        self.found = table.found
        self.broken = table.record.broken
        self.shared: dict[Stretch, ast.Fact | Diagnostic] = {}
        self.names: dict[Stretch, list[tuple[str, int, int]]] = {}
        # Facts that some row reads, and what does not read: where it is the cell's fault if
        # the same fact reads with other cells.
        self.good: set[Stretch] = set()
        self.bad: list[tuple[Stretch, Diagnostic, Diagnostic]] = []

    def tests(self) -> Iterator[ast.Record]:
        """The test of each row that has as many cells as there are columns."""
        columns = columns_of(self.table, self.reserved)
        if self.found:
            return
        rows = list(rows_of(self.table, self.source, columns))
        for fact in self.table.facts:
            self.names[fact] = list(self._names(fact, {word.text for word in columns}))
        named = {name for names in self.names.values() for name, _, _ in names}
        places = [row for _, row in rows]
        self.broken = not judge(self.table, self.source, columns, named, places)
        called = [self._title(columns, row, number) for number, (_, row) in enumerate(rows, 1)]
        often = Counter(called)
        for number, (title, (place, row)) in enumerate(zip(called, rows, strict=True), 1):
            name = f"{title}, row {number}" if often[title] > 1 else title
            yield self._test(name, place, columns, row)
        for fact, said, of_cell in self.bad:
            self.found.append(of_cell if fact in self.good else said)

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

    def _title(self, columns: tuple[ast.Word, ...], row: list[Stretch], number: int) -> str:
        """The name of a case: the table's, and the cells that say what happens in it."""
        expected = {
            name
            for fact, names in self.names.items()
            for name, _, _ in names
            if keyword(self.source, fact) == "expect"
        }
        used = {
            name
            for fact, names in self.names.items()
            for name, _, _ in names
            if keyword(self.source, fact) != "expect"
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
        if self.source.text[fact[0] : first].strip() == keyword(self.source, fact):
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

    def _text(self, cell: Stretch) -> str:
        return self.source.text[slice(*cell)]
