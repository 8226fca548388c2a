"""Fees as prices: one for each amount or tier, and one for leaving before the term ends."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.export.tmf620.frame import PriceFrame
from ratedsl.export.tmf620.parts import Resource, bounds, money
from ratedsl.plan.model import Fee, Period


def fee_prices(frame: PriceFrame, fee: Fee) -> Iterator[Resource]:
    """The prices of a fee."""
    currency = fee.currency or frame.plan.currency
    held = fee.item if fee.scope == "item" else fee.scope
    extra: Resource = {"unitOfMeasure": {"amount": 1, "units": held}}
    if fee.description:
        extra["description"] = fee.description
    if fee.term is not None:
        extra["productOfferingTerm"] = list(terms(fee))
    extra |= frame.tax(("fees", fee.id, fee.category))
    for one in fee.amounts:
        once = one.span == "once"
        span: Resource = (
            {}
            if once
            else {
                "recurringChargePeriodType": one.span,
                "recurringChargePeriodLength": one.every,
            }
        )
        kind = "oneTime" if once else "recurring"
        if not fee.tier_mode:
            made = frame.price(fee.id, fee.title, kind, one.period)
            yield made | extra | span | {"price": money(one.amount, currency)}
            continue
        below = 0
        for tier in fee.tiers:
            made = frame.price(fee.id, fee.title, kind, tier.period)
            held_range = bounds(held, below + 1, tier.limit, held, fee.tier_mode, flat=tier.flat)
            below = tier.limit or below
            price = {"price": money(tier.amount, currency)}
            yield made | extra | span | price | {"prodSpecCharValueUse": held_range}
    if fee.term is not None and fee.term.leaving is not None:
        made = frame.price(
            f"{fee.id}:leaving", f"{fee.title or fee.id}, leaving", "penalty", Period()
        )
        yield made | {"price": money(fee.term.leaving, currency)}


def terms(fee: Fee) -> Iterator[Resource]:
    """The minimum term of a fee, if it has one."""
    if fee.term is not None:
        yield {
            "name": f"{fee.title or fee.id}: {fee.term.count} {fee.term.span}",
            "duration": {"amount": fee.term.count, "units": fee.term.span},
            "@type": "ProductOfferingTerm",
        }
