"""What a number of units costs: unit prices, blocks and tiers, in exact rationals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from ratedsl.plan.model import Increments, Rate, Tier, UnitPrice
from ratedsl.rating.parts import ZERO


def billed_units(units: int, increments: Increments | None) -> int:
    """`units` brought to whole increments; none used, none billed (language, "billed")."""
    if increments is None or units <= 0:
        return max(units, 0)
    if increments.block:
        size = increments.steps[0].size
        return (units if increments.block == "full" else units + size // 2) // size * size
    reached = 0
    for step in increments.steps:
        end = step.until
        if end is None or units < end or (units == end and not increments.edge_next):
            blocks = -(-(units - reached) // step.size)
            if increments.edge_next and (units - reached) % step.size == 0:
                blocks += 1
            return reached + blocks * step.size
        reached += -(-(end - reached) // step.size) * step.size
        if units <= reached and not increments.edge_next:
            return reached
    raise AssertionError("the last block of increments has no end")


def increments_in(rate: Rate | None, window: str) -> Increments | None:
    """The increments of a window, else those of all times."""
    if rate is None or not rate.increments:
        return None
    for one in rate.increments:
        if one.window == window:
            return one
    return next((one for one in rate.increments if not one.window), None)


@lru_cache(maxsize=4096)
def exact(amount: Decimal) -> Fraction:
    """The decimal as a rational; a plan has few amounts, and each is used for many events."""
    return Fraction(amount)


def cost(price: UnitPrice, units: int) -> Fraction:
    """What `units` cost at a unit price: pro rata, or by started, full or nearest blocks.

    Half a block is nearest to the whole one.

    A percentage is priced by `share`, since it is of an event's value.
    """
    if price.block == "started":
        return exact(price.amount) * -(-units // price.per)
    if price.block == "full":
        return exact(price.amount) * (units // price.per)
    if price.block == "nearest":
        return exact(price.amount) * ((2 * units + price.per) // (2 * price.per))
    amount = exact(price.amount)
    return Fraction(amount.numerator * units, amount.denominator * price.per)


def share(price: UnitPrice, value: Fraction) -> Fraction:
    """What an event of a value costs by a percentage price, its fixed amount included."""
    assert price.percent is not None
    return value * Fraction(price.percent) / 100 + Fraction(price.plus)


def tier_cost(tiers: Sequence[Tier], mode: str, total: int) -> Fraction:
    """What a running total of units costs by its tiers, flat amounts included.

    `graduated` and `package` price each part of the total in the tier in which it lies,
    `volume` and `stair-step` the whole of it in the tier that it reaches. A rejected tier
    costs nothing here: its units are rejected before they are priced. Nothing used costs
    nothing but what is flat at zero.
    """
    if total <= 0:
        return Fraction(tiers[0].flat) if tiers and tiers[0].flat_at_zero else ZERO
    if mode in ("volume", "stair-step"):
        reached = next(tier for tier in tiers if reaches(tier, total))
        return _tier_price(reached, total)
    charge = ZERO
    floor = 0
    for tier in tiers:
        if total <= floor:
            break
        top = total if tier.bound is None else min(total, tier.bound)
        part = _tier_price(tier, top - floor)
        charge = charge + part if charge else part
        floor = top if tier.bound is None else tier.bound
    return charge


def cost_between(tiers: Sequence[Tier], mode: str, before: int, after: int) -> Fraction:
    """What a running total that was above nothing costs more when it goes on: exactly
    `tier_cost` of the total after less that of the total before.

    Parts that both totals have cost the same in both, and are not looked at.
    """
    if mode in ("volume", "stair-step"):
        return tier_cost(tiers, mode, after) - tier_cost(tiers, mode, before)
    charge = ZERO
    floor = 0
    for tier in tiers:
        if after <= floor:
            break
        top = after if tier.bound is None else min(after, tier.bound)
        if top > before:
            if floor < before:
                part = _goes_on(tier, before - floor, top - floor)
            else:
                part = _tier_price(tier, top - floor)
            charge = charge + part if charge else part
        floor = top if tier.bound is None else tier.bound
    return charge


def _goes_on(tier: Tier, before: int, after: int) -> Fraction:
    """What more units of a tier cost: its flat amount is paid, and blocks may be begun."""
    if tier.price is None:
        return ZERO
    if not tier.price.block:
        return cost(tier.price, after - before)
    return cost(tier.price, after) - cost(tier.price, before)


def rejected_from(tiers: Sequence[Tier]) -> int | None:
    """The total from which on usage is rejected, or None if all of it is priced."""
    floor = 0
    for tier in tiers:
        if tier.rejected:
            return floor
        floor = tier.bound or floor
    return None


def reaches(tier: Tier, total: int) -> bool:
    """Whether a total lies in the tier, or in one before it."""
    if tier.bound is None:
        return True
    return total <= tier.bound if tier.inclusive else total < tier.bound


def _tier_price(tier: Tier, units: int) -> Fraction:
    charge = exact(tier.flat) if units > 0 and tier.flat else ZERO
    if tier.price is None:
        return charge
    price = cost(tier.price, units)
    return charge + price if charge else price
