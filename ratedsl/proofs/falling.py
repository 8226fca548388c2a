"""W550: a charge that falls when usage grows, at the bounds of tiers and of a rate's conditions.

Between two bounds a charge is a straight line or a staircase that climbs, so it can fall at a
bound only: there it is worked out for the largest usage below and the smallest above, exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Span
from ratedsl.plan.model import PlanTest, Rate, Tier
from ratedsl.plan.units import EVENT, MONEY, MONEY_PARTS, TIME, VOLUME
from ratedsl.proofs.cells import Cell, Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import Usage, charging, exact_charge, test_of
from ratedsl.proofs.words import length, money
from ratedsl.rating.dated import tiers_on
from ratedsl.rating.pricing import billed_units, increments_in, tier_cost
from ratedsl.rating.rounding import to_decimal

_HELP = (
    "charge by `graduated` tiers, or give the next tier a `flat` that makes up for it; "
    "if it is meant, say so: `# allow W550: the reason`"
)
_BANDS = (
    "let the longer one cost as much at the bound; if it is meant, say so: "
    "`# allow W550: the reason`"
)
_MOST_EVENTS = 2_000
"""Of tiers that count events, bounds up to so many have a witness."""

_FINE = {TIME: 1_000, VOLUME: 10**6, MONEY: MONEY_PARTS // 100}
_EVEN = {TIME: (60_000, 6_000, 1_000, 3_600_000), VOLUME: (10**9, 10**6, 1_000)}
"""Sizes that are easy to read, in the order in which they are tried."""


class _Fall(NamedTuple):
    """Usage and more of it that costs less; which of the two charges have an end is open."""

    smaller: Usage
    larger: Usage
    much: Fraction
    less: Fraction


def prove_charges_grow(ground: Ground) -> Iterator[Finding]:
    """One finding for each rate with tiers: the first bound at which it falls; and for each rate
    that takes over from another one at some length, if it costs less there."""
    for rate in ground.plan.rates:
        cell = ground.cell_of(rate) if not rate.adds_to else ground.cell_beside(rate)
        if rate.tiers is not None and cell is not None:
            found = next(_of_tiers(ground, rate, cell), None)
            if found is not None:
                yield found
    yield from _of_bands(ground)


# ---- tiers --------------------------------------------------------------------------------------


def _of_tiers(ground: Ground, rate: Rate, cell: Cell) -> Iterator[Finding]:
    assert rate.tiers is not None
    if any(one.also for one in rate.tiers.tiers):
        return
    first = ground.times.first
    days = {one.period.start for one in rate.tiers.tiers if one.period.start}
    for day in (first, *sorted(one for one in days if one > first)):
        tiers = tiers_on(rate, day)
        usage = cell.usage.at(day)
        for tier, after in itertools.pairwise(tiers):
            if tier.bound is None or tier.rejected or after.rejected:
                continue
            low = tier.bound if tier.inclusive else tier.bound - 1
            below, above = _beside(rate, low)
            if below <= 0 or not _falls(rate, tiers, below, above):
                continue
            steps = _readable(ground, rate, tier, after), (below, above)
            fall = _confirmed(ground, rate, usage, steps)
            if fall is not None:
                where = "above" if tier.inclusive else "at"
                yield _finding(ground, rate, fall, rate.tiers.at, (where, tier.bound))


def _readable(ground: Ground, rate: Rate, tier: Tier, after: Tier) -> tuple[int, int]:
    """Totals on both sides of a bound that are easy to read."""
    assert tier.bound is not None
    if not tier.inclusive:
        fine = _FINE.get(ground.units.dimension_of(rate.match.service, rate.of), 1)
        return tier.bound - fine, tier.bound
    return tier.bound, tier.bound + (after.price.per if after.price is not None else 1)


def _beside(rate: Rate, low: int) -> tuple[int, int]:
    """The largest usage of one event that is billed at most so much, and the next larger one."""
    high = low + 1
    while _billed(rate, high) <= low:
        high *= 2
    floor = 0
    while floor + 1 < high:
        middle = (floor + high) // 2
        floor, high = (middle, high) if _billed(rate, middle) <= low else (floor, middle)
    return floor, high


def _billed(rate: Rate, units: int) -> int:
    if rate.basis == "event":
        return units
    return billed_units(max(units, rate.minimum_units), increments_in(rate, ""))


def _falls(rate: Rate, tiers: Sequence[Tier], below: int, above: int) -> bool:
    assert rate.tiers is not None
    totals = _billed(rate, below), _billed(rate, above)
    return tier_cost(tiers, rate.tiers.mode, totals[1]) < tier_cost(
        tiers, rate.tiers.mode, totals[0]
    )


def _confirmed(
    ground: Ground, rate: Rate, usage: Usage, steps: Sequence[tuple[int, int]]
) -> _Fall | None:
    """The fall as the engine charges it: with what is covered or free used up, where it is."""
    fallback = None
    for low, more in dict.fromkeys(one for one in steps if one[0] > 0):
        for before in _before(ground, rate, usage):
            pair = [_of(ground, rate, before, quantity) for quantity in (low, more)]
            fall = None if None in pair else _compared(ground, *(one for one in pair if one))
            if fall is not None and _ends(fall):
                return fall
            fallback = fallback or fall
    return fallback


def _before(ground: Ground, rate: Rate, usage: Usage) -> Iterator[Usage]:
    """The usage with an offset in its quantity: nothing, what is included, or what is free."""
    held = ground.beyond(usage.of(0))
    free = sum(int(one.amount) for one in rate.free if one.kind == "quantity")
    included = sum(
        max((grant.quantity for grant in one.grants), default=0)
        for one, _ in ground.chosen(usage).allowances
        if not one.addon
    )
    yield from (usage.of(0), usage.of(included), held, held.of(held.quantity + free))
    if free:
        yield usage.of(free)
        yield usage.of(free + included)


def _of(ground: Ground, rate: Rate, usage: Usage, quantity: int) -> Usage | None:
    """The usage with so much of what the tiers count."""
    if rate.of:
        dimension = ground.units.dimension_of(rate.match.service, rate.of)
        if dimension == MONEY:
            value = f"{Decimal(quantity) / MONEY_PARTS:f}"
        else:
            value = length(quantity, dimension, ground.units)
        pairs = dict(usage.attributes) | {rate.of: value}
        full = usage.of(ground.usual(usage.service))
        return replace(full, attributes=tuple(pairs.items()))
    if rate.basis == "event":
        full = usage.of(usage.quantity + ground.usual(usage.service))
        return replace(full, times=quantity) if quantity <= _MOST_EVENTS else None
    return usage.of(usage.quantity + quantity)


# ---- rates that take over at some length --------------------------------------------------------


def _of_bands(ground: Ground) -> Iterator[Finding]:
    told: set[str] = set()
    for service in ground.services:
        rates = [rate for rate in ground.plan.rates if rate.match.service == service]
        if not any(one.attribute == "quantity" for rate in rates for one in rate.conditions):
            continue
        alike: dict[tuple[object, ...], dict[int, Cell]] = {}
        for cell in ground.cells(service):
            usage = cell.usage
            key = usage.to, usage.roaming, usage.attributes, usage.given
            alike.setdefault(key, {})[usage.quantity] = cell
        for cells in alike.values():
            for low, more in itertools.pairwise(sorted(cells)):
                smaller, larger = cells[low], cells[more]
                rate = larger.chosen.rate
                if rate is None or smaller.chosen.rate in (None, rate) or rate.id in told:
                    continue
                found = _of_band(ground, rate, smaller.usage, more)
                if found is not None:
                    told.add(rate.id)
                    yield found


def _of_band(ground: Ground, rate: Rate, usage: Usage, more: int) -> Finding | None:
    """Where the rate that takes over costs less, for usage as short as it takes."""
    dimension = ground.units.dimension_of(usage.service)
    smaller = ground.beyond(usage)
    exact = _compared(ground, smaller, ground.beyond(usage.of(more)))
    if exact is None:
        return None
    found = exact
    for size in _EVEN.get(dimension, ()):
        larger = usage.of(-(-more // size) * size)
        fall = _compared(ground, smaller, ground.beyond(larger))
        if fall is not None and _ends(fall):
            found = fall
            break
    return _finding(ground, rate, found, rate.at, ("above", usage.quantity), _BANDS)


# ---- what both say ------------------------------------------------------------------------------


def _compared(ground: Ground, smaller: Usage, larger: Usage) -> _Fall | None:
    """The two charges as the engine finds them, if the larger usage costs less."""
    much, less = (exact_charge(ground.tables, test_of("x", [one])) for one in (smaller, larger))
    if much is None or less is None or less >= much:
        return None
    return _Fall(smaller, larger, much, less)


def _ends(fall: _Fall) -> bool:
    """Whether both charges have an end as a decimal, so that a test can expect them."""
    return all(_decimal(one) is not None for one in (fall.much, fall.less))


def _decimal(amount: Fraction) -> Decimal | None:
    try:
        return to_decimal(amount)
    except ValueError:
        return None


def _finding(
    ground: Ground, rate: Rate, fall: _Fall, at: Span, bound: tuple[str, int], remedy: str = _HELP
) -> Finding:
    names = [_amount(ground, rate, one) for one in (fall.smaller, fall.larger)]
    currency = ground.plan.currency
    much, less = _decimal(fall.much), _decimal(fall.less)
    against = ""
    tests: tuple[PlanTest, ...] = ()
    if much is not None and less is not None:
        against = f": {money(less, currency)} against {money(much, currency)}"
        tests = (
            charging(f"what {names[0]} cost", [fall.smaller], much),
            charging(f"what {names[1]} cost, which is less", [fall.larger], less),
        )
    dimension = ground.units.dimension_of(rate.match.service, rate.of)
    counted = EVENT if rate.basis == "event" and not rate.of else dimension
    return Finding(
        Diagnostic(
            "W550",
            f"{names[1]} cost less than {names[0]}{against}",
            at,
            f"falls {bound[0]} {_length(ground, counted, bound[1])}",
            remedy,
        ),
        tests,
    )


def _amount(ground: Ground, rate: Rate, usage: Usage) -> str:
    if usage.times > 1 or (rate.basis == "event" and not rate.of):
        return _length(ground, EVENT, usage.times)
    if rate.of:
        value = dict(usage.attributes)[rate.of]
        money_of = ground.units.dimension_of(rate.match.service, rate.of) == MONEY
        return f"{rate.of} {value}" + (f" {ground.plan.currency}" if money_of else "")
    return _length(ground, ground.units.dimension_of(usage.service), usage.quantity)


def _length(ground: Ground, dimension: str, quantity: int) -> str:
    if dimension == MONEY:
        return money(Decimal(quantity) / MONEY_PARTS, ground.plan.currency)
    return length(quantity, dimension, ground.units)
