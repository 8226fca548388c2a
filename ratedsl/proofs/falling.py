"""W550: a bill that falls when usage, or what a line holds, grows.

What tiers charge is a step-wise straight line, so it can fall at their bounds only: there it is
worked out on both sides, exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Expectation, Fee, Given, PlanTest, Rate, Tier
from ratedsl.proofs.cells import Cell, Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import charge_of, charging, test_of
from ratedsl.proofs.words import length, money
from ratedsl.rating.dated import tiers_on
from ratedsl.rating.pricing import tier_cost

_HELP = (
    "charge by `graduated` tiers, or give the next tier a `flat` that makes up for it; "
    "if it is meant, say so: `# allow W550: the reason`"
)


def prove_bills_grow(ground: Ground) -> Iterator[Finding]:
    """One finding for each rate and fee: the first bound at which it falls."""
    for rate in ground.plan.rates:
        cell = ground.cell_of(rate)
        if rate.tiers is None or cell is None or rate.adds_to or rate.basis == "event":
            continue
        tiers = tiers_on(rate, ground.times.first)
        if any(one.also for one in tiers):
            continue
        for tier, more in _falls(tiers, rate.tiers.mode):
            finding = _rate(ground, rate, cell, tier, more)
            if finding is not None:
                yield finding
                break
    for fee in ground.plan.fees:
        finding = _fee(ground, fee)
        if finding is not None:
            yield finding


def _falls(tiers: Sequence[Tier], mode: str) -> Iterator[tuple[int, int]]:
    """A total up to a bound, and a larger one that costs less; easy to read, if there is one."""
    for tier, after in itertools.pairwise(tiers):
        if tier.bound is None or tier.rejected or after.rejected:
            continue
        low = tier.bound if tier.inclusive else tier.bound - 1
        unit = after.price.per if after.price is not None else 1
        for more in (low + unit, low + 1):
            if more <= low or (after.bound is not None and more > after.bound):
                continue
            if tier_cost(tiers, mode, more) < tier_cost(tiers, mode, low):
                yield low, more
                break


def _rate(ground: Ground, rate: Rate, cell: Cell, low: int, more: int) -> Finding | None:
    """The finding as the engine charges it, what allowances cover used up first."""
    held = sum(max((grant.quantity for grant in one.grants), default=0) for one in cell.included)
    for before in dict.fromkeys((0, held)):
        smaller, larger = cell.usage.of(low + before), cell.usage.of(more + before)
        less = charge_of(ground.tables, test_of("x", [larger]))
        much = charge_of(ground.tables, test_of("x", [smaller]))
        if less is None or much is None or less >= much:
            continue
        dimension = ground.units.dimension_of(cell.usage.service)
        names = [length(one.quantity, dimension, ground.units) for one in (smaller, larger)]
        currency = ground.plan.currency
        lower, higher = money(less, currency), money(much, currency)
        assert rate.tiers is not None
        return Finding(
            Diagnostic(
                "W550",
                f"{names[1]} cost less than {names[0]}: {lower} against {higher}",
                rate.tiers.at,
                f"falls above {length(low, dimension, ground.units)}",
                _HELP,
            ),
            (
                charging(f"what {names[0]} cost", [smaller], much),
                charging(f"what {names[1]} cost, which is less", [larger], less),
            ),
        )
    return None


def _fee(ground: Ground, fee: Fee) -> Finding | None:
    """A fee by volume of which one thing more makes all of them cheaper than it costs."""
    if fee.tier_mode != "volume" or fee.scope != "item" or fee.conditions or not fee.amounts:
        return None
    amount = fee.amounts[0]
    if fee.waived or fee.reduced_for or fee.currency or amount.timing != "arrears":
        charged_in_arrears = amount.timing == "arrears"
    else:
        charged_in_arrears = True
    for tier, after in zip(fee.tiers, fee.tiers[1:], strict=False):
        if tier.limit is None:
            continue
        many = tier.limit
        much = tier.amount if tier.flat else tier.amount * many
        less = after.amount if after.flat else after.amount * (many + 1)
        if less >= much:
            continue
        cycle = ground.tables.cycles.after(ground.tables.cycles.on(ground.times.first))
        after_next = ground.tables.cycles.after(cycle)
        on = cycle.end if charged_in_arrears else after_next.start
        tests = tuple(
            PlanTest(
                title=f"what {number} of it cost",
                given=(
                    Given(kind="started", day=cycle.start),
                    Given(kind="held", number=Decimal(number), record=fee.item),
                ),
                bills=(on,),
                expectations=(Expectation(what="item", record=fee.id, money=cost, bill=on),),
            )
            for number, cost in ((many, much), (many + 1, less))
        )
        return Finding(
            Diagnostic(
                "W550",
                f"{many + 1} {fee.item} cost less than {many}: "
                f"{money(less, ground.plan.currency)} against {money(much, ground.plan.currency)}",
                after.at if after.at.line else fee.at,
                f"falls above {many}",
                _HELP,
            ),
            tests if amount.timing == "arrears" else (),
        )
    return None
