"""A plan on one day, in plain text: everything that it says, in the words of the bill."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from ratedsl.plan.model import Plan
from ratedsl.report.paint import painter
from ratedsl.report.safe import safe_text
from ratedsl.report.show.balances import allowance_rows, cap_rows, pool_rows, wallet_rows
from ratedsl.report.show.fees import commitment_rows, fee_rows
from ratedsl.report.show.frame import facts
from ratedsl.report.show.parties import commission_rows, discount_rows, party_rows
from ratedsl.report.show.places import (
    holiday_rows,
    service_rows,
    unit_rows,
    window_rows,
    zone_rows,
)
from ratedsl.report.show.taxes import bundle_rows, exemption_rows, place_rows, tax_rows
from ratedsl.report.show.usage import cost_rows, rate_rows
from ratedsl.report.show.words import Rows


def render_plan(plan: Plan, whole: Plan, day: date, *, colour: bool = False) -> str:
    """`plan`, which is `whole` as of `day`, ready to print: no fact of it is left out."""
    paint = painter(colour)
    lines = [paint("strong", safe_text(f"{plan.title or plan.id} ({plan.id})")) + f"  as of {day}"]
    lines += [f"  {name:<14}{safe_text(value)}" for name, value in facts(plan, whole)]
    for title, rows in _sections(plan):
        if rows:
            lines += ["", paint("strong", title)]
            lines += [line for row in rows for line in _indented(row)]
    return "\n".join(lines) + "\n"


def record_rows(plan: Plan, kind: str, name: str) -> Rows:
    """One record of a plan as `render_plan` prints it, empty where the plan has none of that id."""
    rows, found = _rows_of(plan, kind)
    return next((rows(one) for one in found if one.id == name), [])


def _sections(plan: Plan) -> Iterator[tuple[str, list[Rows]]]:
    for title, kind in _TITLES.items():
        rows, found = _rows_of(plan, kind)
        yield title, [rows(one) for one in found]


# In the order in which they are printed. Decks are among the rates.
_TITLES = {
    "Fees": "fee",
    "Pools": "pool",
    "Allowances": "allowance",
    "Wallets": "wallet",
    "Rates": "rate",
    "Costs": "cost",
    "Commissions": "commission",
    "Parties": "party",
    "Caps": "cap",
    "Commitments": "commitment",
    "Discounts": "discount",
    "Bundles": "bundle",
    "Taxes": "tax",
    "Exemptions": "exemption",
    "Jurisdictions": "jurisdiction",
    "Windows": "window",
    "Holidays": "holidays",
    "Zones": "zone",
    "Services": "service",
    "Units": "unit",
}


def _rows_of(plan: Plan, kind: str) -> tuple[Callable[[Any], Rows], Sequence[Any]]:
    """How a kind of record is printed, and the plan's records of it."""
    within: dict[str, tuple[Callable[[Any, Plan], Rows], Sequence[Any]]] = {
        "fee": (fee_rows, plan.fees),
        "allowance": (allowance_rows, plan.allowances),
        "rate": (rate_rows, plan.rates),
        "deck": (rate_rows, plan.rates),
        "cost": (cost_rows, plan.costs),
        "cap": (cap_rows, plan.caps),
        "commitment": (commitment_rows, plan.commitments),
        "discount": (discount_rows, plan.discounts),
        "bundle": (bundle_rows, plan.bundles),
        "tax": (tax_rows, plan.taxes),
        "service": (service_rows, plan.services),
    }
    if kind in within:
        rows, found = within[kind]
        return lambda one: rows(one, plan), found
    alone: dict[str, tuple[Callable[[Any], Rows], Sequence[Any]]] = {
        "pool": (pool_rows, plan.pools),
        "wallet": (wallet_rows, plan.wallets),
        "commission": (commission_rows, plan.commissions),
        "party": (party_rows, plan.parties),
        "exemption": (exemption_rows, plan.exemptions),
        "jurisdiction": (place_rows, plan.jurisdictions),
        "window": (window_rows, plan.windows),
        "holidays": (holiday_rows, plan.holidays),
        "zone": (zone_rows, plan.zones),
        "unit": (unit_rows, plan.units),
    }
    return alone.get(kind, (lambda _one: [], ()))


def _indented(row: Sequence[str]) -> Iterator[str]:
    head, *rest = (safe_text(line) for line in row)
    yield f"  {head}"
    yield from (f"      {line}" for line in rest)
