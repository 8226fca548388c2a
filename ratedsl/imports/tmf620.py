"""TMF620 offerings, of 4.x and of v5, as neutral prices: what they say, and what nobody reads.

An offering holds its prices as values or names them; named ones stand beside it, in the same
file or another. Every field that is not understood is told by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ratedsl.imports.json_reader import Node
from ratedsl.plan.currencies import CURRENCIES

PERIODS = {
    **dict.fromkeys(("day", "days", "daily"), "day"),
    **dict.fromkeys(("week", "weeks", "weekly"), "week"),
    **dict.fromkeys(("month", "months", "monthly"), "month"),
    **dict.fromkeys(("quarter", "quarters", "quarterly"), "quarter"),
    **dict.fromkeys(("year", "years", "yearly", "annual", "annually"), "year"),
    "cycle": "cycle",
}
"""What systems call the periods that a plan knows."""

LONGEST_DESCRIPTION = 200_000

_READ = {
    *("id", "href", "name", "description", "priceType", "price", "percentage", "tax", "validFor"),
    *("unitOfMeasure", "recurringChargePeriodType", "recurringChargePeriodLength"),
    *("recurringChargePeriod", "productOfferingTerm", "prodSpecCharValueUse", "popRelationship"),
    *("version", "lifecycleStatus", "lastUpdate", "isBundle", "@type", "@baseType"),
    *("@schemaLocation", "@referredType", "priceAlteration"),
}
_READ_OF_OFFERING = _READ | {"productOfferingPrice", "isSellable", "statusReason"}


@dataclass(frozen=True, slots=True)
class TaxItem:
    """A tax of a price."""

    id: str
    title: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Bounds:
    """The quantities that a price is for; no top is an open end."""

    top: int | None
    unit: str
    name: str
    words: str
    inclusive: bool = True


@dataclass(frozen=True, slots=True)
class OfferedPrice:
    """One price of an offering, as far as it is understood; `unread` are its other fields."""

    pointer: str
    id: str
    name: str
    kind: str
    description: str = ""
    amount: Decimal | None = None
    currency: str = ""
    percent: Decimal | None = None
    period: str = ""
    every: int = 1
    per: Decimal | None = None
    unit: str = ""
    start: date | None = None
    end: date | None = None
    taxes: tuple[TaxItem, ...] = ()
    term: tuple[int, str] | None = None
    of: tuple[str, ...] = ()
    uses: tuple[tuple[str, str], ...] = ()
    bounds: Bounds | None = None
    unread: tuple[str, ...] = ()

    def use(self, name: str) -> list[str]:
        """The values of a characteristic that the price is for."""
        return [value for known, value in self.uses if known == name]


@dataclass(slots=True)
class Offering:
    """An offering with its prices."""

    id: str
    name: str
    description: str = ""
    start: date | None = None
    end: date | None = None
    prices: list[OfferedPrice] = field(default_factory=list)
    unread: tuple[str, ...] = ()
    missing: list[str] = field(default_factory=list)
    """Prices that it names and that stand nowhere."""


def read_offering(documents: Iterable[Node], wanted: str = "") -> Offering:
    """The offering that the documents hold, or the one of that id or name.

    Raises WrongJson for none, for several, and for every field that is not what it should be.
    """
    offerings, prices = [], {}
    first: Node | None = None
    for document in documents:
        first = first or document
        for node in _resources(document):
            if _is_price(node):
                prices[node.text("id") or node.text("name")] = node
            elif _is_offering(node):
                offerings.append(node)
    assert first is not None
    found = [
        node for node in offerings if not wanted or wanted in (node.text("id"), node.text("name"))
    ]
    if not found:
        raise first.wrong(f"no product offering `{wanted}`" if wanted else "no product offering")
    if len(found) > 1:
        names = ", ".join(f"`{node.text('id') or node.text('name')}`" for node in found[:5])
        raise first.wrong(f"{len(found)} offerings, {names}; name one with --offering")
    return _offering(found[0], prices)


def _resources(node: Node) -> Iterator[Node]:
    """The resources of a document: one, a list of them, or an object that holds such lists."""
    if isinstance(node.value, list):
        for one in node.objects():
            yield from _resources(one)
        return
    if not node.is_object():
        raise node.wrong("no resource of TMF620")
    if isinstance(node.value.get("value"), dict | list) and "@type" not in node.value:
        yield from _resources(Node(node.value["value"], node.at("value")))
        return
    known = ("productOffering", "productOfferingPrice", "productSpecification")
    whole = "productOffering" in node.value and not {"name", "id"} & {*node.value}
    if not whole:
        yield node
        return
    for name in known:
        part = node.value.get(name)
        if isinstance(part, dict | list):
            yield from _resources(Node(part, node.at(name)))


def _is_price(node: Node) -> bool:
    kind = node.text("@type")
    return kind.startswith(("ProductOfferingPrice", "POP")) or (
        not kind and bool({"priceType", "price"} & {*node.value})
    )


def _is_offering(node: Node) -> bool:
    kind = node.text("@type")
    return kind in ("ProductOffering", "BundleProductOffering") or (
        not kind and "productSpecCharacteristic" not in node.value
    )


def _offering(node: Node, known: dict[str, Node]) -> Offering:
    start, end = _dates(node)
    made = Offering(
        node.text("id"),
        node.text("name") or node.text("id"),
        node.text("description", LONGEST_DESCRIPTION),
        start,
        end,
        unread=tuple(sorted({*node.names} - _READ_OF_OFFERING)),
    )
    if not made.name:
        raise node.wrong("an offering without `name` or `id`")
    for one in node.items("productOfferingPrice"):
        held = one if {"price", "priceType"} & {*one.value} else known.get(one.text("id"))
        if held is None:
            made.missing.append(one.text("name") or one.text("id"))
            continue
        made.prices.append(_price(held))
        made.prices += [_price(part, "discount") for part in held.items("priceAlteration")]
    return made


def _price(node: Node, kind: str = "") -> OfferedPrice:
    amount, currency, percent, taxes = _money(node)
    unit = node.part("unitOfMeasure")
    period = node.text("recurringChargePeriodType") or node.text("recurringChargePeriod")
    length = node.number("recurringChargePeriodLength")
    uses = tuple(_uses(node))
    start, end = _dates(node)
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
        unread=tuple(sorted({*node.names} - _READ)),
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


def _dates(node: Node) -> tuple[date | None, date | None]:
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
