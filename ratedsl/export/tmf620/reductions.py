"""Allowances and discounts as prices, with the usage and the prices that they make cheaper."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ratedsl.export.tmf620.frame import PriceFrame
from ratedsl.export.tmf620.parts import Resource, money, places, ruled, use
from ratedsl.plan.model import Allowance, Discount


def allowance_prices(frame: PriceFrame, one: Allowance) -> Iterator[Resource]:
    """The prices of an allowance: what it grants."""
    measures = frame.plan.measures()
    uses = []
    for cover in one.covers:
        uses.append(use("service", cover.match.service))
        uses += places(cover.match.to, cover.match.roaming)
        if cover.window:
            uses.append(use("window", cover.window))
        uses += ruled(cover.conditions, None)
        if (cover.counted, cover.drawn) != (1, 1):
            counted = measures.show(cover.counted, measures.dimension_of(cover.match.service))
            words = f"{counted} as {measures.show(cover.drawn, one.dimension)}"
            uses.append(use("counting", words))
    uses += [use("held by", one.scope), *ruled((), one.order)]
    for grant in one.grants:
        made = frame.price(one.id, one.title, "allowance", grant.period)
        made |= {
            "recurringChargePeriodType": one.span,
            "recurringChargePeriodLength": one.count,
            "prodSpecCharValueUse": uses,
        }
        if grant.money is not None:
            yield made | {"price": money(grant.money, frame.plan.currency)}
            continue
        size = measures.by_name[grant.unit].size
        amount = Decimal(grant.quantity) / size
        yield made | {"unitOfMeasure": {"amount": amount, "units": grant.unit}}


def discount_prices(frame: PriceFrame, one: Discount, prices: list[Resource]) -> Iterator[Resource]:
    """The prices of a discount, tied to those that it reduces."""
    for step in one.steps:
        made = frame.price(one.id, one.title, "discount", step.period)
        made["popRelationship"] = [
            {
                "id": price["id"],
                "name": price["name"],
                "relationshipType": "discounts",
                "@type": "ProductOfferingPriceRelationship",
            }
            for price in prices
            if price["id"].split(":")[0] in step.of
        ]
        made["prodSpecCharValueUse"] = [
            *(use("of", name) for name in step.of),
            *ruled(one.conditions, one.order),
        ]
        if step.percent is not None:
            made["percentage"] = step.percent
        elif step.amount is not None:
            made["price"] = money(step.amount, frame.plan.currency)
        yield made
