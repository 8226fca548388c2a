"""Reductions and shares in plain text: discounts, commissions, and the parties to settle with."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.plan.model import Commission, Discount, DiscountTier, Party, Plan
from ratedsl.report.show.words import (
    Rows,
    counted,
    dated,
    money,
    named,
    ordered,
    paid_words,
    rounding_words,
    when,
)


def discount_rows(one: Discount, plan: Plan) -> Rows:
    """All that a discount says."""
    return [named(one.title, one.id), *_off(one, plan), *_terms(one, plan)]


def _off(one: Discount, plan: Plan) -> Iterator[str]:
    tail = f"{one.applies} tax"
    for step in one.steps:
        off = f"{step.percent:f}%" if step.percent is not None else ""
        if step.amount is not None:
            off = money(step.amount, plan.currency)
        yield dated(f"{off} off {', '.join(step.of)}, {tail}", step.period)
    if one.tiers is not None:
        yield f"{one.tiers.mode} of {', '.join(one.tiers.of)}, {tail}"
        for tier in one.tiers.tiers:
            yield dated(_tier(tier, one.tiers.dimension, plan), tier.period)


def _tier(tier: DiscountTier, dimension: str, plan: Plan) -> str:
    if tier.bound is None:
        return f"above: {tier.percent:f}%"
    bound = money(tier.bound, plan.currency)
    if dimension:
        bound = plan.measures().show(int(tier.bound), dimension)
    return f"{'up to' if tier.inclusive else 'below'} {bound}: {tier.percent:f}%"


def _terms(one: Discount, plan: Plan) -> Iterator[str]:
    if one.scope == "line":
        yield "for each line"
    if one.stacks:
        yield f"stacks {one.stacks}"
    if one.spread != "amount":
        yield f"spread {one.spread}"
    if one.code:
        yield f"with the code {one.code}"
    if one.limit is not None:
        yield f"at most {money(one.limit, plan.currency)} per {one.limit_per}"
    if one.lasts is not None:
        yield f"lasts {counted(one.lasts, one.lasts_in)}"
    if one.carries:
        yield "what is left carries over"
    yield from when(one.conditions)
    yield from ordered(one.order)


def commission_rows(one: Commission) -> Rows:
    """A share of charges, and between whom it flows."""
    rows = [named(one.title, one.id), *paid_words(one.payer, one.payee)]
    rows += [dated(f"{step.percent:f}% of {', '.join(step.of)}", step.period) for step in one.steps]
    return [*rows, f"counting {one.counting} discounts"]


def party_rows(one: Party) -> Rows:
    """In which money a party is settled with, and how it is rounded."""
    rows = [f"{named(one.title, one.id)}: settled in {one.currency}"]
    return [*rows, *(f"rounding {rounding_words(each, one.currency)}" for each in one.rounding)]
