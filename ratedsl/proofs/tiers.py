"""W541: a tier per event between two sizes that an event can be billed at."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import PlanTest, Rate, Tier
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import charge_of, charging, test_of
from ratedsl.rating.pricing import billed_units


def prove_tiers_reached(ground: Ground) -> Iterator[Finding]:
    """W541: tiers per event between two sizes that an event can be billed at."""
    for rate in ground.plan.rates:
        tiers = rate.tiers
        if tiers is None or tiers.span != "event" or tiers.mode == "graduated":
            continue
        if any(one.also or one.period.start for one in tiers.tiers):
            continue
        most = _most(rate)
        low = 0
        for tier in tiers.tiers:
            if tier.bound is None:
                if rate.basis == "event" and low >= 1:
                    yield _tier(ground, rate, tier, "an event is one event")
                elif most is not None and _billed(rate, most) <= low:
                    yield _tier(ground, rate, tier, "the rate is for smaller events")
                continue
            least = _least(rate, low)
            high = tier.bound if tier.inclusive else tier.bound - 1
            if least is not None and least > high:
                yield _tier(ground, rate, tier, "no event is billed so much")
            low = high


def _most(rate: Rate) -> int | None:
    """The largest quantity of an event that the conditions let the rate have, if they bound it."""
    bounds = [
        one.base - (one.operator == "<")
        for one in rate.conditions
        if one.attribute == "quantity" and one.operator in ("<", "<=") and one.base is not None
    ]
    return min(bounds, default=None)


def _billed(rate: Rate, units: int) -> int:
    billed = max(units, rate.minimum_units)
    return max((billed_units(billed, one) for one in rate.increments or (None,)), default=billed)


def _least(rate: Rate, above: int) -> int | None:
    """The smallest quantity above another that an event of the rate is billed."""
    if rate.basis == "event":
        return above + 1 if above < 1 else None
    if len(rate.increments) > 1 or (rate.increments and rate.increments[0].block):
        return None
    increments = rate.increments[0] if rate.increments else None
    return billed_units(max(above + 1, rate.minimum_units), increments)


def _tier(ground: Ground, rate: Rate, tier: Tier, why: str) -> Finding:
    cell = ground.cell_of(rate)
    tests: tuple[PlanTest, ...] = ()
    size = tier.bound or _most(rate)
    if cell is not None and size:
        usage = ground.beyond(cell.usage.of(size))
        money = charge_of(ground.tables, test_of("x", [usage]))
        if money is not None:
            tests = (charging("not by this tier", [usage], money),)
    return Finding(
        Diagnostic(
            "W541",
            f"no usage of `{rate.id}` ever reaches this tier",
            tier.at,
            why,
            "let the bounds be those that increments can reach, or take the tier out",
        ),
        tests,
    )
