"""TMF620 offerings, of 4.x and of v5, as neutral ones.

An offering holds its prices as values or names them; named ones stand beside it, in the same
file or another. Every field that is not understood is told by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ratedsl.imports.json_reader import Node
from ratedsl.imports.offering import Offering
from ratedsl.imports.tmf620_price import LONGEST_DESCRIPTION, READ, dates, offered_price

_READ_OF_OFFERING = READ | {"productOfferingPrice", "isSellable", "statusReason"}


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
    start, end = dates(node)
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
        made.prices.append(offered_price(held))
        made.prices += [offered_price(part, "discount") for part in held.items("priceAlteration")]
    return made
