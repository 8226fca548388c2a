"""A plan on one day, in plain text: everything that it says, in the words of the bill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

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


def _sections(plan: Plan) -> Iterator[tuple[str, list[Rows]]]:
    yield "Fees", [fee_rows(one, plan) for one in plan.fees]
    yield "Pools", [pool_rows(one) for one in plan.pools]
    yield "Allowances", [allowance_rows(one, plan) for one in plan.allowances]
    yield "Wallets", [wallet_rows(one) for one in plan.wallets]
    yield "Rates", [rate_rows(one, plan) for one in plan.rates]
    yield "Costs", [cost_rows(one, plan) for one in plan.costs]
    yield "Commissions", [commission_rows(one) for one in plan.commissions]
    yield "Parties", [party_rows(one) for one in plan.parties]
    yield "Caps", [cap_rows(one, plan) for one in plan.caps]
    yield "Commitments", [commitment_rows(one, plan) for one in plan.commitments]
    yield "Discounts", [discount_rows(one, plan) for one in plan.discounts]
    yield "Bundles", [bundle_rows(one, plan) for one in plan.bundles]
    yield "Taxes", [tax_rows(one, plan) for one in plan.taxes]
    yield "Exemptions", [exemption_rows(one) for one in plan.exemptions]
    yield "Jurisdictions", [place_rows(one) for one in plan.jurisdictions]
    yield "Windows", [window_rows(one) for one in plan.windows]
    yield "Holidays", [holiday_rows(one) for one in plan.holidays]
    yield "Zones", [zone_rows(one) for one in plan.zones]
    yield "Services", [service_rows(one, plan) for one in plan.services]
    yield "Units", [unit_rows(one) for one in plan.units]


def _indented(row: Sequence[str]) -> Iterator[str]:
    head, *rest = (safe_text(line) for line in row)
    yield f"  {head}"
    yield from (f"      {line}" for line in rest)
