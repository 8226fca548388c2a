"""Tables of taxes in CSV files: each tax of a table is a record like those in the text.

A row is one rate of one tax in one period; rows of a tax form its timeline. Every wrong row is
found, with its line. What a row makes is written as facts and read by the parser, so that a
table means what the same facts mean; the place of each is its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.parser import parse
from ratedsl.lang.source import Source, Span
from ratedsl.plan.table import COMMON, Table, read_text

COLUMNS = (
    *("jurisdiction", "place", "within", "tax", "title", "level", "shape", "rate", "of", "share"),
    *("added", "shown", "from", "through", "source", "read", "review"),
)
NEEDED = ("tax", "shape", "rate", "of", "shown", "source", "read", "review")
# What all rows of a tax say alike.
_ALIKE = ("jurisdiction", "title", "level", "share", "added", "shown")

_ID = re.compile(r"[^\W\d]\w*(?:[-.]\w+)*")
_PERCENT = re.compile(r"\d{1,6}(\.\d{1,12})?")
_MONEY = re.compile(r"\d{1,12}(\.\d{1,12})? [A-Z]{3}")
_SHAPE = re.compile(r"percent|per [^\W\d]\w*")


@dataclass(frozen=True)
class _RowSource(Source):
    """Text made of rows: each of its lines has the place of the row that it was made of."""

    lines: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def row(self, offset: int) -> None:
        """Its lines stand nowhere; their places are asked for one by one."""

    def span(self, start: int, end: int) -> Span:
        at = self.position(start)[0] - 1
        return Span(self.path, self.lines[at], 1, max(self.ends[at], 2))


@dataclass
class TaxTable:
    """The records of a table, what is wrong with its rows, and its text."""

    source: Source
    records: list[ast.Record] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)


Cells = dict[str, str]


def read_tax_table(path: Path, shown: str, only: Iterable[str] = ()) -> TaxTable:
    """The taxes of a table, those of some places (and of all around them) or all.

    Raises OSError where the file cannot be read.
    """
    text = read_text(path)
    table = Table(shown, text, COMMON, "table")
    rows = [row for row in _rows(table) if _is_right(table, *row)]
    rows = _alike(table, rows)
    parents = {cells["jurisdiction"]: cells["within"] for _, cells in rows if cells["jurisdiction"]}
    wanted = _around(parents, only)
    if wanted:
        rows = [row for row in rows if row[1]["jurisdiction"] in wanted | {""}]
    written = list(_written(rows))
    source = _RowSource(
        shown,
        "\n".join(words for words, _ in written),
        tuple(line for _, line in written),
        tuple(len(text.split("\n")[line - 1].rstrip("\r")) + 1 for _, line in written),
    )
    file, found = parse(source)
    return TaxTable(Source(shown, text), file.records, [*table.findings(), *found])


def _rows(table: Table) -> Iterator[tuple[int, Cells]]:
    rows = table.rows()
    header = next(rows, None)
    if header is None:
        table.report(1, "this table is empty", f"give it a header: {','.join(NEEDED)}")
        return
    columns = table.columns(header[1], COLUMNS)
    for name in NEEDED:
        if name not in columns:
            table.report(1, f"this table has no column `{name}`", f"it names {', '.join(NEEDED)}")
            return
    for line, cells in rows:
        if table.fits(line, cells, len(header[1])):
            found = dict.fromkeys(COLUMNS, "")
            found |= {name: cells[at] for name, at in columns.items() if at < len(cells)}
            yield line, found


def _is_right(table: Table, line: int, cells: Cells) -> bool:
    """Whether a row can be read; the first thing that is wrong with it is reported."""
    ids = [cells["tax"], *cells["of"].split(), *cells["added"].partition(" with ")[2].split()]
    places = [cells[name] for name in ("jurisdiction", "within") if cells[name]]
    for word in (*ids, *places):
        if not _ID.fullmatch(word):
            table.report(line, f"`{word}` is no id", "write letters, digits and hyphens", word)
            return False
    if not _SHAPE.fullmatch(cells["shape"]):
        help_text = "write `percent`, or what an amount is per: `per line`, `per min`"
        table.report(line, f"`{cells['shape']}` is no shape of a tax", help_text, cells["shape"])
        return False
    is_percent = cells["shape"] == "percent"
    if not (_PERCENT if is_percent else _MONEY).fullmatch(cells["rate"]):
        help_text = "write a number such as 6.25" if is_percent else "write it as 1.11 USD"
        table.report(line, f"`{cells['rate']}` is no rate", help_text, cells["rate"])
        return False
    if cells["share"] and not _PERCENT.fullmatch(cells["share"]):
        table.report(line, f"`{cells['share']}` is no share", "write a number", cells["share"])
        return False
    if '"' in cells["title"] + cells["source"] + cells["place"] or not cells["source"]:
        table.report(line, "this row does not say where it was read", "fill in its `source`")
        return False
    for name in ("from", "through", "read", "review"):
        if (name in ("read", "review") or cells[name]) and _day(cells[name]) is None:
            help_text = "write it as 2026-01-31"
            table.report(line, f"`{cells[name]}` is no date ({name})", help_text, cells[name])
            return False
    return True


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _alike(table: Table, rows: list[tuple[int, Cells]]) -> list[tuple[int, Cells]]:
    """The rows without those that say of their tax what its first row does not."""
    first: dict[str, Cells] = {}
    kept = []
    for line, cells in rows:
        before = first.setdefault(cells["tax"], cells)
        other = next((name for name in _ALIKE if cells[name] != before[name]), "")
        if other:
            table.report(
                line,
                f"`{cells['tax']}` has another {other} here than in its first row",
                "give it the same one, or another id",
                cells[other],
            )
            continue
        kept.append((line, cells))
    return kept


def _around(parents: dict[str, str], only: Iterable[str]) -> set[str]:
    """The places and all around them."""
    found: set[str] = set()
    waiting = list(only)
    while waiting:
        place = waiting.pop()
        if place and place not in found:
            found.add(place)
            waiting.append(parents.get(place, ""))
    return found


def _written(rows: list[tuple[int, Cells]]) -> Iterator[tuple[str, int]]:
    """Every record as lines of text, each with the line of the table behind it."""
    places: dict[str, tuple[int, Cells]] = {}
    for line, cells in rows:
        if cells["jurisdiction"]:
            places.setdefault(cells["jurisdiction"], (line, cells))
    outer = {cells["within"]: line for line, cells in places.values() if cells["within"]}
    for name, line in outer.items():
        if name not in places:
            yield f"jurisdiction {name}", line
    for name, (line, cells) in places.items():
        yield f'jurisdiction {name} "{cells["place"]}"', line
        if cells["within"]:
            yield f"  within {cells['within']}", line
    taxes: dict[str, list[tuple[int, Cells]]] = {}
    for row in rows:
        taxes.setdefault(row[1]["tax"], []).append(row)
    for name, mine in taxes.items():
        yield from _tax(name, mine)


def _tax(name: str, rows: list[tuple[int, Cells]]) -> Iterator[tuple[str, int]]:
    line, first = rows[0]
    yield f'tax {name} "{first["title"]}"', line
    for fact, cell in (("level", "level"), ("within", "jurisdiction"), ("added", "added")):
        if first[cell]:
            yield f"  {fact} {first[cell]}", line
    yield f"  shown as {first['shown']}", line
    if first["share"]:
        yield f"  base {first['share']}% of {_names(first)}", line
    for at, cells in rows:
        of = f" of {_names(cells)}" if cells["of"] and not first["share"] else ""
        dated = "".join(f" {word} {cells[word]}" for word in ("from", "through") if cells[word])
        if cells["shape"] == "percent":
            yield f"  percent {cells['rate']}%{of}{dated}", at
        else:
            yield f"  amount {cells['rate']} {cells['shape']}{of}{dated}", at
    # The figures are as old as the oldest of the tax's rows.
    at, oldest = min(rows, key=lambda row: row[1]["review"])
    yield f'  source "{oldest["source"]}" read {oldest["read"]} review {oldest["review"]}', at


def _names(cells: Cells) -> str:
    return ", ".join(cells["of"].split())
