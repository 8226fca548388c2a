"""What a discount would take off its charges: percentages, amounts, and tiers of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.lang.source import Span
from ratedsl.plan.model import Discount, DiscountTier, DiscountTiers
from ratedsl.rating.words import show_amount

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one fact of a discount would take off its charges, and what it took in the end."""

    charges: tuple[Charge, ...]
    wanted: Fraction
    rate: str
    about: str
    at: Span
    off: Fraction = ZERO
    tiers: tuple[DiscountTier, ...] = ()

    @property
    def words(self) -> str:
        """What was taken off, in words."""
        return f"{self.rate} of {self.about}: {show_amount(self.off)}"

    def taken(self, off: Fraction) -> Offer:
        """The offer with what it took."""
        return replace(self, off=off)


def offers_of(
    discount: Discount,
    charges: Sequence[Charge],
    gross: Mapping[str, Fraction],
    day: date,
    carried: Fraction,
    *,
    anew: bool,
) -> Iterator[Offer]:
    """The offers of a discount in turn; each looks at what the ones before it left.

    One that is `added` takes its percentage of the charges before any discount, which are in
    `gross`. `carried` comes on top of an amount; where nothing is given `anew` it is all there is.
    """

    def base_of(chosen: Sequence[Charge]) -> Fraction:
        added = discount.stacks == "added"
        return sum((gross[one.key] if added else one.net for one in chosen), ZERO)

    if discount.tiers is not None:
        tiers = discount.tiers
        chosen = tuple(one for one in charges if one.is_of(tiers.of))
        base = base_of(chosen)
        if base > 0:
            wanted, rate, reached = _tiered(tiers, chosen, base, day)
            about = f"{', '.join(tiers.of)} ({show_amount(base)})"
            yield Offer(chosen, wanted, rate, about, tiers.at, tiers=reached)
        return
    for step in discount.steps:
        chosen = tuple(
            one for one in charges if one.is_of(step.of) and step.period.holds(one.supplied)
        )
        base = base_of(chosen)
        about = f"{', '.join(step.of)} ({show_amount(base)})"
        if step.percent is not None:
            if base > 0:
                wanted = base * Fraction(step.percent) / 100
                yield Offer(chosen, wanted, f"{step.percent}%", about, step.at)
            continue
        assert step.amount is not None
        given = Fraction(step.amount) if anew and (chosen or discount.carries) else ZERO
        rate = f"{step.amount}" if not carried else f"{show_amount(given + carried)}"
        if chosen or step.period.holds(day):
            yield Offer(chosen, given + carried, rate, about, step.at)
            carried = ZERO


def _tiered(
    tiers: DiscountTiers, charges: Sequence[Charge], base: Fraction, day: date
) -> tuple[Fraction, str, tuple[DiscountTier, ...]]:
    """What tiers take off an amount, at what rate in words, and the tiers that it lies in."""
    held = [one for one in tiers.tiers if one.period.holds(day)]
    if not held:
        return ZERO, "0%", ()
    if tiers.dimension:
        used = sum(one.units for one in charges if one.dimension == tiers.dimension)
        reached = _reached(held, Fraction(used))
        return base * Fraction(reached.percent) / 100, f"{reached.percent}%", (reached,)
    if tiers.mode == "volume":
        reached = _reached(held, base)
        return base * Fraction(reached.percent) / 100, f"{reached.percent}%", (reached,)
    wanted, floor = ZERO, ZERO
    through = []
    for tier in held:
        top = base if tier.bound is None else min(base, Fraction(tier.bound))
        if top > floor:
            wanted += (top - floor) * Fraction(tier.percent) / 100
            floor = top
            through.append(tier)
    return wanted, f"up to {_reached(held, base).percent}%", tuple(through)


def _reached(tiers: Sequence[DiscountTier], total: Fraction) -> DiscountTier:
    for tier in tiers:
        if tier.bound is None or total < tier.bound or (total == tier.bound and tier.inclusive):
            return tier
    return tiers[-1]
