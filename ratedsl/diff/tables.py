"""Changes of what a record reads from a table: prices of a deck, prefixes of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ratedsl.diff.change import Change, in_order
from ratedsl.lang import ast
from ratedsl.lang.source import Span
from ratedsl.plan.deck import DeckRow, DeckTable
from ratedsl.plan.model import Element, Rate, Zone

_FEW = 3
_Place = tuple[str, str]


def table_changes(
    record: str,
    at: ast.Record,
    old: Sequence[Element],
    new: Sequence[Element],
    today: date,
) -> Iterator[Change]:
    """What changed in the tables behind a record whose own text is the same."""
    for one, other in zip(old, new, strict=False):
        if isinstance(one, Zone) and isinstance(other, Zone):
            yield from _zone_changes(record, at, one, other)
        elif isinstance(one, Rate) and isinstance(other, Rate) and one.deck and other.deck:
            yield from _deck_changes(record, at, one.deck.table, other.deck.table, today)


def _zone_changes(record: str, at: ast.Record, old: Zone, new: Zone) -> Iterator[Change]:
    for words, one, other in (
        ("no longer holds", old, new),
        ("also holds", new, old),
    ):
        gone = _places(one) - _places(other)
        if gone:
            shown = sorted(gone)[:_FEW]
            more = f" and {len(gone) - _FEW} more" if len(gone) > _FEW else ""
            text = f"{words} {', '.join(shown)}{more}"
            yield Change(record, at.title, text, ("changed",), before=at.span, after=at.span)


def _places(zone: Zone) -> set[str]:
    return {*(digits for digits, _ in zone.prefixes), *zone.countries, *zone.networks}


def _deck_changes(
    record: str, at: ast.Record, old: DeckTable, new: DeckTable, today: date
) -> Iterator[Change]:
    """Prices of a deck by direction, each kind in one change with its first few rows."""
    found: dict[str, list[tuple[str, DeckRow]]] = {}
    starts: dict[str, date | None] = {}
    for place, row, kind in _row_changes(_rows(old), _rows(new)):
        found.setdefault(kind, []).append((place, row))
        if kind not in starts or (starts[kind] is not None and row.start is not None):
            before = starts.get(kind)
            starts[kind] = row.start if before is None else min(before, row.start or before)
        else:
            starts[kind] = None
    for kind, rows in found.items():
        classes = {kind} if kind in ("price-up", "price-down", "added", "removed") else {"changed"}
        start = starts[kind]
        if kind.startswith("price") and (start is None or start < today):
            classes.add("retroactive")
        said = "; ".join(text for text, _ in rows[:_FEW])
        more = f"; and {len(rows) - _FEW} more rows" if len(rows) > _FEW else ""
        path = (old if kind == "removed" else new).path
        clause = Span(path, rows[0][1].line, 1, 2)
        yield Change(
            *(record, at.title, f"{said}{more}", in_order(classes), start),
            before=at.span if kind != "removed" else clause,
            after=None if kind == "removed" else clause,
        )


def _rows(deck: DeckTable) -> Mapping[_Place, list[DeckRow]]:
    found: dict[_Place, list[DeckRow]] = {}
    for table in (deck.rows, deck.zones):
        for prefix, rows in table.items():
            for row in rows:
                found.setdefault((prefix, row.window), []).append(row)
    return found


def _row_changes(
    old: Mapping[_Place, list[DeckRow]], new: Mapping[_Place, list[DeckRow]]
) -> Iterator[tuple[str, DeckRow, str]]:
    for place in dict.fromkeys((*old, *new)):
        before, after = old.get(place, []), new.get(place, [])
        if [_said(row) for row in before] == [_said(row) for row in after]:
            continue
        where = " ".join(part for part in place if part)
        if not before:
            yield f"{where} new at {after[0].price}", after[0], "added"
        elif not after:
            yield f"{where} gone", before[0], "removed"
        else:
            yield from _price_changes(where, before, after)


def _price_changes(
    where: str, before: list[DeckRow], after: list[DeckRow]
) -> Iterator[tuple[str, DeckRow, str]]:
    """The prices of one place that differ at the start of a row of either version."""
    different = False
    days = sorted({row.start or date.min for row in (*before, *after)})
    for day in days:
        old = next((row for row in before if row.holds(day)), None)
        new = next((row for row in after if row.holds(day)), None)
        if old is None or new is None or old.price == new.price:
            continue
        different = True
        kind = "price-up" if new.price > old.price else "price-down"
        when = f" from {day}" if day != date.min else ""
        yield f"{where} {old.price} → {new.price}{when}", new._replace(start=day), kind
    if not different:
        yield f"{where} other fees, blocks or dates", after[0], "changed"


def _said(row: DeckRow) -> tuple[object, ...]:
    return tuple(value for name, value in row._asdict().items() if name not in ("line", "name"))
