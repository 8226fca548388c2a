"""What is left of an invoice once those who carried its usage are paid: cost and margin.

The margin foots: the amounts of `costs` add up to `cost`, and those of `rows` to `net`, `cost`
and `margin`. It is the operator's own and no part of the invoice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from ratedsl.billing.charge import Charge
from ratedsl.billing.costs import CostKey, CostRow, CostRows
from ratedsl.billing.invoice import Clause, Frozen, Invoice
from ratedsl.plan.model import Plan
from ratedsl.plan.units import EVENT
from ratedsl.rating.parts import Flow
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.words import brief_amount

SCHEMA: Final = "ratedsl.margin/1"
ZERO = Fraction(0)


class CostItem(Frozen):
    """One row of cost, in the plan's currency; what is earned is negative.

    `paid` says who pays whom, `of` names the record that it is a cost of.
    """

    record: str
    title: str
    paid: str
    of: str
    detail: str = ""
    quantity: str = ""
    unit_price: str = ""
    events: int = 0
    original: str = ""
    amount: Decimal
    at: Clause


class MarginRow(Frozen):
    """What one record of the plan brings, after discounts and before tax, and what it costs."""

    record: str
    title: str
    net: Decimal
    cost: Decimal
    margin: Decimal


class Unknown(Frozen):
    """How many events of a service have no known cost, and why; they are in no sum."""

    service: str
    reason: str
    events: int


class Margin(Frozen):
    """Cost and margin of one invoice."""

    margin_schema: Literal["ratedsl.margin/1"] = SCHEMA
    plan: str
    plan_hash: str
    account: str
    currency: str
    start: date
    end: date
    rows: tuple[MarginRow, ...]
    costs: tuple[CostItem, ...]
    net: Decimal
    cost: Decimal
    margin: Decimal
    unknown: tuple[Unknown, ...] = ()


def add_commissions(costs: CostRows, plan: Plan, charges: Sequence[Charge]) -> None:
    """Add what commissions give of the charges, before or after their discounts."""
    for commission in plan.commissions:
        flow = Flow(commission.payer, commission.payee)
        for step in commission.steps:
            price = f"{step.percent}% of {', '.join(step.of)}"
            for charge in charges:
                if not charge.is_of(step.of) or not step.period.holds(charge.supplied):
                    continue
                base = charge.net if commission.counting == "after" else charge.amount
                if not base:
                    continue
                since = costs.since(charge.supplied)
                key = CostKey(flow, commission.id, price, "", since, charge.record)
                row = costs.rows.setdefault(key, CostRow(step.at, plan.currency))
                row.amount += base * Fraction(step.percent) / 100
                row.own += base * Fraction(step.percent) / 100


def margin_of(
    parts: Sequence[PlanTables], invoice: Invoice, charges: Sequence[Charge], costs: CostRows
) -> Margin:
    """The margin of an invoice of some plans, of which the last one leads.

    What others pay each other is no part of it.
    """
    plan = parts[-1].plan
    titles = {name: title for tables in parts for name, title in titles_of(tables.plan).items()}
    items = tuple(
        _cost_item(_tables_of(parts, key), key, row, titles)
        for key, row in sorted(costs.rows.items(), key=lambda one: one[0])
        if key.flow.sign
    )
    nets: dict[str, Fraction] = {}
    for charge in charges:
        nets[charge.record] = nets.get(charge.record, ZERO) + charge.net
    spent: dict[str, Fraction] = {}
    for item in items:
        spent[item.of] = spent.get(item.of, ZERO) + Fraction(item.amount)
    rows = tuple(
        MarginRow(
            record=record,
            title=titles.get(record) or record or "usage without a rate",
            net=to_decimal(nets.get(record, ZERO)),
            cost=to_decimal(spent.get(record, ZERO)),
            margin=to_decimal(nets.get(record, ZERO) - spent.get(record, ZERO)),
        )
        for record in dict.fromkeys([*nets, *spent])
    )
    net, cost = sum(nets.values(), ZERO), sum(spent.values(), ZERO)
    return Margin(
        plan=plan.id,
        plan_hash=plan.content_hash,
        account=invoice.account,
        currency=plan.currency,
        start=invoice.start,
        end=invoice.end,
        rows=rows,
        costs=items,
        net=to_decimal(net),
        cost=to_decimal(cost),
        margin=to_decimal(net - cost),
        unknown=unknown_of(costs),
    )


def _tables_of(parts: Sequence[PlanTables], key: CostKey) -> PlanTables:
    """The tables of the plan that has a cost."""
    for tables in parts:
        plan = tables.plan
        if key.record in {one.id for one in plan.costs} | {one.id for one in plan.commissions}:
            return tables
    return parts[-1]


def unknown_of(costs: CostRows) -> tuple[Unknown, ...]:
    """The events without a known cost, by service and reason."""
    return tuple(
        Unknown(service=service, reason=reason, events=many)
        for (service, reason), many in sorted(costs.unknown.items())
    )


def titles_of(plan: Plan) -> dict[str, str]:
    """The titles of all records that charge or cost."""
    kinds = (
        *(plan.fees, plan.rates, plan.allowances, plan.commitments),
        *(plan.costs, plan.commissions, plan.discounts),
    )
    return {one.id: one.title for kind in kinds for one in kind}


def quantity_of(tables: PlanTables, key: CostKey, row: CostRow) -> str:
    """What a row of cost counts, in words."""
    if not row.service:
        return ""
    cost = next((one for one in tables.plan.costs if one.id == key.record), None)
    if key.is_fee or (cost is not None and cost.basis == "event"):
        return tables.units.show(row.events, EVENT)
    return tables.units.show(row.units, tables.dimension(row.service))


def price_of(key: CostKey) -> str:
    """The unit price of a row of cost, in words."""
    return f"{key.price} fee" if key.is_fee else key.price


def _cost_item(
    tables: PlanTables, key: CostKey, row: CostRow, titles: Mapping[str, str]
) -> CostItem:
    plan = tables.plan
    rounding = plan.rounding_for("cost") or plan.rounding_for("item")
    amount = round_money(row.amount, rounding) * key.flow.sign
    original = ""
    if row.conversion is not None:
        original = f"{brief_amount(row.own)} {row.currency} at {row.conversion.words}"
    return CostItem(
        record=key.record,
        title=titles.get(key.record) or key.record,
        paid=key.flow.words,
        of=key.of,
        detail=key.window,
        quantity=quantity_of(tables, key, row),
        unit_price=price_of(key),
        events=row.events,
        original=original,
        amount=to_decimal(amount),
        at=row.at,
    )
