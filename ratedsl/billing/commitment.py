"""Minimum commitments: what charges fall short of the committed amount is charged too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.holding import Holding, account_holding
from ratedsl.billing.invoice import Section
from ratedsl.plan.calendar import BillCycle, Calendar
from ratedsl.plan.model import Commitment, Plan
from ratedsl.plan.proration import PartPeriod, share_of
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.rating.trace import Step


def true_ups(
    plan: Plan,
    counting: str,
    charges: Sequence[Charge],
    held: list[Holding],
    cycle: BillCycle,
    calendar: Calendar,
) -> Iterator[Charge]:
    """The true-ups of commitments that count `before` or `after` discounts.

    A commitment for part of a cycle is prorated as its own fact says. What is charged counts
    for the holder: a line's own charges for a line, all of them for the account.
    """
    for commitment in plan.commitments:
        if commitment.counting != counting:
            continue
        for holding in account_holding(held) if commitment.scope == "account" else held:
            charge = _true_up(plan, commitment, charges, holding, cycle, calendar)
            if charge is not None:
                yield charge


def _true_up(
    plan: Plan,
    commitment: Commitment,
    charges: Sequence[Charge],
    holding: Holding,
    cycle: BillCycle,
    calendar: Calendar,
) -> Charge | None:
    start = max(holding.start, cycle.start)
    end = cycle.end if holding.end is None else min(holding.end, cycle.end)
    amount = next((one for one in commitment.amounts if one.period.holds(start)), None)
    if amount is None or start >= end:
        return None
    part = PartPeriod(start, end, cycle.start, cycle.end)
    share, words = share_of(part, commitment.proration, calendar)
    rounding = plan.rounding_for("item")
    committed = round_money(Fraction(amount.amount) * share, rounding)
    after = commitment.counting == "after"
    spent = sum(
        (
            charge.net if after else charge.amount
            for charge in charges
            if charge.is_of(amount.of) and (not holding.line or charge.line == holding.line)
        ),
        Fraction(0),
    )
    if spent >= committed:
        return None
    missing = committed - spent
    named = ", ".join(amount.of)
    steps = [Step(f"{to_decimal(committed)} committed of {named} per cycle", amount.at)]
    if words:
        steps.append(Step(f"part of the cycle: {words}", (commitment.proration or amount).at))
    steps.append(Step(f"{to_decimal(spent)} charged, {commitment.counting} discounts", amount.at))
    return Charge(
        key=f"commitment:{commitment.id}:{holding.line}",
        section=Section.COMMITMENTS,
        record=commitment.id,
        title=commitment.title or commitment.id,
        at=amount.at,
        supplied=start,
        line=holding.line,
        detail="true-up",
        formula=f"{to_decimal(committed)} committed − {to_decimal(spent)} charged",
        exact=missing,
        amount=missing,
        net=missing,
        steps=tuple(steps),
    )
