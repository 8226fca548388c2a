"""Judges what a test expects of costs, of the margin, and of what parties owe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from ratedsl.billing.margin import Margin
from ratedsl.billing.settlement import Settlement
from ratedsl.plan.model import Expectation, Plan
from ratedsl.rating.costs import own_cost, unknown_cost
from ratedsl.rating.parts import RatedEvent
from ratedsl.rating.words import COST_REASONS, show_amount

ZERO = Fraction(0)


def judge_cost(
    one: Expectation,
    rated: Sequence[RatedEvent],
    margins: Mapping[date, Margin],
    settlements: Mapping[date, Settlement],
    plan: Plan,
) -> tuple[bool, str, str, Fraction | None]:
    """Whether an expectation holds, what was expected and what came, in words and as a figure.

    Cost and margin are those of the invoice where the test makes one, else those of its events,
    exactly. A sum that leaves out an event of unknown cost is not what anyone expects.
    """
    missing = [reason for event in rated if (reason := unknown_cost(event))]
    if one.text:
        return bool(missing), "cost unknown", "the cost of every event is known", None
    assert one.money is not None
    wanted = currency = one.currency or plan.currency
    problem = ""
    if one.what in ("owed to", "owed by"):
        assert one.bill is not None
        found, currency = _owed(one, settlements[one.bill])
    elif one.record:
        found, currency = _of_record(one, rated, plan)
    else:
        found = _of_all(one, rated, margins.get(one.bill) if one.bill else None)
        if missing:
            words = COST_REASONS.get(missing[0], missing[0])
            problem = f"{len(missing)} of the events have no known cost: {words}"
    name = " ".join(part for part in (one.what, one.record) if part)
    holds = found == Fraction(one.money) and currency == wanted and not problem
    came = problem or f"{show_amount(found)} {currency}"
    figure = found if currency == wanted and not problem else None
    return holds, f"{name} {one.money} {wanted}", came, figure


def _of_all(one: Expectation, rated: Sequence[RatedEvent], margin: Margin | None) -> Fraction:
    if margin is not None:
        return Fraction(margin.cost if one.what == "cost" else margin.margin)
    cost = sum((own_cost(event) for event in rated), ZERO)
    if one.what == "cost":
        return cost
    return sum((event.whole_charge for event in rated), ZERO) - cost


def _of_record(one: Expectation, rated: Sequence[RatedEvent], plan: Plan) -> tuple[Fraction, str]:
    """What one cost comes to over all events, in its own currency."""
    found = ZERO
    currency = next((cost.currency for cost in plan.costs if cost.id == one.record), "")
    for event in rated:
        for cost in event.costs:
            if cost.rated.rate is not None and cost.rated.rate.id == one.record:
                found += cost.amount
    return found, currency or plan.currency


def _owed(one: Expectation, settlement: Settlement) -> tuple[Fraction, str]:
    statement = next(found for found in settlement.statements if found.party == one.record)
    owed = statement.owed_to if one.what == "owed to" else statement.owed_by
    return Fraction(owed), statement.currency
