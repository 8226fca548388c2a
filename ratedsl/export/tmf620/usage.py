"""Rates as prices: one for each price, tier and fee per event, with the usage that it is for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ratedsl.export.tmf620.frame import PriceFrame
from ratedsl.export.tmf620.parts import Resource, base_unit, bounds, money, places, ruled, use
from ratedsl.plan.model import Period, Rate, Tier, UnitPrice


def rate_prices(frame: PriceFrame, rate: Rate) -> Iterator[Resource]:
    """The prices of a rate."""
    currency = rate.currency or frame.plan.currency
    tax = frame.tax(("usage", rate.id, rate.category, rate.match.service))
    if rate.description:
        tax["description"] = rate.description
    match = [use("service", rate.match.service), *places(rate.match.to, rate.match.roaming)]
    match += ruled(rate.conditions, rate.order)

    def made(kind: str, period: Period, window: str, more: list[Resource]) -> Resource:
        uses = [*match, *([use("window", window)] if window else []), *more]
        name = rate.id if not kind else f"{rate.id}:{kind}"
        title = rate.title or rate.id
        head = frame.price(name, f"{title}, {kind}" if kind else title, "usage", period)
        return head | tax | {"prodSpecCharValueUse": uses}

    for fee in rate.fees:
        unit = {"unitOfMeasure": {"amount": 1, "units": "event"}}
        head = made(fee.kind, fee.period, fee.window, [])
        yield head | unit | {"price": money(fee.amount, currency)}
    for one in rate.prices:
        if one.price.percent is None:
            yield made("", one.period, one.window, []) | _unit(one.price, currency)
    if rate.tiers is None:
        return
    dimension = frame.plan.measures().dimension_of(rate.match.service, rate.of)
    base = base_unit(dimension, by_event=rate.basis == "event")
    below = 0
    for tier in rate.tiers.tiers:
        held_range = bounds(
            "quantity",
            below,
            tier.bound,
            base,
            rate.tiers.mode,
            flat=False,
            inclusive=tier.inclusive,
        )
        span = [use("counted per", rate.tiers.span), use("counted for", rate.tiers.who)]
        head = made("", tier.period, "", [*held_range, *span])
        below = tier.bound if tier.bound is not None else below
        yield head | _tier(tier, currency)


def _tier(tier: Tier, currency: str) -> Resource:
    if tier.rejected:
        return {"description": "usage in this tier is rejected"}
    if tier.price is not None and not tier.flat:
        return _unit(tier.price, currency)
    found: Resource = {"price": money(tier.flat, currency)}
    if tier.price is not None:
        found["description"] = f"{tier.flat:f} {currency} and {tier.price.text}"
    return found


def _unit(price: UnitPrice, currency: str) -> Resource:
    """A price per unit: `unitOfMeasure` holds what it is for, such as 1 GB or 50 GB."""
    words = price.text.split(" per ", 1)[1].split()
    words = [one for one in words if one not in ("started", "full", "nearest")]
    amount = Decimal(words[0]) if len(words) > 1 else Decimal(1)
    found: Resource = {
        "price": money(price.amount, currency),
        "unitOfMeasure": {"amount": amount, "units": words[-1]},
    }
    if price.block:
        found["description"] = f"per {price.block} {' '.join(words)}"
    return found
