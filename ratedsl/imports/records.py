"""The records of a plan from the prices of an offering."""

from __future__ import annotations

import re

from ratedsl.imports.begun import Begun
from ratedsl.imports.fees import fee_record, leaving_records
from ratedsl.imports.meaning import kind_of
from ratedsl.imports.offering import OfferedPrice, Offering
from ratedsl.imports.record import FILL_IN, Record, has, note
from ratedsl.imports.reductions import allowance_record, discount_record, tax_record
from ratedsl.imports.usage import rate_record


def records_of(begun: Begun, offering: Offering) -> list[Record]:
    """All of them: zones, fees, usage, discounts, allowances and taxes."""
    groups: dict[tuple[str, str], list[OfferedPrice]] = {}
    for one in offering.prices:
        kind = kind_of(one)
        base = re.sub(r":\d+$", "", one.id or one.name)
        if kind == "usage":
            base = re.sub(r":(setup|attempt|release)$", "", base)
        groups.setdefault(("fee" if kind in ("once", "recurring") else kind, base), []).append(one)
    fees = {
        base: fee_record(begun, base, prices)
        for (kind, base), prices in groups.items()
        if kind == "fee"
    }
    found = list(fees.values())
    for (kind, base), prices in groups.items():
        if kind == "usage":
            found.append(rate_record(begun, base, prices))
    _order(found, "rate")
    allowances = [
        allowance_record(begun, base, prices)
        for (kind, base), prices in groups.items()
        if kind == "allowance"
    ]
    for (kind, base), prices in groups.items():
        if kind == "penalty":
            found += leaving_records(begun, base, prices, fees)
        elif kind == "discount":
            found.append(discount_record(begun, base, prices))
        elif kind == "other":
            found.append(note(prices, "it is neither a fee, usage, an allowance nor a discount"))
    _order(allowances, "allowance")
    taxes = [tax_record(begun, tax, names) for tax, names in begun.taxes.items()]
    return [*begun.zones.values(), *found, *allowances, *taxes]


def _order(records: list[Record], kind: str) -> None:
    """Give an order where several could meet and the offering has none."""
    plain = [one for one in records if one.header.startswith(kind) and not has(one, "order")]
    if len(plain) < 2 and kind == "rate":
        return
    # What is for a place comes before what is for all of them.
    plain.sort(key=lambda one: " to " not in one.header and " roaming " not in one.header)
    for number, one in enumerate(plain, 1):
        one.facts.append(f"order {number * 10} {FILL_IN} which comes first")
