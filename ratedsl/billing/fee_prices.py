"""What held things cost in a period: the fee's amount, its introduction, or its tiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ratedsl.billing.holding import Holding
from ratedsl.plan.model import Fee, FeeAmount, FeeTier
from ratedsl.rating.words import show_amount


def introductory(fee: Fee, amount: FeeAmount, number: int) -> Decimal:
    """The fee's amount in its period of that number, waived or reduced at first."""
    if number < fee.waived:
        return Decimal(0)
    if fee.reduced is not None and number < fee.waived + fee.reduced_for:
        return fee.reduced
    return amount.amount


def stepped(
    fee: Fee, holders: Sequence[Holding], holding: Holding, day: date
) -> tuple[Fraction, str]:
    """What a holding costs in a period from `day` by the fee's tiers, and how in words.

    Things are counted in the order in which they were taken up. Graduated tiers price each
    one where it stands; volume tiers price all by how many are held on the day.
    """
    tiers = [tier for tier in fee.tiers if tier.period.holds(day)]
    held = [one for one in holders if one.start <= day and (one.end is None or one.end > day)]
    if fee.scope != "line":
        held = [one for one in held if one.line == holding.line]
    order = (holding.start, holding.line)
    before = sum(one.quantity for one in held if (one.start, one.line) < order)
    if fee.tier_mode == "graduated":
        upto = before + holding.quantity
        amount = _graduated(tiers, upto) - _graduated(tiers, before)
        return amount, f"{holding.quantity} after {before}: {show_amount(amount)}"
    total = sum(one.quantity for one in held)
    amount = _volume(tiers, total) * holding.quantity / total if total else Fraction(0)
    return amount, f"{holding.quantity} of {total}: {show_amount(amount)}"


def _graduated(tiers: Sequence[FeeTier], count: int) -> Fraction:
    total, below = Fraction(0), 0
    for tier in tiers:
        if count <= below:
            break
        inside = (count if tier.limit is None else min(count, tier.limit)) - below
        total += Fraction(tier.amount) * (1 if tier.flat else inside)
        below += inside
    return total


def _volume(tiers: Sequence[FeeTier], count: int) -> Fraction:
    for tier in tiers:
        if count and (tier.limit is None or count <= tier.limit):
            return Fraction(tier.amount) * (1 if tier.flat else count)
    return Fraction(0)
