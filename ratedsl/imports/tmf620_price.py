"""A price of TMF620, of 4.x or v5, as a neutral price."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ratedsl.imports.json_reader import Node
from ratedsl.imports.offering import PERIODS, Bounds, OfferedPrice, TaxItem
from ratedsl.plan.currencies import CURRENCIES

LONGEST_DESCRIPTION = 200_000

READ = {
    *("id", "href", "name", "description", "priceType", "price", "percentage", "tax", "validFor"),
    *("unitOfMeasure", "recurringChargePeriodType", "recurringChargePeriodLength"),
    *("recurringChargePeriod", "productOfferingTerm", "prodSpecCharValueUse", "popRelationship"),
    *("version", "lifecycleStatus", "lastUpdate", "isBundle", "@type", "@baseType"),
    *("@schemaLocation", "@referredType", "priceAlteration"),
}
"""The fields that are understood."""


def offered_price(node: Node, kind: str = "") -> OfferedPrice:
    """The price that a resource says; raises WrongJson for a field that cannot be."""
    amount, currency, percent, taxes = _money(node)
    unit = node.part("unitOfMeasure")
    period = node.text("recurringChargePeriodType") or node.text("recurringChargePeriod")
    length = node.number("recurringChargePeriodLength")
    uses = tuple(_uses(node))
    start, end = dates(node)
    every = 1
    if length:
        if length != int(length) or not 0 < length <= 1200:
            raise Node(None, node.at("recurringChargePeriodLength")).wrong("no length of a period")
        every = int(length)
    return OfferedPrice(
        pointer=node.pointer,
        id=node.text("id") or node.text("name"),
        name=node.text("name") or node.text("id"),
        kind=kind or _kind(node),
        description=node.text("description", LONGEST_DESCRIPTION),
        amount=amount,
        currency=currency,
        percent=percent,
        period=PERIODS.get(period.lower(), period),
        every=every,
        per=unit.number("amount") if unit is not None else None,
        unit=unit.text("units") if unit is not None else "",
        start=start,
        end=end,
        taxes=taxes,
        term=_term(node),
        of=tuple(one.text("id") or one.text("name") for one in node.items("popRelationship")),
        uses=uses,
        bounds=_bounds(node),
        unread=tuple(sorted({*node.names} - READ)),
    )


def _kind(node: Node) -> str:
    said = re.sub(r"[^a-z]", "", node.text("priceType").lower())
    kinds = {"onetime": "once", "onetimecharge": "once", "recurringcharge": "recurring"}
    return kinds.get(said, said)


def _money(
    node: Node,
) -> tuple[Decimal | None, str, Decimal | None, tuple[TaxItem, ...]]:
    """The amount without tax where the price says both; its currency, percentage and taxes."""
    percent = node.number("percentage")
    taxes = []
    for one in node.items("tax"):
        rate = one.number("taxRate")
        if rate is not None:
            title = one.text("taxCategory") or "Tax"
            taxes.append(TaxItem(one.text("id") or title, title, rate))
    price = node.part("price")
    if price is None:
        return None, "", percent, tuple(taxes)
    money = price.part("dutyFreeAmount") or price.part("taxIncludedAmount") or price
    rate = price.number("taxRate")
    if rate:
        title = price.text("taxCategory") or "Tax"
        taxes.append(TaxItem(title, title, rate))
    amount, currency = money.number("value"), money.text("unit")
    if amount is not None and currency not in CURRENCIES:
        raise Node(None, money.at("unit")).wrong(f"`{currency}` is no ISO 4217 currency")
    return amount, currency, percent or price.number("percentage"), tuple(taxes)


def dates(node: Node) -> tuple[date | None, date | None]:
    """The days from which and until which a resource is valid."""
    valid = node.part("validFor")
    if valid is None:
        return None, None
    return _day(valid, "startDateTime"), _day(valid, "endDateTime")


def _day(node: Node, name: str) -> date | None:
    text = node.text(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Node(None, node.at(name)).wrong(f"`{text[:40]}` is no date") from None


def _term(node: Node) -> tuple[int, str] | None:
    for one in node.items("productOfferingTerm"):
        duration = one.part("duration")
        if duration is None:
            continue
        count, unit = duration.number("amount"), PERIODS.get(duration.text("units").lower(), "")
        if count is not None and count == int(count) and 0 < count <= 1200:
            return int(count), unit
    return None


def _uses(node: Node) -> Iterator[tuple[str, str]]:
    for one in node.items("prodSpecCharValueUse"):
        name = one.text("name")
        for held in one.items("productSpecCharacteristicValue"):
            if isinstance(held.value.get("value"), str):
                yield name, held.text("value")


def _bounds(node: Node) -> Bounds | None:
    for one in node.items("prodSpecCharValueUse"):
        for held in one.items("productSpecCharacteristicValue"):
            if "valueFrom" not in held.value and "valueTo" not in held.value:
                continue
            top = held.number("valueTo")
            if top is not None and top != int(top):
                raise Node(None, held.at("valueTo")).wrong("no whole number")
            return Bounds(
                None if top is None else int(top),
                held.text("unitOfMeasure"),
                one.text("name"),
                one.text("description"),
                held.text("rangeInterval") not in ("open", "closedBottom") or top is None,
            )
    return None
