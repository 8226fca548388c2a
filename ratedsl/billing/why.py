"""Why a row of an invoice has its amount: formula, steps, and the events behind it."""

from __future__ import annotations

from ratedsl.billing.assemble import Billed
from ratedsl.billing.charge import Charge
from ratedsl.plan.model import Plan
from ratedsl.rating.rounding import to_decimal
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.trace import Step, Why
from ratedsl.rating.words import event_row, show_amount

MOST_EVENTS = 200


def explain_row(billed: Billed, tables: PlanTables, key: str) -> Why | None:
    """The reasons for the row with that key, or None where the invoice has none."""
    plan = tables.plan
    if key in billed.whys:
        return billed.whys[key]
    for charge in billed.charges:
        if charge.key == key:
            return _of_charge(charge, _tables_of(billed, charge, tables))
    for item, tax in zip(billed.invoice.taxes, billed.taxes, strict=False):
        if item.key == key:
            formula = f"{item.computed} = {item.rate}"
            if tax.step.amount is None:
                formula += f" × {item.base}"
            return Why(item.title, item.amount, f"{formula} {plan.currency}", tax.steps)
    return None


def _tables_of(billed: Billed, charge: Charge, tables: PlanTables) -> PlanTables:
    """The tables of the plan that a charge is of."""
    made_by = (part.tables for part in billed.parts if any(one is charge for one in part.charges))
    return next(made_by, tables)


def _of_charge(charge: Charge, tables: PlanTables) -> Why:
    plan = tables.plan
    amount = to_decimal(charge.amount)
    steps = [*_clauses(charge, plan), *charge.steps]
    rows = tuple(event_row(rated, tables) for rated in charge.rated[:MOST_EVENTS])
    title = f"{charge.title} {charge.detail}".strip()
    return Why(
        title,
        amount,
        f"{amount} {plan.currency} = {charge.formula}",
        tuple(steps),
        rows,
        total_events=max(charge.events, len(charge.rated)),
    )


def _clauses(charge: Charge, plan: Plan) -> list[Step]:
    """The rate's own clauses, for a row of usage."""
    if not charge.rated or not charge.quantity:
        return []
    first = charge.rated[0]
    rate = first.rate
    if rate is None:
        return [Step(f"{charge.quantity} × {charge.unit_price}", charge.at)]
    steps = [Step(f"rated by `{rate.id}`: {rate.title or rate.match.service}", rate.at)]
    if rate.basis == "quantity":
        steps += [
            Step(f"{charge.quantity} billed after increments", one.at) for one in rate.increments
        ]
    steps.append(Step(f"{charge.quantity} at {charge.unit_price}", charge.at))
    total = show_amount(charge.exact)
    steps.append(Step(f"sum of {charge.events} events: {total}", None))
    return steps
