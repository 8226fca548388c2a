"""Text to syntax tree, one line at a time, with every mistake of the file reported.

`parse` never raises for what a user wrote. A line that cannot be parsed yields exactly one
diagnostic and is left out of the tree; its record is marked broken, so that later passes do
not report the consequences.
"""

from __future__ import annotations

import re
from threading import Lock

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.lines import LineReader
from ratedsl.lang.source import Row, Source
from ratedsl.lang.spelling import suggest
from ratedsl.lang.table import expand
from ratedsl.lang.table_shape import Table
from ratedsl.lang.vocabulary import FACTS, KINDS

# What stands before a comment: quoted text, and anything that opens neither.
_CODE = re.compile(r'(?:"[^"]*"|[^"#]+)*')
# Only blanks and tabs are space here: others are odd characters to be reported.
_FIRST_WORD = re.compile(r"[^ \t]+")
_WORD = re.compile(r"[^\W\d][\w.-]*")
_OPENING = frozenset((*KINDS, "use", "override", "addon"))
"""The words that a header starts with."""
_MARKS = re.compile(r"^\W+")
_HEADER = re.compile(rf"(?:{'|'.join(KINDS)})[ \t]+([^\W\d][\w.-]*)")

_MOST, _SHORT = 20_000, 200
"""So many lines, and none that is longer, are remembered as they were taken apart."""

_extents: dict[str, tuple[int, int, str, int]] = {}

_lock = Lock()


def parse(source: Source) -> tuple[ast.File, list[Diagnostic]]:
    """The tree of a file and everything that is wrong with its syntax."""
    # The builder holds the source while a file is parsed, so one file is parsed at a time.
    with _lock:
        return _FileParser(source).run()


def _extent(line: str) -> tuple[int, int, str, int]:
    """How far a line is indented, where what it says ends, its first word, and where a quoted
    text begins that has no end, or -1."""
    code = _CODE.match(line)
    assert code is not None
    end = code.end()
    indent = len(line) - len(line.lstrip(" \t"))
    unclosed = end if end < len(line) and line[end] == '"' else -1
    text = line[:end].rstrip(" \t")
    first = _FIRST_WORD.search(text)
    return indent, len(text), first.group() if first else "", unclosed


