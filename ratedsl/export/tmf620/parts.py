"""The small parts of TMF620 resources: amounts, features, and what a price is for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ratedsl.plan.model import Test
from ratedsl.plan.units import UNITS
from ratedsl.report.show.words import conditions

Resource = dict[str, Any]


def money(amount: Decimal, currency: str) -> Resource:
    """An amount with its currency."""
    return {"unit": currency, "value": amount}


def characteristic(name: str, value: object, unit: str = "") -> Resource:
    """A feature of the product."""
    held: Resource = {
        "value": value,
        "isDefault": True,
        "@type": "CharacteristicValueSpecification",
    }
    if unit:
        held["unitOfMeasure"] = unit
    return {
        "name": name,
        "valueType": "string" if isinstance(value, str) else "number",
        "configurable": False,
        "productSpecCharacteristicValue": [held],
        "@type": "ProductSpecificationCharacteristic",
    }


def use(name: str, value: str) -> Resource:
    """A characteristic that a price is for: a service, a place, a window."""
    return {
        "name": name,
        "valueType": "string",
        "productSpecCharacteristicValue": [
            {"value": value, "@type": "CharacteristicValueSpecification"}
        ],
        "@type": "ProductSpecificationCharacteristicValueUse",
    }


def places(to: tuple[str, ...], roaming: tuple[str, ...]) -> list[Resource]:
    """The places that a price is for."""
    return [*(use("to", one) for one in to), *(use("roaming", one) for one in roaming)]


def ruled(tests: tuple[Test, ...], order: int | None) -> list[Resource]:
    """When and in which order a price counts, in the words of the plan."""
    found = [use("when", conditions(tests))] if tests else []
    return found if order is None else [*found, use("order", str(order))]


def bounds(
    name: str,
    low: int,
    high: int | None,
    unit: str,
    mode: str,
    *,
    flat: bool,
    inclusive: bool = True,
) -> list[Resource]:
    """The quantities of a tier, in whole units; an open end has no upper bound."""
    held: Resource = {
        "valueType": "number",
        "valueFrom": low,
        "unitOfMeasure": unit,
        "rangeInterval": "closedTop" if inclusive and high is not None else "open",
        "@type": "CharacteristicValueSpecification",
    }
    if high is not None:
        held["valueTo"] = high
    return [
        {
            "name": name,
            "description": f"{mode} tier{', an amount for all of it' if flat else ''}",
            "valueType": "number",
            "productSpecCharacteristicValue": [held],
            "@type": "ProductSpecificationCharacteristicValueUse",
        }
    ]


def base_unit(dimension: str, *, by_event: bool) -> str:
    """The unit in which quantities of a dimension are whole numbers."""
    if by_event:
        return "event"
    return next(
        (one.name for one in UNITS.values() if one.dimension == dimension and one.size == 1),
        dimension,
    )
