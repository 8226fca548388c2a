"""W554: usage whose price is below what carrying it costs.

Each kind of usage with a cost is rated by the engine in each of its windows, from each day on
which a price or a cost changes. What is free is left out: that it costs something is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.model import Expectation, PlanTest, Rate
from ratedsl.proofs.cells import Cell, Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.times import windows_of
from ratedsl.proofs.witness import Usage, seen_of, test_of
from ratedsl.proofs.words import describe, money
from ratedsl.rating.costs import own_cost, unknown_cost
from ratedsl.rating.rounding import to_decimal

_MOST_CELLS = 400
"""Of a plan with more kinds of usage that have a cost, so many are rated."""

Point = tuple[date, int]


def prove_prices_pay(ground: Ground) -> Iterator[Finding]:
    """One finding for each rate: the first kind of usage that it is charged too little for."""
    if not ground.plan.costs:
        return
    said: set[str] = set()
    cells = [cell for service in ground.services for cell in ground.cells(service)]
    for cell in [one for one in cells if one.chosen.costs][:_MOST_CELLS]:
        rate = cell.chosen.rate
        if rate is None or rate.id in said:
            continue
        for day, second in _points(ground, cell, rate):
            finding = _judge(ground, cell, rate, cell.usage.at(day, second))
            if finding is not None:
                said.add(rate.id)
                yield finding
                break


def _points(ground: Ground, cell: Cell, rate: Rate) -> Iterator[Point]:
    """The days and times at which the price or the cost can be another one."""
    rates = [rate, *(one.rate for _, one in cell.chosen.costs if one.rate is not None)]
    names = {name for one in rates for name in windows_of(one)}
    edges = {
        edge
        for one in rates
        for price in one.prices
        for edge in (price.period.start, price.period.end)
        if edge is not None and edge > ground.times.first
    }
    for one in rates:
        if one.deck is not None:
            for row in one.deck.table.rows.get(cell.chosen.prefix, ()):
                edges |= {
                    edge for edge in (row.start, row.end) if edge and edge > ground.times.first
                }
    for start in (ground.times.first, *sorted(edges)):
        if names:
            yield from sorted(ground.times.opening(names, start, None).values())
        else:
            yield start, cell.usage.seconds


def _judge(ground: Ground, cell: Cell, rate: Rate, usage: Usage) -> Finding | None:
    for quantity in dict.fromkeys((usage.quantity, ground.even(usage.service))):
        finding = _too_little(ground, cell, rate, ground.beyond(usage.of(quantity)))
        if finding is not None:
            return finding
    return None


def _too_little(ground: Ground, cell: Cell, rate: Rate, usage: Usage) -> Finding | None:
    seen = seen_of(ground.tables, test_of("priced", [usage]))
    if seen is None or len(seen.rated) != 1:
        return None
    rated = seen.rated[0]
    charge, paid = rated.whole_charge, own_cost(rated)
    if unknown_cost(rated) or not charge or charge >= paid:
        return None
    try:
        amounts = to_decimal(charge), to_decimal(paid)
    except ValueError:
        return None
    currency = ground.plan.currency
    expected = (
        Expectation(what="charge", money=amounts[0]),
        Expectation(what="cost", money=amounts[1]),
    )
    costs = [one.rate for _, one in cell.chosen.costs if one.rate is not None]
    shown: PlanTest = test_of("charged less than it costs", [usage], *expected)
    return Finding(
        Diagnostic(
            "W554",
            f"{describe(usage, ground.units)} is charged {money(amounts[0], currency)} "
            f"and costs {money(amounts[1], currency)}",
            rate.at,
            "below cost",
            "raise the price, or agree another cost",
            tuple(Label(one.at, "costs more") for one in costs[:2]),
        ),
        (shown,),
    )
