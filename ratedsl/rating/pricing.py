"""What a number of units costs: unit prices, blocks and tiers, in exact rationals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ratedsl.plan.model import Increments, Tier, UnitPrice

ZERO = Fraction(0)


def billed_units(units: int, increments: Increments | None) -> int:
    """`units` filled up to whole increments; none used, none billed (language, "billed")."""
    if increments is None or units <= 0:
        return max(units, 0)
    if units <= increments.first:
        return increments.first
    rest = units - increments.first
    return increments.first + -(-rest // increments.then) * increments.then


def cost(price: UnitPrice, units: int) -> Fraction:
    """What `units` cost at a unit price: pro rata, or by started or full blocks."""
    if price.block == "started":
        return Fraction(price.amount) * -(-units // price.per)
    if price.block == "full":
        return Fraction(price.amount) * (units // price.per)
    numerator, denominator = price.amount.as_integer_ratio()
    return Fraction(numerator * units, denominator * price.per)


def tier_cost(tiers: Sequence[Tier], mode: str, total: int) -> Fraction:
    """What a running total of units costs by its tiers, flat amounts included.

    `graduated` prices each part of the total in the tier in which it lies, `volume` the
    whole of it in the tier that it reaches. A rejected tier costs nothing here: its units
    are rejected before they are priced. Nothing used costs nothing.
    """
    if total <= 0:
        return ZERO
    if mode == "volume":
        reached = next(tier for tier in tiers if _reaches(tier, total))
        return _tier_price(reached, total)
    charge = ZERO
    floor = 0
    for tier in tiers:
        if total <= floor:
            break
        top = total if tier.bound is None else min(total, tier.bound)
        charge += _tier_price(tier, top - floor)
        floor = top if tier.bound is None else tier.bound
    return charge


def rejected_from(tiers: Sequence[Tier]) -> int | None:
    """The total from which on usage is rejected, or None if all of it is priced."""
    floor = 0
    for tier in tiers:
        if tier.rejected:
            return floor
        floor = tier.bound or floor
    return None


def _reaches(tier: Tier, total: int) -> bool:
    if tier.bound is None:
        return True
    return total <= tier.bound if tier.inclusive else total < tier.bound


def _tier_price(tier: Tier, units: int) -> Fraction:
    charge = Fraction(tier.flat) if units > 0 else ZERO
    if tier.price is not None:
        charge += cost(tier.price, units)
    return charge
