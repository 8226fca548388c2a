"""Fees from recurring and one-off prices, and what leaving before their term costs."""

from __future__ import annotations

from ratedsl.imports.begun import Begun
from ratedsl.imports.meaning import item_of, kind_of, mode_of
from ratedsl.imports.offering import OfferedPrice
from ratedsl.imports.record import FILL_IN, Record, dated, has, note, plain, said, title


def fee_record(begun: Begun, base: str, prices: list[OfferedPrice]) -> Record:
    """The fee of these prices."""
    name = begun.name(base)
    first = prices[0]
    held = first.unit.lower() if first.kind != "once" else ""
    is_option = held != "" and first.unit == base
    head = "addon fee" if is_option else "fee"
    record = Record(f'{head} {name} "{title(first.name)}"')
    item = "" if is_option else item_of(first)
    tiers = [one for one in prices if one.bounds is not None]
    for one in prices:
        if one.amount is None:
            record.comments.append(f"{plain(one.name)} has no amount")
            continue
        money, on = begun.money(one), dated(one.start, one.end)
        per = f" per {item}" if item else ""
        if kind_of(one) == "once":
            record.facts.append(f"amount {money} once{per}{on}")
            continue
        every = f"{one.every} {one.period}s" if one.every > 1 else one.period
        span = f"per {every}".replace(f"{one.period}s", one.period)
        if one.bounds is None:
            record.facts.append(f"amount {money} {span}{per} in advance{on}")
            continue
        if one is tiers[0]:
            held = one.bounds.name
            record.facts.append(f"amount by tier {span} per {held} in advance")
            record.facts.append(f"tiers {mode_of(one)}")
        bound = "above" if one.bounds.top is None else f"up to {one.bounds.top} {one.bounds.unit}"
        whole = "flat" if "all of it" in one.bounds.words else "each"
        record.facts.append(f"tier {bound} {money} {whole}{on}")
    if any(kind_of(one) == "recurring" for one in prices):
        record.facts.append(f"prorated not {FILL_IN} part periods, and advance or arrears")
    term = next((one.term for one in prices if one.term and one.term[1]), None)
    if term is not None and term[1] in ("day", "week", "month", "year"):
        unit = f"{term[1]}{'s' if term[0] > 1 else ''}"
        record.facts.append(f"term {term[0]} {unit} then renews {FILL_IN} renews or ends")
    said(record, prices)
    begun.taxed(name, prices)
    return record


def leaving_records(
    begun: Begun, base: str, prices: list[OfferedPrice], fees: dict[str, Record]
) -> list[Record]:
    """What leaving costs is a fact of the fee whose term it ends."""
    fee = fees.get(base.removesuffix(":leaving"))
    one = prices[0]
    if fee is None or one.amount is None or not has(fee, "term"):
        return [note(prices, "no fee with a term is named by it")]
    fee.facts.append(f"leaving {begun.money(one)}")
    return []
