"""A plan as it holds for lines that signed up on a day and keep the prices of that day."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import TypeVar

from ratedsl.plan.calendar import moved
from ratedsl.plan.model import Dated, Period, Plan, Rate
from ratedsl.plan.timeline import cuts

D = TypeVar("D", bound=Dated)


def kept_until(plan: Plan, signup: date) -> date | None:
    """The day on which a line that signed up on a day gets current prices; None for never."""
    keeps = plan.keeps
    assert keeps is not None
    months = moved(signup, "month", keeps.months) if keeps.months is not None else None
    return min((day for day in (months, keeps.until) if day is not None), default=None)


def signed_up(plan: Plan, signup: date) -> Plan:
    """The plan with the amounts of fees, the prices, fees per event and tiers of rates, and the
    grants of allowances that were in force on the day of the signup, until the line is moved.

    Where none was in force on that day, the first one after it is the line's own.
    """
    if plan.keeps is None:
        return plan
    until = kept_until(plan, signup)
    if until is not None and until <= signup:
        return plan

    def keep(found: Sequence[D], key: Callable[[D], Hashable] = lambda _: "") -> tuple[D, ...]:
        groups: dict[Hashable, list[D]] = {}
        for one in found:
            groups.setdefault(key(one), []).append(one)
        return tuple(one for group in groups.values() for one in _kept(group, signup, until))

    def rate(one: Rate) -> Rate:
        tiers = one.tiers
        if tiers is not None:
            kept = keep(tiers.tiers, lambda tier: (tier.bound, tier.inclusive))
            tiers = tiers.model_copy(update={"tiers": kept})
        return one.model_copy(
            update={
                "prices": keep(one.prices, lambda price: (price.window, price.first)),
                "fees": keep(one.fees, lambda fee: (fee.kind, fee.window)),
                "tiers": tiers,
            }
        )

    return plan.model_copy(
        update={
            "fees": tuple(
                one.model_copy(update={"amounts": keep(one.amounts)}) for one in plan.fees
            ),
            "rates": tuple(rate(one) for one in plan.rates),
            "allowances": tuple(
                one.model_copy(update={"grants": keep(one.grants)}) for one in plan.allowances
            ),
        }
    )


def kept_dates(plan: Plan) -> list[date]:
    """The dates on which anything changes that a line may keep."""
    found: list[Dated] = []
    for rate in plan.rates:
        found += [*rate.prices, *rate.fees, *(rate.tiers.tiers if rate.tiers else ())]
    for fee in plan.fees:
        found += fee.amounts
    for allowance in plan.allowances:
        found += allowance.grants
    return cuts(one.period for one in found)


def _kept(group: list[D], signup: date, until: date | None) -> list[D]:
    ordered = sorted(group, key=lambda one: one.period.start or date.min)
    held = next((one for one in ordered if one.period.holds(signup)), None)
    held = held or next((one for one in ordered if (one.period.start or date.min) > signup), None)
    if held is None:
        return group
    kept = [held.model_copy(update={"period": Period(start=held.period.start, end=until)})]
    if until is None:
        return kept
    if held.period.start is not None and held.period.start >= until:
        return group
    for one in ordered:
        if one.period.end is None or one.period.end > until:
            start = max(one.period.start or date.min, until)
            kept.append(one.model_copy(update={"period": Period(start=start, end=one.period.end)}))
    return kept