class _FileParser(LineReader):
    """Takes one file apart into lines and groups the parsed lines into records."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.file = ast.File(source)
        self.record: ast.Record | None = None
        # The record before it, whose facts a header that slipped in between may have cut off.
        self.above: ast.Record | None = None
        # Whether the last line in the first column was a `use`, below which no fact belongs.
        self.below_use = False
        self.table: Table | None = None
        # The kinds of record that the record's facts from some line on may belong to instead.
        self.elsewhere: set[str] = set()

    def run(self) -> tuple[ast.File, list[Diagnostic]]:
        offset = 0
        for number, line in enumerate(self.source.text.split("\n"), 1):
            self.row = Row(self.source.path, number, offset - 1)
            self._line(line.rstrip("\r"), offset)
            offset += len(line) + 1
        self._close_table()
        return self.file, self.found

    def _line(self, line: str, offset: int) -> None:
        extent = _extents.get(line)
        if extent is None:
            extent = _extent(line)
            if len(line) <= _SHORT and len(_extents) < _MOST:
                _extents[line] = extent
        indent, end, word, unclosed = extent
        if unclosed >= 0:
            self.report(
                "E004",
                "this quoted text has no closing quote",
                offset + unclosed,
                offset + len(line),
                'close it with `"` on the same line',
                (self.insertion(offset + len(line.rstrip()), '"'),),
            )
            self._break()
            if indent == 0:
                self.record = None
                self._lose(line)
        elif word:
            self._statement(word, offset + indent, offset + end, indent)

    def _statement(self, word: str, start: int, end: int, indent: int) -> None:
        if indent == 0:
            if not self._is_of_record(word, start, end):
                self._header(start, end)
        elif self.below_use:
            self._fact_below_use(word, start, end)
        elif self.record is None:
            if not self.file.records and not self.file.uses and not self.found:
                self.report(
                    "E005",
                    "a fact without a record above it",
                    start,
                    end,
                    "start the record's header, such as `plan` or `rate`, in the first column",
                )
                self._lose(self.source.text[start:end])
        else:
            self._fact(self.record, word, start, end)

    def _is_of_record(self, word: str, start: int, end: int) -> bool:
        """Whether a line in the first column belongs to the record above all the same.

        A fact that lost its indent is one of it. What no record starts with is a slip, and what
        follows it stays with the record.
        """
        record = self.record
        if record is None or word in _OPENING:
            return False
        if word in FACTS[record.kind.text]:
            self.report(
                "E002",
                f"unknown record `{word}`",
                start,
                start + len(word),
                f"it is a fact of `{record.kind.text}`: indent it by two spaces",
            )
            self._fact(record, word, start, end)
            return True
        if word[0].isalpha() or _HEADER.match(_MARKS.sub("", self.source.text[start:end])):
            return False
        self.read("header", start, end, "a record")
        record.broken = True
        return True

    def _header(self, start: int, end: int) -> None:
        self._close_table()
        self.above, self.record = self.record, None
        self.below_use = False
        self.elsewhere = set()
        parsed = self.read("header", start, end, "a record")
        if not isinstance(parsed, ast.Record):
            self._lose(self.source.text[start:end])
            return
        kind = parsed.kind
        if kind.text == "use":
            self._use(parsed)
            return
        if kind.text not in FACTS:
            near = suggest(kind.text, (*KINDS, "use"))
            hint = f"did you mean `{near}`?" if near else "a record is one of " + ", ".join(KINDS)
            if any(kind.text in facts for facts in FACTS.values()):
                hint = "a fact stands below its record, indented by two spaces"
            message = f"unknown record `{kind.text}`"
            self.unknown("E002", message, kind, hint, (*KINDS, "use"))
            self._lose(f"{near or ''} {self.source.text[start:end]}")
            return
        self.record = parsed
        if kind.text == "table":
            self.table = Table(parsed)
        else:
            self.file.records.append(parsed)

    def _use(self, header: ast.Record) -> None:
        if not header.title or header.id or header.override or header.match:
            self.file.use_lost = True
            self.found.append(
                Diagnostic(
                    "E001",
                    "`use` takes one path in quotes",
                    header.span,
                    help='write it as `use "shared/zones.rate"`, one a line',
                )
            )
            return
        start = self.source.text.index('"', self._offset(header.span.line))
        span = self.source.span(start, start + len(header.title) + 2)
        self.file.uses.append(ast.Word(header.title, span))
        self.below_use = True

    def _fact_below_use(self, keyword: str, start: int, end: int) -> None:
        """Report the first fact below a `use`; it and all that follow are of the record above."""
        self.below_use = False
        self.report(
            "E005",
            "a fact below `use`, which has none",
            start,
            end,
            "put the `use` above the first record; a fact stands below its record's header",
        )
        if self.above is not None and self.above.kind.text != "table":
            self.record = self.above
            self._fact(self.record, keyword, start, end)
        else:
            # The kind of the record whose header is missing, where its fact tells it.
            kinds = [kind for kind, facts in FACTS.items() if keyword in facts]
            self._lose(f"{kinds[0] if len(kinds) == 1 else ''} {self.source.text[start:end]}")

    def _fact(self, record: ast.Record, keyword: str, start: int, end: int) -> None:
        known = FACTS[record.kind.text]
        if keyword not in known:
            near = suggest(keyword, known)
            if keyword in _OPENING and self._is_header(record, keyword, start, end):
                return
            record.broken = True
            if self.above is not None and keyword in FACTS[self.above.kind.text]:
                self.above.broken = True
            if self._belongs_elsewhere(keyword):
                return
            hint = f"did you mean `{near}`?" if near else ""
            if self.elsewhere:
                kinds = " or ".join(f"`{kind}`" for kind in KINDS if kind in self.elsewhere)
                hint = f"it belongs to {kinds}: the header of one may be missing above it"
            elif keyword in _OPENING and not near:
                hint = "a record starts in the first column"
            hint = hint or (
                f"a fact of `{record.kind.text}` is one of {', '.join(known)}; "
                f"`ratedsl explain {record.kind.text}` tells of each"
            )
            word = ast.Word(keyword, self.source.span(start, start + len(keyword)))
            message = f"unknown fact `{keyword}` in {record.kind.text}"
            self.unknown("E003", message, word, hint, known)
            return
        if self.table is not None and keyword != "columns":
            # Read once all of the table is known: names of columns stand in its facts.
            (self.table.rows if keyword == "row" else self.table.facts).append((start, end))
            return
        fact = self.read(f"{record.kind.text}_fact", start, end, f"`{keyword}`")
        if fact is None:
            record.broken = True
            # A header may stand at its end, where a line break was lost.
            self.file.lost.update(_HEADER.findall(self.source.text, start, end))
            return
        assert isinstance(fact, ast.Fact), f"the grammar makes no node of `{keyword}`"
        self.elsewhere = {kind for kind in self.elsewhere if keyword in FACTS[kind]}
        if not self.elsewhere:
            record.facts.append(fact)
        if isinstance(fact, ast.Columns) and self.table is not None:
            if self.table.columns is None:
                self.table.columns = fact.words
            else:
                self.report("E310", "`columns` stands twice in this table", start, end,
                             "delete one of them")  # fmt: skip

    def _is_header(self, record: ast.Record, keyword: str, start: int, end: int) -> bool:
        """Whether an indented line is a header: then it is reported, and opens its record."""
        before = len(self.found)
        header = self.read("header", start, end, "a record")
        del self.found[before:]
        if not isinstance(header, ast.Record) or (header.id is None and not header.title):
            return False
        self.report(
            "E003",
            f"unknown fact `{keyword}` in {record.kind.text}",
            start,
            start + len(keyword),
            "a record starts in the first column",
        )
        self._header(start, end)
        return True

    def _close_table(self) -> None:
        """Turn the table that ends here into a test for each of its rows."""
        if self.table is None:
            return

        def parse(source: Source, start: int, end: int) -> ast.Fact | Diagnostic:
            keyword = source.text[start:end].split(None, 1)[0]
            fact = self.read("test_fact", start, end, f"`{keyword}`", source)
            return fact if isinstance(fact, ast.Fact) else self.found.pop()

        tests, found = expand(self.table, self.source, self.words_of_tests, parse)
        self.file.records += tests
        self.found += found
        self.table = None

    def _belongs_elsewhere(self, keyword: str) -> bool:
        """Whether an unknown fact follows from the one before it: their header is missing.

        Where it does not, it may be the first of such facts.
        """
        kinds = {kind for kind, facts in FACTS.items() if keyword in facts}
        follows = bool(kinds & self.elsewhere)
        self.elsewhere = kinds & self.elsewhere or kinds
        return follows

    def _lose(self, header: str) -> None:
        """Remember the words of a header that cannot be read."""
        words = _WORD.findall(header)
        self.file.lost.update(words)
        if "use" in words[:2] or '.rate"' in header:
            self.file.use_lost = True

    def _offset(self, line: int) -> int:
        return self.source.offset(line)

    def _break(self) -> None:
        if self.record is not None:
            self.record.broken = True
