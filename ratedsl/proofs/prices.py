"""W531: a rate that has no price in some window, from some day, or for some value.

Dates are cut where a price begins or ends, and in each stretch every window that ever opens is
tried. A price that ends while the plan is still sold leaves usage without one as well.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise, product

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Span
from ratedsl.plan.model import Dated, Given, Price, Rate
from ratedsl.proofs.cells import Cell, Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.times import windows_of
from ratedsl.proofs.witness import Usage, rejecting
from ratedsl.proofs.words import describe

Stretch = tuple[date, date | None]


def prove_prices(ground: Ground) -> Iterator[Finding]:
    """One finding for each rate and kind of hole: the first one that usage can meet."""
    sound: set[Hashable] = set()
    for rate in ground.plan.rates:
        cell = ground.cell_of(rate)
        if cell is None or rate.adds_to:
            continue
        if rate.deck is not None:
            yield from _deck(ground, rate)
        elif rate.tiers is not None:
            yield from _tiers(ground, rate, cell)
        elif rate.matrix is not None:
            yield from _matrix(ground, rate, cell)
        else:
            # Most rates have their prices in the same windows and from the same days.
            times = frozenset(windows_of(rate)), frozenset(map(_time, rate.prices))
            if times not in sound:
                found = list(_windows(ground, rate, cell))
                yield from found
                if not found:
                    sound.add(times)


def _time(price: Price) -> Hashable:
    """When a price applies, and whether to the first units only."""
    return price.window, price.period.start, price.period.end, price.first is None


def stretches(facts: Sequence[Dated], first: date, sold_until: date | None) -> Iterator[Stretch]:
    """The days from the first one on, cut where one of the facts begins or ends.

    What comes after the plan is no longer sold, and after all of them, is left out.
    """
    edges = {edge for one in facts for edge in (one.period.start, one.period.end) if edge}
    starts = [first, *sorted(edge for edge in edges if edge > first)]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        over = all(one.period.end is not None and one.period.end <= start for one in facts)
        if not (over and sold_until is not None and sold_until <= start):
            yield start, end


def _finding(ground: Ground, at: Span, usage: Usage, label: str, remedy: str) -> Finding:
    if ground.plan.keeps is not None:
        # A line keeps the prices of the day on which it takes the plan up.
        given = Given(kind="started", day=usage.day)
        usage = replace(usage, given=(*usage.given, given))
    words = describe(usage, ground.units)
    return Finding(
        Diagnostic("W531", f"{words} has no price", at, label, remedy),
        (rejecting("usage without a price", usage, "no-price"),),
    )


def _windows(ground: Ground, rate: Rate, cell: Cell) -> Iterator[Finding]:
    if any(not one.window and _always(one) for one in rate.prices):
        return
    names = windows_of(rate)
    sold = ground.plan.sold
    for start, end in stretches(rate.prices, ground.times.first, sold.end):
        priced = {one.window for one in rate.prices if one.period.holds(start)}
        if "" in priced:
            continue
        if not priced and not any(one.period.start for one in rate.prices):
            continue
        opening = ground.times.opening(names, start, end)
        for name, (day, second) in sorted(opening.items(), key=lambda one: one[1]):
            if name not in priced:
                label = f"has no price in `{name}`" if name else "no window is open then"
                if not priced:
                    label = f"has no price from {start}"
                yield _finding(
                    *(ground, rate.at, ground.beyond(cell.usage.at(day, second)), label),
                    "add a price for that time, or `in` a window of `hours otherwise`"
                    if priced
                    else "let the prices follow on each other, or start with the plan",
                )
                return


def _always(price: Price) -> bool:
    return price.period.start is None and price.period.end is None and price.first is None


def _tiers(ground: Ground, rate: Rate, cell: Cell) -> Iterator[Finding]:
    assert rate.tiers is not None
    tiers = rate.tiers.tiers
    if not any(one.period.start or one.period.end for one in tiers):
        return
    for start, _ in stretches(tiers, ground.times.first, ground.plan.sold.end):
        held = [one for one in tiers if one.period.holds(start)]
        if not held or held[-1].bound is not None:
            usage = ground.beyond(cell.usage.at(start))
            remedy = "let the tiers follow on each other, or start with the plan"
            yield _finding(ground, rate.at, usage, f"has no last tier from {start}", remedy)
            return


def _matrix(ground: Ground, rate: Rate, cell: Cell) -> Iterator[Finding]:
    """Combinations of the values that cells name, where there is no cell for all others."""
    assert rate.matrix is not None
    cells, names = rate.matrix.cells, rate.matrix.attributes
    for start, _ in stretches(cells, ground.times.first, ground.plan.sold.end):
        held = {one.values for one in cells if one.period.holds(start)}
        if () in held:
            continue
        named = [sorted({one.values[i] for one in cells if one.values}) for i in range(len(names))]
        for values in _lacking(named, held):
            pairs = dict(cell.usage.attributes) | dict(zip(names, values, strict=True))
            usage = ground.beyond(cell.usage.at(start))
            usage = replace(usage, attributes=tuple(pairs.items()))
            remedy = "add a cell for these values, or `cell otherwise`"
            yield _finding(ground, rate.at, usage, "has no cell for it", remedy)
            return


def _lacking(named: Sequence[Sequence[str]], held: Iterable[object]) -> Iterator[tuple[str, ...]]:
    there = set(held)
    return (values for values in product(*named) if values not in there)


def _deck(ground: Ground, rate: Rate) -> Iterator[Finding]:
    """The first prefix of a deck whose rows leave days or windows without a price.

    A row that begins later than others is a place that is offered later, and no hole.
    """
    assert rate.deck is not None
    table = rate.deck.table
    for prefix, rows in table.rows.items():
        gap = _gap(rows)
        if gap is None:
            continue
        number = ground.numbers(rate.match.service).of(prefix)
        service = rate.match.service
        usage = Usage(service, gap[0], ground.usual(service), to=number)
        if number and getattr(ground.chosen(usage).rate, "id", "") == rate.id:
            at = Span(table.path, gap[1], 1, len(prefix) + 1)
            remedy = "let the rows of a prefix follow on each other"
            yield _finding(ground, at, usage, f"{prefix} has no row after this", remedy)
            return


def _gap(rows: Sequence[object]) -> tuple[date, int] | None:
    """The first day between two rows of one window, and the line of the row before it."""
    if len(rows) < 2:
        return None
    by_window: dict[str, list[tuple[date, date | None, int]]] = {}
    for row in rows:
        start = getattr(row, "start", None) or date.min
        by_window.setdefault(getattr(row, "window", ""), []).append(
            (start, getattr(row, "end", None), getattr(row, "line", 1))
        )
    for found in by_window.values():
        ordered = sorted(found)
        for (_, end, line), (start, _, _) in pairwise(ordered):
            if end is not None and end < start:
                return end, line
    return None
