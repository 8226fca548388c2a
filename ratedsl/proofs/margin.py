"""W554: usage whose price is below what carrying it costs.

Each kind of usage with a cost is rated by the engine in each of its windows, from each day on
which a price or a cost changes. What is free is left out: that it costs something is known.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.deck import DeckRow
from ratedsl.plan.model import Dated, Expectation, Given, PlanTest, Rate
from ratedsl.proofs.cells import Cell, Ground
from ratedsl.proofs.dearest import dearest
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.times import windows_of
from ratedsl.proofs.witness import Usage, seen_of, test_of
from ratedsl.proofs.words import describe, money
from ratedsl.rating.costs import own_cost, unknown_cost
from ratedsl.rating.rounding import to_decimal

_MOST_CELLS = 400
"""Of a service with more kinds of usage that have a cost, so many are rated."""

Point = tuple[date, int]


def prove_prices_pay(ground: Ground) -> Iterator[Finding]:
    """One finding for each rate: the first kind of usage that it is charged too little for."""
    if not ground.plan.costs:
        return
    said: set[str] = set()
    for service in dict.fromkeys(one.match.service for one in ground.plan.costs):
        indexes = [flow.places(service) for flow in ground.choices.flows if service in flow.costs]
        numbers = dearest(ground, service, indexes)
        cells = (one for one in ground.sweep(service, indexes, numbers) if one.chosen.costs)
        for cell in itertools.islice(cells, _MOST_CELLS):
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
    chosen = [(rate, cell.chosen.prefix)]
    chosen += [(one.rate, one.prefix) for _, one in cell.chosen.costs if one.rate is not None]
    names = {name for one, _ in chosen for name in windows_of(one)}
    edges = {
        edge
        for one, prefix in chosen
        for fact in _dated(one, prefix)
        for edge in edges_of(fact)
        if edge > ground.times.first
    }
    for start in (ground.times.first, *sorted(edges)):
        if names:
            yield from sorted(ground.times.opening(names, start, None).values())
        else:
            yield start, cell.usage.seconds


def _dated(rate: Rate, prefix: str) -> Iterator[Dated | DeckRow]:
    yield from rate.prices
    yield from rate.tiers.tiers if rate.tiers is not None else ()
    yield from rate.deck.table.rows.get(prefix, ()) if rate.deck is not None else ()


def edges_of(fact: Dated | DeckRow) -> Iterator[date]:
    """The days on which a price begins, or no longer holds."""
    period = fact.period if isinstance(fact, Dated) else fact
    yield from (edge for edge in (period.start, period.end) if edge is not None)


def _judge(ground: Ground, cell: Cell, rate: Rate, usage: Usage) -> Finding | None:
    for one in _sizes(ground, rate, usage):
        finding = _too_little(ground, cell, rate, one)
        if finding is not None:
            return finding
    return None


def _sizes(ground: Ground, rate: Rate, usage: Usage) -> Iterator[Usage]:
    """A minute and an hour of it, and where tiers lower the price, what lies in each of them."""
    even = ground.even(usage.service)
    for quantity in dict.fromkeys((usage.quantity, even)):
        yield ground.beyond(usage.of(quantity))
    if rate.tiers is None or rate.of or rate.basis == "event":
        return
    for bound in dict.fromkeys(one.bound for one in rate.tiers.tiers if one.bound):
        if rate.tiers.mode in ("graduated", "package") and rate.tiers.span != "event":
            used = Given(kind="used", record=rate.id, number=Decimal(bound))
            full = ground.beyond(usage.of(even))
            yield replace(full, given=(*full.given, used))
        else:
            yield ground.beyond(usage.of(bound + even))


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
