"""What is included and what comes off: allowances and discounts, and the taxes that come on top."""

from __future__ import annotations

from collections.abc import Sequence

from ratedsl.imports.begun import Begun
from ratedsl.imports.meaning import SERVICE_OF, dimension_of, unit_of
from ratedsl.imports.offering import OfferedPrice, TaxItem
from ratedsl.imports.record import FILL_IN, Record, dated, has, plain, ruled, said, title


def allowance_record(begun: Begun, base: str, prices: list[OfferedPrice]) -> Record:
    """The allowance that these prices grant."""
    name, first = begun.name(base), prices[0]
    record = Record(f'allowance {name} "{title(first.name)}"')
    for one in prices:
        if one.amount is not None:
            amount = begun.money(one)
        elif one.per is not None:
            amount = f"{one.per:f} {unit_of(one.unit)}"
        else:
            record.comments.append(f"{plain(one.name)} does not say how much it grants")
            continue
        span = one.period or "cycle"
        every = f"{one.every} {span}" if one.every > 1 else span
        who = " per account" if "account" in one.use("held by") else ""
        record.facts.append(f"grant {amount} per {every}{who}{dated(one.start, one.end)}")
    record.facts += _covers(begun, first)
    record.facts += [
        f"draws billed units {FILL_IN} billed or actual units",
        f"ends split {FILL_IN} split or whole event",
        f"after own rate {FILL_IN} what usage costs then",
    ]
    ruled(record, first, conditions=False)
    said(record, prices)
    return record


def _covers(begun: Begun, one: OfferedPrice) -> list[str]:
    """The usage that it covers: places and conditions follow the service they belong to."""
    parts: list[tuple[str, list[str], list[str], str]] = []
    for name, value in one.uses:
        if name == "service":
            parts.append((value, [], [], ""))
        elif parts and name == "to":
            parts[-1][1].append(begun.place(value, "to"))
        elif parts and name == "roaming":
            parts[-1][2].append(begun.place(value, "roaming"))
        elif parts and name in ("when", "counting"):
            service, to, roaming, more = parts[-1]
            parts[-1] = (service, to, roaming, f"{more} {name} {plain(value)}")
    if not parts:
        service = SERVICE_OF.get(dimension_of(unit_of(one.unit)), "data")
        return [f"covers {service} {FILL_IN} which usage"]
    return [
        f"covers {service}"
        + (f" to {', '.join(to)}" if to else "")
        + (f" roaming {', '.join(roaming)}" if roaming else "")
        + more
        for service, to, roaming, more in parts
    ]


def discount_record(begun: Begun, base: str, prices: list[OfferedPrice]) -> Record:
    """The discount of these prices."""
    name, first = begun.name(base), prices[0]
    record = Record(f'discount {name} "{title(first.name)}"')
    for one in prices:
        named = [begun.by_price.get(each, "") for each in one.of] or one.use("of")
        of = list(dict.fromkeys(each for each in (named or one.use("of")) if each)) or ["fees"]
        on = dated(one.start, one.end)
        if one.percent:
            record.facts.append(f"percent {one.percent:f}% of {', '.join(of)}{on}")
        elif one.amount is not None:
            record.facts.append(f"amount {begun.money(one)} off {', '.join(of)}{on}")
    record.facts.append(f"applies before tax {FILL_IN} before or after")
    ruled(record, first)
    if not has(record, "order"):
        record.facts.append(f"order {len(begun.ids) * 10} {FILL_IN} which comes first")
    said(record, prices)
    return record


def tax_record(begun: Begun, tax: TaxItem, names: Sequence[str]) -> Record:
    """A tax on the charges of these names."""
    of = "charges" if {*names} == {*begun.priced} else ", ".join(names)
    record = Record(f'tax {begun.name(tax.id)} "{title(tax.title)}"')
    record.facts = [
        f"percent {tax.rate:f}% of {of} {FILL_IN} from which day",
        "shown as government tax",
    ]
    return record
