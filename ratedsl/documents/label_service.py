"""The service on a broadband label: its speeds, and the data that the monthly price includes."""

from __future__ import annotations

from decimal import Decimal

from ratedsl.documents.paper import Entry, Stated
from ratedsl.documents.prices import Prices, at_home, is_free
from ratedsl.plan.model import Allowance, Plan, Rate, Speed

_MEGABITS = {
    "bit/s": Decimal("0.000001"),
    "kbit/s": Decimal("0.001"),
    "Mbit/s": Decimal(1),
    "Gbit/s": Decimal(1000),
}


def speeds(stated: Stated) -> list[Entry]:
    """The typical speed of each way, and the latency."""
    contract = stated.plan.contract
    found = []
    for way in ("download", "upload"):
        told = contract.speeds if contract is not None else ()
        one = next((one for one in told if one.way == way and one.kind == "typical"), None)
        label = f"Typical {way.capitalize()} Speed"
        if one is None:
            missing = f"write `{way} N Mbit/s typical` in the plan's `contract` record"
            found.append(Entry(label, missing=missing))
        else:
            found.append(Entry(label, (_megabits(one),), (one.at,)))
    latency = contract.latency if contract is not None else None
    words = f"{latency:f} ms" if latency is not None else ""
    found.append(stated.entry("Typical Latency", "contract", "latency", (words,), "latency N ms"))
    return found


def _megabits(one: Speed) -> str:
    amount = (one.amount * _MEGABITS[one.unit]).normalize()
    return f"{amount:f} Mbps"


def data_included(plan: Plan) -> list[Entry]:
    """What the monthly price includes, and what more costs."""
    prices = Prices(plan, taxed=False)
    rates = [one for one in plan.rates if one.match.service == "data" and at_home(one)]
    # The rate that has conditions is for a part of the data only.
    rates = [one for one in rates if not one.conditions] or rates
    allowances = [one for one in plan.allowances if _is_home_data(one)]
    if not rates and not allowances:
        missing = "write a `rate` for data, or an `allowance` that covers data"
        return [Entry("Data Included", missing=missing)]
    at = tuple(one.grants[0].at for one in allowances) or tuple(one.at for one in rates)
    label, more = "Data Included", "Charges for Additional Data Usage"
    if not allowances:
        if all(is_free(one) for one in rates):
            return [Entry(label, ("Unlimited",), at), Entry(more, ("None",), at)]
        return [Entry(label, ("None",), at), Entry(more, _additional(rates, prices), at)]
    rows = tuple(_granted(one, prices) for one in allowances)
    after = allowances[-1].after
    if after.price is not None:
        words: tuple[str, ...] = (after.price.text,)
    elif after.kind == "slowed":
        words = (f"None; slowed to {after.speed}",)
    elif after.kind == "blocked":
        words = ("None; stopped",)
    else:
        words = _additional(rates, prices)
    clauses = (after.at, *(one.at for one in rates if after.kind == "own rate"))
    return [Entry(label, rows, at), Entry(more, words, clauses)]


def _is_home_data(one: Allowance) -> bool:
    covers = (cover.match for cover in one.covers)
    at_home = any(match.service == "data" and not match.roaming for match in covers)
    return at_home and not one.addon


def _granted(one: Allowance, prices: Prices) -> str:
    grant = one.grants[0]
    often = prices.span(one.span) if one.count == 1 else f"{one.count} {prices.span(one.span)}s"
    shared = ", shared by all lines" if one.scope == "account" else ""
    amount = prices.measures.show(grant.quantity, one.dimension, grant.unit)
    return f"{amount} per {often}{shared}"


def _additional(rates: list[Rate], prices: Prices) -> tuple[str, ...]:
    charged = [one for one in rates if not is_free(one)]
    rows = ["; ".join(prices.usage(one)) for one in charged]
    named = {one.id for one in charged}
    for cap in prices.plan.caps:
        # A stop of other usage says nothing about what more data costs.
        if cap.then != "continues" and named <= {*cap.of}:
            then = "then stopped" if cap.then == "blocked" else "then free"
            limit = prices.money(cap.amounts[0].amount)
            rows.append(f"at most {limit} per {prices.span(cap.span)}, {then}")
    return tuple(rows) if charged else ("None",)
