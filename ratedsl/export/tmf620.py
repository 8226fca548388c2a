"""A plan as TM Forum's TMF620 resources (4.1): an offering, its specification and its prices.

Each price is a resource of its own with its amount, its unit, its period and its taxes. What
the standard has no field for is listed, and named by the plan's hash as the logic that prices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from ratedsl.documents.prices import is_plain_percent
from ratedsl.export.carried import Loss, losses
from ratedsl.export.tmf620_parts import (
    Resource,
    base_unit,
    bounds,
    characteristic,
    money,
    places,
    ruled,
    use,
)
from ratedsl.plan.model import (
    Allowance,
    Discount,
    Fee,
    Period,
    Plan,
    Rate,
    Tax,
    Tier,
    UnitPrice,
)

CARRIED: dict[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "Plan": "id title currency",
        "Period": "start end",
        "Issuer": "id title",
        "Contract": "id title access speeds latency identifier",
        "Speed": "way kind amount unit",
        "Fee": "id title scope item amounts tiers term description currency tier_mode",
        "FeeAmount": "period amount span every",
        "FeeTier": "period limit amount flat",
        "Term": "count span leaving",
        "Rate": "id title match prices tiers fees basis description currency conditions order",
        "Match": "service to roaming",
        "Price": "period price window",
        "EventFee": "period kind amount window",
        "UnitPrice": "amount per text block",
        "Tiers": "mode span who tiers",
        "Test": "attribute operator values number unit base dimension",
        "Tier": "period bound inclusive price flat rejected",
        "Allowance": "id title dimension grants covers span count scope order",
        "Grant": "period quantity unit money",
        "Covers": "match window conditions counted drawn",
        "Discount": "id title steps conditions order",
        "DiscountStep": "period percent amount of",
    }.items()
}
"""The fields of each kind of element that a resource holds."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The resources of a plan, and what they do not hold."""

    offering: Resource
    specification: Resource
    prices: list[Resource]
    lost: list[Loss]

    def resources(self) -> Resource:
        """All of it as one object, ready for `exact_json`."""
        return {
            "productOffering": self.offering,
            "productSpecification": self.specification,
            "productOfferingPrice": self.prices,
            "notCarried": [one.words for one in self.lost],
        }


def product_catalog(plan: Plan) -> Catalog:
    """The plan's catalog at all times: dated facts are resources valid for their period."""
    return _Export(plan).catalog()


