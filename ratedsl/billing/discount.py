"""Discounts: what they take off, in their order, and how it spreads over the charges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from ratedsl.billing.apportion import share_out
from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import Section
from ratedsl.plan.model import Discount, DiscountStep, Plan, Rounding
from ratedsl.rating.conditions import applies_to
from ratedsl.rating.events import Account
from ratedsl.rating.rounding import round_money
from ratedsl.rating.trace import Step
from ratedsl.rating.words import show_amount


def discount_charges(
    plan: Plan,
    side: str,
    charges: Sequence[Charge],
    account: Account,
    since: date | None,
    close: date,
    number: int,
) -> list[Charge]:
    """The discounts before or after tax; each lowers `net` of the charges that it is off.

    `number` counts the bills before this one. Lower `order` first, each on what the ones before
    it left, never below zero. What a discount takes off is spread over its charges by amount,
    to the last cent.
    """
    made = []
    for discount in sorted(plan.discounts, key=lambda one: (one.order or 0, one.id)):
        if discount.applies != side or not applies_to(discount.conditions, account, since, close):
            continue
        if discount.lasts is not None and number >= discount.lasts:
            continue
        charge = _take_off(discount, charges, plan.rounding_for("item"), close)
        if charge is not None:
            made.append(charge)
    return made


def _take_off(
    discount: Discount, charges: Sequence[Charge], rounding: Rounding | None, close: date
) -> Charge | None:
    left = None if discount.limit is None else Fraction(discount.limit)
    total = Fraction(0)
    steps: list[Step] = []
    for step in discount.steps:
        chosen = [one for one in charges if one.is_of(step.of) and step.period.holds(one.supplied)]
        base = sum((one.net for one in chosen), Fraction(0))
        if base <= 0:
            continue
        off = round_money(_wanted(step, base), rounding)
        off = min(off, base) if left is None else min(off, base, left)
        if off <= 0:
            continue
        _spread(discount.id, off, base, chosen, rounding)
        left = None if left is None else left - off
        total += off
        steps.append(Step(_words(step, base, off), step.at))
    if not total:
        return None
    if left == 0:
        steps.append(Step(f"held to the limit of {discount.limit} per invoice", discount.at))
    return Charge(
        key=f"discount:{discount.id}",
        section=Section.DISCOUNTS if discount.applies == "before" else Section.AFTER_TAX,
        record=discount.id,
        title=discount.title or discount.id,
        at=discount.at,
        supplied=close,
        detail=", ".join(_rate(step) for step in discount.steps[-1:]),
        formula=" + ".join(step.words for step in steps),
        exact=-total,
        amount=-total,
        net=Fraction(0),
        steps=tuple(steps),
    )


def _wanted(step: DiscountStep, base: Fraction) -> Fraction:
    if step.percent is not None:
        return base * Fraction(step.percent) / 100
    assert step.amount is not None
    return Fraction(step.amount)


def _rate(step: DiscountStep) -> str:
    return f"{step.percent}%" if step.percent is not None else f"{step.amount}"


def _words(step: DiscountStep, base: Fraction, off: Fraction) -> str:
    what = ", ".join(step.of)
    return f"{_rate(step)} of {what} ({show_amount(base)}): {show_amount(off)}"


def _spread(
    name: str, off: Fraction, base: Fraction, charges: Sequence[Charge], rounding: Rounding | None
) -> None:
    """Lower each charge by its share."""
    quantum = Fraction(rounding.quantum) if rounding else Fraction(1, 10**12)
    keys = [charge.key for charge in charges]
    for charge, share in zip(
        charges, share_out(off, [charge.net for charge in charges], quantum, keys), strict=True
    ):
        charge.net -= share
        charge.discounted[name] = charge.discounted.get(name, Fraction(0)) + share
