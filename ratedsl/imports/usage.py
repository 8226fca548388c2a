"""Rates from prices of usage."""

from __future__ import annotations

import re

from ratedsl.imports.begun import Begun
from ratedsl.imports.meaning import SERVICE_OF, dimension_of, mode_of, unit_of
from ratedsl.imports.offering import OfferedPrice
from ratedsl.imports.record import FILL_IN, Record, dated, note, ruled, said, title
from ratedsl.plan.units import UNITS


def rate_record(begun: Begun, base: str, prices: list[OfferedPrice]) -> Record:
    """The rate of these prices, or a note of why there is none."""
    first = next((one for one in prices if one.unit != "event"), prices[0])
    unit = unit_of(first.bounds.unit if first.bounds is not None and not first.unit else first.unit)
    service = next(iter(first.use("service")), "") or SERVICE_OF.get(dimension_of(unit), "")
    if not service:
        return note(prices, "no service tells what it counts")
    if any(one.use("window") for one in prices):
        return note(prices, "its windows are named, and their hours are not")
    name = begun.name(base)
    record = Record(f'rate {name} "{title(first.name)}" for {begun.match(first, service)}')
    ruled(record, first)
    tiers = [one for one in prices if one.bounds is not None]
    for one in prices:
        record.facts += _usage(begun, one, one is (tiers[0] if tiers else None))
    said(record, [one for one in prices if one.bounds is None])
    if not tiers:
        record.comments.append("fill in: in which steps usage is billed, with `billed`")
    begun.taxed(name, prices)
    return record


def _usage(begun: Begun, one: OfferedPrice, is_first_tier: bool) -> list[str]:
    on = dated(one.start, one.end)
    kind = re.search(r":(setup|attempt|release)(?::\d+)?$", one.id)
    if kind is not None:
        return [f"{kind[1]} {begun.money(one)} per call{on}"]
    block = re.match(r"per (started|full|nearest) ", one.description)
    count = "" if one.per in (None, 1) else f"{one.per:f} "
    price = ""
    if one.amount is not None and one.unit:
        blocks = f"{block[1]} " if block else ""
        price = f"{begun.money(one)} per {blocks}{count}{unit_of(one.unit)}"
    if one.bounds is None:
        return [f"price {price}{on}"] if price else []
    found = []
    if is_first_tier:
        span = next(iter(one.use("counted per")), "cycle")
        who = " per account" if "account" in one.use("counted for") else ""
        tiers = f"tiers {mode_of(one)} per {span}{who} counting all usage"
        found.append(f"{tiers} {FILL_IN} whether allowances count")
    if one.bounds.top is None:
        bound = "above"
    else:
        word = "up to" if one.bounds.inclusive else "below"
        unit = unit_of(one.bounds.unit)
        size = UNITS[unit].size if unit in UNITS else 1
        dimension = dimension_of(unit)
        shown = begun.measures.show(one.bounds.top * size, dimension) if dimension else ""
        bound = f"{word} {shown or f'{one.bounds.top} {unit}'}"
    flat = f"{begun.money(one)} flat" if one.amount is not None else "rejected"
    found.append(f"tier {bound} {price or flat}{on}")
    return found
