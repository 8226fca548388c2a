"""A plan as TM Forum's TMF620 resources (4.1): an offering, its specification and its prices.

Each price is a resource of its own with its amount, its unit, its period and its taxes. What
the standard has no field for is listed, and named by the plan's hash as the logic that prices.
"""

from __future__ import annotations

from dataclasses import dataclass

from ratedsl.export.carried import Loss, losses
from ratedsl.export.tmf620.fees import fee_prices, terms
from ratedsl.export.tmf620.frame import PriceFrame, is_carried
from ratedsl.export.tmf620.parts import Resource, characteristic
from ratedsl.export.tmf620.reductions import allowance_prices, discount_prices
from ratedsl.export.tmf620.usage import rate_prices
from ratedsl.plan.model import Plan

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
    carried = {f"tax {tax.id}" for tax in plan.taxes if is_carried(tax)}
    lost = [one for one in losses(plan, CARRIED) if one.record not in carried]
    frame = PriceFrame(plan, len(lost))
    prices = [
        *(price for fee in plan.fees for price in fee_prices(frame, fee)),
        *(price for rate in plan.rates for price in rate_prices(frame, rate)),
        *(price for one in plan.allowances for price in allowance_prices(frame, one)),
    ]
    prices += [price for one in plan.discounts for price in discount_prices(frame, one, prices)]
    specification = _specification(plan)
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
        "productOfferingTerm": [term for fee in plan.fees for term in terms(fee)],
        "@type": "ProductOffering",
    }
    offering |= frame.valid(plan.sold)
    if lost:
        offering["description"] = f"Not carried by TMF620, {len(lost)} facts: " + "; ".join(
            one.words for one in lost
        )
    return Catalog(offering, specification, prices, lost)


def _specification(plan: Plan) -> Resource:
    contract = plan.contract
    found = []
    if contract is not None:
        if contract.access:
            found.append(characteristic("access", contract.access))
        found += [
            characteristic(f"{one.way} {one.kind}", one.amount, one.unit) for one in contract.speeds
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
