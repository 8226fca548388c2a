"""Minimum commitments: what charges fall short of the committed amount is charged too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ratedsl.billing.charge import Charge
from ratedsl.billing.holding import Holding, account_holding
from ratedsl.billing.invoice import Section
from ratedsl.plan.calendar import BillCycle, Calendar
from ratedsl.plan.model import Commitment, CommitmentAmount, Plan
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
    for the holder: a line's own charges for a line, all of them for the account. The stays of
    a line that comes back within the cycle are one commitment, since its charges are one sum.
    """
    for commitment in plan.commitments:
        if commitment.counting != counting:
            continue
        stays: dict[str, list[Holding]] = {}
        for holding in account_holding(held) if commitment.scope == "account" else held:
            stays.setdefault(holding.line, []).append(holding)
        for line, found in stays.items():
            charge = _true_up(plan, commitment, charges, line, found, cycle, calendar)
            if charge is not None:
                yield charge


def _true_up(
    plan: Plan,
    commitment: Commitment,
    charges: Sequence[Charge],
    line: str,
    stays: list[Holding],
    cycle: BillCycle,
    calendar: Calendar,
) -> Charge | None:
    parts = list(_parts(commitment, stays, cycle, calendar))
    if not parts:
        return None
    start, amount = parts[0].start, parts[0].amount
    words = ", ".join(one.words for one in parts if one.words)
    rounding = plan.rounding_for("item")
    committed = round_money(sum((one.committed for one in parts), Fraction(0)), rounding)
    after = commitment.counting == "after"
    spent = sum(
        (
            charge.net if after else charge.amount
            for charge in charges
            if charge.is_of(amount.of) and (not line or charge.line == line)
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
        key=f"commitment:{commitment.id}:{line}",
        section=Section.COMMITMENTS,
        record=commitment.id,
        title=commitment.title or commitment.id,
        at=amount.at,
        supplied=start,
        line=line,
        detail="true-up",
        formula=f"{to_decimal(committed)} committed − {to_decimal(spent)} charged",
        exact=missing,
        amount=missing,
        net=missing,
        steps=tuple(steps),
    )


class _Part(NamedTuple):
    """What one stay commits to in the cycle, and how that was prorated."""

    start: date
    amount: CommitmentAmount
    committed: Fraction
    words: str


def _parts(
    commitment: Commitment, stays: list[Holding], cycle: BillCycle, calendar: Calendar
) -> Iterator[_Part]:
    for stay in sorted(stays, key=lambda one: one.start):
        start = max(stay.start, cycle.start)
        end = cycle.end if stay.end is None else min(stay.end, cycle.end)
        amount = next((one for one in commitment.amounts if one.period.holds(start)), None)
        if amount is None or start >= end:
            continue
        part = PartPeriod(start, end, cycle.start, cycle.end)
        share, words = share_of(part, commitment.proration, calendar)
        yield _Part(start, amount, Fraction(amount.amount) * share, words)
