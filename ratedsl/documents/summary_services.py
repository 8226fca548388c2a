"""What a contract summary says of the services: which, with what equipment, and how fast."""

from __future__ import annotations

from ratedsl.documents.paper import Entry, Stated
from ratedsl.documents.prices import Prices, at_home, is_free
from ratedsl.plan.model import Allowance, Plan

_SPEEDS = {
    "fixed": (
        ("minimum", "Minimum"),
        ("normal", "Normally available"),
        ("maximum", "Maximum"),
        ("advertised", "Advertised"),
    ),
    "mobile": (("maximum", "Estimated maximum"), ("advertised", "Advertised")),
}


def service_names(plan: Plan) -> list[str]:
    """The services that the plan sells, those that every plan knows first."""
    sold = {one.match.service for one in plan.rates if at_home(one)}
    sold |= {cover.match.service for one in plan.allowances for cover in one.covers}
    order = ["voice", "sms", "mms", "data", *sorted(sold)]
    return list(dict.fromkeys(one for one in order if one in sold))


def services(plan: Plan) -> list[Entry]:
    """The services, what of them is included, and what costs nothing."""
    prices = Prices(plan, taxed=True)
    names = service_names(plan)
    rates = [one for one in plan.rates if at_home(one)]
    sold = [prices.service(one) for one in names]
    words = ", ".join((*sold[:1], *(one[:1].lower() + one[1:] for one in sold[1:])))
    found = [
        Entry("Services", (words,), tuple(one.at for one in rates))
        if words
        else Entry("Services", missing="write a `rate` for what the plan sells")
    ]
    included = [one for one in plan.allowances if not one.addon]
    if included:
        found.append(
            Entry(
                "Included",
                tuple(_allowance(one, prices) for one in included),
                tuple(at for one in included for at in (one.grants[0].at, one.after.at)),
            )
        )
    free = [one for one in rates if is_free(one)]
    if free:
        titles = ", ".join(one.title or one.id for one in free)
        found.append(Entry("Without a charge", (titles,), tuple(one.at for one in free)))
    return found


def _allowance(one: Allowance, prices: Prices) -> str:
    grant = one.grants[0]
    amount = (
        prices.money(grant.money)
        if grant.money is not None
        else prices.measures.show(grant.quantity, one.dimension, grant.unit)
    )
    span = prices.span(one.span)
    often = f"per {span}" if one.count == 1 else f"per {one.count} {span}s"
    names = ("usage", one.id, *(cover.match.service for cover in one.covers))
    after = {
        "own rate": "then at the price below",
        "blocked": "then stopped",
        "slowed": f"then slowed to {one.after.speed}",
    }.get(one.after.kind)
    if one.after.price is not None:
        after = f"then {prices.unit_price(one.after.price, names)}"
    shared = {"account": ", shared by all lines", "pool": ", shared"}.get(one.scope, "")
    # A title such as `10 GB` says no more than the amount.
    title = "" if one.title == amount else f"{one.title or one.id}: "
    return f"{title}{amount} {often}{shared}, {after}"


def equipment(stated: Stated) -> Entry:
    """The equipment that comes with the plan."""
    contract = stated.plan.contract
    said = "" if contract is None or contract.equipment is None else contract.equipment or "None"
    return stated.entry(
        "Equipment", "contract", "equipment", (said,), 'equipment "TEXT"` or `equipment none'
    )


def speeds(stated: Stated) -> tuple[Entry, ...]:
    """The speeds that are promised, and the remedies where they are not met."""
    contract = stated.plan.contract
    access = contract.access if contract is not None else ""
    if not access:
        missing = "write `access fixed` or `access mobile` in the plan's `contract` record"
        return (Entry("Speeds", missing=missing),)
    assert contract is not None
    found = []
    for kind, label in _SPEEDS[access]:
        said = {one.way: one for one in contract.speeds if one.kind == kind}
        lacking = [way for way in ("download", "upload") if way not in said]
        if lacking:
            facts = " and ".join(f"`{way} N Mbit/s {kind}`" for way in lacking)
            found.append(Entry(label, missing=f"write {facts} in the plan's `contract` record"))
            continue
        down, up = said["download"], said["upload"]
        words = f"{down.amount:f} {down.unit} download, {up.amount:f} {up.unit} upload"
        found.append(Entry(label, (words,), (down.at, up.at)))
    found.append(
        stated.entry("Remedies", "contract", "remedies", (contract.remedies,), 'remedies "TEXT"')
    )
    return tuple(found)
