"""What all prices of a catalog share: their ids, their dates, their taxes, and what prices them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ratedsl.documents.prices import is_plain_percent
from ratedsl.export.tmf620.parts import Resource
from ratedsl.plan.model import Period, Plan, Tax


class PriceFrame:
    """Begins the prices of a plan; `lost` is how many of its facts no resource holds."""

    def __init__(self, plan: Plan, lost: int) -> None:
        self.plan = plan
        self._zone = ZoneInfo(plan.timezone)
        self._ids: set[str] = set()
        self._algorithm = [
            {
                "id": plan.content_hash,
                "name": "ratedsl",
                "description": f"rated by the plan `{plan.id}` with this hash; not in this "
                f"resource: {lost} facts, listed with the catalog",
                "plaSpecId": "ratedsl",
                "@type": "PricingLogicAlgorithm",
            }
        ]

    def price(self, name: str, title: str, kind: str, period: Period) -> Resource:
        """A price without its amount; the ids of a record's prices are told apart by a number."""
        number, unique = 1, name
        while unique in self._ids:
            number += 1
            unique = f"{name}:{number}"
        self._ids.add(unique)
        made = {
            "id": unique,
            "name": title or name,
            "priceType": kind,
            "isBundle": False,
            "lifecycleStatus": "Active",
            "version": self.plan.content_hash,
            "pricingLogicAlgorithm": self._algorithm,
            "@type": "ProductOfferingPrice",
        }
        return made | self.valid(period)

    def tax(self, names: tuple[str, ...]) -> Resource:
        """The taxes of a charge that goes by these names."""
        found = []
        for tax in self.plan.taxes:
            if not is_carried(tax):
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

    def valid(self, period: Period) -> Resource:
        """The period for which a resource is valid, by the plan's clock."""
        found = {}
        if period.start is not None:
            found["startDateTime"] = self._instant(period.start)
        if period.end is not None:
            found["endDateTime"] = self._instant(period.end)
        return {"validFor": found} if found else {}

    def _instant(self, day: date) -> str:
        return datetime(day.year, day.month, day.day, tzinfo=self._zone).isoformat()


def is_carried(tax: Tax) -> bool:
    """Whether a price can hold the tax: one percentage, at all times, on top of it."""
    plain = is_plain_percent(tax) and tax.added == "on top" and tax.shown == "government tax"
    dated = any(step.period.end is not None for step in tax.steps)
    return plain and len(tax.steps) == 1 and not dated and not tax.exempt
