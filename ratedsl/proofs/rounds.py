"""W555 and W570: amounts that rounding takes away, and quantities that no usage can hold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Span
from ratedsl.plan.model import PlanTest, Rate, UnitPrice
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import charge_of, charging, test_of
from ratedsl.proofs.words import length
from ratedsl.rating.pricing import cost
from ratedsl.rating.rounding import round_money

_LARGEST = 2**63 - 1
"""The largest quantity that a usage database holds, in base units."""


def prove_prices_count(ground: Ground) -> Iterator[Finding]:
    """W555: a price of which a whole unit is rounded to nothing, event by event."""
    rounding = ground.plan.rounding_for("event")
    if rounding is None or rounding.never_zero:
        return
    for rate in ground.plan.rates:
        if rate.currency or rate.minimum is not None or rate.fees or rate.adds_to:
            continue
        service = rate.match.service
        for price, at in _prices(rate):
            if price.percent is not None or not price.amount:
                continue
            units = 1 if rate.basis == "event" else max(price.per, ground.usual(service))
            if round_money(Fraction(cost(price, units)), rounding):
                continue
            cell = ground.cell_of(rate)
            tests: tuple[PlanTest, ...] = ()
            if cell is not None:
                day = next(
                    (one.period.start for one in rate.prices if one.at == at and one.period.start),
                    cell.usage.day,
                )
                usage = cell.usage.at(max(day, cell.usage.day))
                if rate.basis != "event":
                    usage = usage.of(units)
                usage = ground.beyond(usage)
                if charge_of(ground.tables, test_of("x", [usage])) == 0:
                    tests = (charging("rounded to nothing", [usage], Decimal(0)),)
            yield Finding(
                Diagnostic(
                    "W555",
                    f"{price.text} is rounded to nothing, event by event",
                    at,
                    "",
                    "round the item instead of each event, or round to a finer amount",
                    (Label(rounding.at, "each event is rounded here"),),
                ),
                tests,
            )
            break


def _prices(rate: Rate) -> Iterator[tuple[UnitPrice, Span]]:
    for price in rate.prices:
        yield price.price, price.at
    if rate.tiers is not None and rate.tiers.tiers[0].price and not rate.tiers.tiers[0].flat:
        yield rate.tiers.tiers[0].price, rate.tiers.tiers[0].at


def prove_numbers_fit(ground: Ground) -> Iterator[Finding]:
    """W570: a bound or a grant beyond what usage can come to in 64 bits."""
    for name, quantity, dimension, at in _quantities(ground):
        if quantity > _LARGEST:
            most = length(_LARGEST, dimension, ground.units)
            yield Finding(
                Diagnostic(
                    "W570",
                    f"no usage can come to this much of `{name}`",
                    at,
                    f"a usage record holds up to {most}",
                    "correct the number or its unit",
                )
            )


def _quantities(ground: Ground) -> Iterator[tuple[str, int, str, Span]]:
    for rate in ground.plan.rates:
        dimension = ground.units.dimension_of(rate.match.service, rate.of)
        for tier in rate.tiers.tiers if rate.tiers else ():
            if tier.bound is not None and dimension != "money":
                yield rate.id, tier.bound, dimension, tier.at
        for free in rate.free:
            if free.kind == "quantity":
                yield rate.id, int(free.amount), dimension, free.at
        for price in rate.prices:
            if price.first is not None:
                yield rate.id, price.first, dimension, price.at
    for allowance in ground.plan.allowances:
        for grant in allowance.grants:
            if grant.money is None:
                yield allowance.id, grant.quantity, allowance.dimension, grant.at