class _Export:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.zone = ZoneInfo(plan.timezone)
        carried = {f"tax {tax.id}" for tax in plan.taxes if _is_carried(tax)}
        self.lost = [one for one in losses(plan, CARRIED) if one.record not in carried]
        self.algorithm = [
            {
                "id": plan.content_hash,
                "name": "ratedsl",
                "description": f"rated by the plan `{plan.id}` with this hash; not in this "
                f"resource: {len(self.lost)} facts, listed with the catalog",
                "plaSpecId": "ratedsl",
                "@type": "PricingLogicAlgorithm",
            }
        ]
        self.ids: set[str] = set()

    def catalog(self) -> Catalog:
        plan = self.plan
        prices = [
            *(price for fee in plan.fees for price in self._fee(fee)),
            *(price for rate in plan.rates for price in self._rate(rate)),
            *(price for one in plan.allowances for price in self._allowance(one)),
        ]
        prices += [price for one in plan.discounts for price in self._discount(one, prices)]
        specification = self._specification()
        offering: Resource = {
            "id": plan.id,
            "name": plan.title or plan.id,
            "version": plan.content_hash,
            "isBundle": False,
            "isSellable": True,
            "lifecycleStatus": "Active",
            "productSpecification": {
                "id": specification["id"],
                "name": specification["name"],
                "@type": "ProductSpecificationRef",
            },
            "productOfferingPrice": [
                {
                    "id": one["id"],
                    "name": one["name"],
                    "@type": "ProductOfferingPriceRef",
                    "@referredType": "ProductOfferingPrice",
                }
                for one in prices
            ],
            "productOfferingTerm": [term for fee in plan.fees for term in self._term(fee)],
            "@type": "ProductOffering",
        }
        offering |= self._valid(plan.sold)
        if self.lost:
            offering["description"] = (
                f"Not carried by TMF620, {len(self.lost)} facts: "
                + "; ".join(one.words for one in self.lost)
            )
        return Catalog(offering, specification, prices, self.lost)

    def _specification(self) -> Resource:
        plan, contract = self.plan, self.plan.contract
        found = []
        if contract is not None:
            if contract.access:
                found.append(characteristic("access", contract.access))
            found += [
                characteristic(f"{one.way} {one.kind}", one.amount, one.unit)
                for one in contract.speeds
            ]
            if contract.latency is not None:
                found.append(characteristic("latency", contract.latency, "ms"))
        made: Resource = {
            "id": f"{plan.id}-specification",
            "name": (contract.title if contract is not None else "") or plan.title or plan.id,
            "lifecycleStatus": "Active",
            "productSpecCharacteristic": found,
            "@type": "ProductSpecification",
        }
        if plan.issuer is not None:
            made["brand"] = plan.issuer.title
        if contract is not None and contract.identifier:
            made["productNumber"] = contract.identifier
        return made

    # ---- prices --------------------------------------------------------------------------------

    def _price(self, name: str, title: str, kind: str, period: Period) -> Resource:
        """A price without its amount; the ids of a record's prices are told apart by a number."""
        number, unique = 1, name
        while unique in self.ids:
            number += 1
            unique = f"{name}:{number}"
        self.ids.add(unique)
        made = {
            "id": unique,
            "name": title or name,
            "priceType": kind,
            "isBundle": False,
            "lifecycleStatus": "Active",
            "version": self.plan.content_hash,
            "pricingLogicAlgorithm": self.algorithm,
            "@type": "ProductOfferingPrice",
        }
        return made | self._valid(period)

    def _fee(self, fee: Fee) -> Iterator[Resource]:
        currency = fee.currency or self.plan.currency
        held = fee.item if fee.scope == "item" else fee.scope
        extra: Resource = {"unitOfMeasure": {"amount": 1, "units": held}}
        if fee.description:
            extra["description"] = fee.description
        if fee.term is not None:
            extra["productOfferingTerm"] = list(self._term(fee))
        extra |= self._tax(("fees", fee.id, fee.category))
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
                made = self._price(fee.id, fee.title, kind, one.period)
                yield made | extra | span | {"price": money(one.amount, currency)}
                continue
            below = 0
            for tier in fee.tiers:
                made = self._price(fee.id, fee.title, kind, tier.period)
                held_range = bounds(
                    held, below + 1, tier.limit, held, fee.tier_mode, flat=tier.flat
                )
                below = tier.limit or below
                price = {"price": money(tier.amount, currency)}
                yield made | extra | span | price | {"prodSpecCharValueUse": held_range}
        if fee.term is not None and fee.term.leaving is not None:
            made = self._price(
                f"{fee.id}:leaving", f"{fee.title or fee.id}, leaving", "penalty", Period()
            )
            yield made | {"price": money(fee.term.leaving, currency)}

    def _term(self, fee: Fee) -> Iterator[Resource]:
        if fee.term is not None:
            yield {
                "name": f"{fee.title or fee.id}: {fee.term.count} {fee.term.span}",
                "duration": {"amount": fee.term.count, "units": fee.term.span},
                "@type": "ProductOfferingTerm",
            }

    def _rate(self, rate: Rate) -> Iterator[Resource]:
        currency = rate.currency or self.plan.currency
        tax = self._tax(("usage", rate.id, rate.category, rate.match.service))
        if rate.description:
            tax["description"] = rate.description
        match = [use("service", rate.match.service), *places(rate.match.to, rate.match.roaming)]
        match += ruled(rate.conditions, rate.order)

        def made(kind: str, period: Period, window: str, more: list[Resource]) -> Resource:
            uses = [*match, *([use("window", window)] if window else []), *more]
            name = rate.id if not kind else f"{rate.id}:{kind}"
            title = rate.title or rate.id
            head = self._price(name, f"{title}, {kind}" if kind else title, "usage", period)
            return head | tax | {"prodSpecCharValueUse": uses}

        for fee in rate.fees:
            unit = {"unitOfMeasure": {"amount": 1, "units": "event"}}
            head = made(fee.kind, fee.period, fee.window, [])
            yield head | unit | {"price": money(fee.amount, currency)}
        for one in rate.prices:
            if one.price.percent is None:
                yield made("", one.period, one.window, []) | self._unit(one.price, currency)
        if rate.tiers is None:
            return
        dimension = self.plan.measures().dimension_of(rate.match.service, rate.of)
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
            yield head | self._tier(tier, currency)

    def _tier(self, tier: Tier, currency: str) -> Resource:
        if tier.rejected:
            return {"description": "usage in this tier is rejected"}
        if tier.price is not None and not tier.flat:
            return self._unit(tier.price, currency)
        found: Resource = {"price": money(tier.flat, currency)}
        if tier.price is not None:
            found["description"] = f"{tier.flat:f} {currency} and {tier.price.text}"
        return found

    def _unit(self, price: UnitPrice, currency: str) -> Resource:
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

    def _allowance(self, one: Allowance) -> Iterator[Resource]:
        measures = self.plan.measures()
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
            made = self._price(one.id, one.title, "allowance", grant.period)
            made |= {
                "recurringChargePeriodType": one.span,
                "recurringChargePeriodLength": one.count,
                "prodSpecCharValueUse": uses,
            }
            if grant.money is not None:
                yield made | {"price": money(grant.money, self.plan.currency)}
                continue
            size = measures.by_name[grant.unit].size
            amount = Decimal(grant.quantity) / size
            yield made | {"unitOfMeasure": {"amount": amount, "units": grant.unit}}

    def _discount(self, one: Discount, prices: list[Resource]) -> Iterator[Resource]:
        for step in one.steps:
            made = self._price(one.id, one.title, "discount", step.period)
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
                made["price"] = money(step.amount, self.plan.currency)
            yield made

    # ---- taxes and dates -----------------------------------------------------------------------

    def _tax(self, names: tuple[str, ...]) -> Resource:
        found = []
        for tax in self.plan.taxes:
            if not _is_carried(tax):
                continue
            (step,) = tax.steps
            if {*names, "charges"} & {*step.of}:
                found.append(
                    {
                        "id": tax.id,
                        "taxCategory": tax.title or tax.id,
                        "taxRate": step.percent,
                        "@type": "TaxItem",
                    }
                )
        return {"tax": found} if found else {}

    def _valid(self, period: Period) -> Resource:
        found = {}
        if period.start is not None:
            found["startDateTime"] = self._instant(period.start)
        if period.end is not None:
            found["endDateTime"] = self._instant(period.end)
        return {"validFor": found} if found else {}

    def _instant(self, day: date) -> str:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).isoformat()


def _is_carried(tax: Tax) -> bool:
    """Whether a price can hold the tax: one percentage, at all times, on top of it."""
    plain = is_plain_percent(tax) and tax.added == "on top" and tax.shown == "government tax"
    dated = any(step.period.end is not None for step in tax.steps)
    return plain and len(tax.steps) == 1 and not dated and not tax.exempt
