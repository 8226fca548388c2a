"""Minimum commitments: what charges fall short of the committed amount is charged too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from ratedsl.billing.charge import Charge
from ratedsl.billing.holding import Holding, account_holding
from ratedsl.billing.invoice import Section
from ratedsl.plan.calendar import BillCycle, Calendar, moved
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
    remembered: dict[tuple[str, ...], Fraction],
) -> Iterator[Charge]:
    """The true-ups of commitments that count `before` or `after` discounts.

    A commitment for part of a cycle is prorated as its own fact says. What is charged counts
    for the holder: a line's own charges for a line, all of them for the account. The stays of
    a line that comes back within the cycle are one commitment, since its charges are one sum.
    Over a quarter or a year, `remembered` keeps what earlier bills charged; the last bill compares.
    """
    for commitment in plan.commitments:
        if commitment.counting != counting:
            continue
        stays: dict[str, list[Holding]] = {}
        for holding in account_holding(held) if commitment.scope == "account" else held:
            stays.setdefault(holding.line, []).append(holding)
        for line, found in stays.items():
            committed = _committed(commitment, found, cycle, calendar)
            if not committed.parts:
                continue
            spent = _spent(commitment, charges, line, committed.parts[0].amount)
            if commitment.span != "cycle":
                # The bills before are made again with all that is known, so they have it.
                own = [
                    one for one in charges if one.late_of is None or one.late_of < committed.start
                ]
                spent = _spent(commitment, own, line, committed.parts[0].amount)
                key = ("committed", commitment.id, line, str(committed.start))
                spent = remembered[key] = remembered.get(key, Fraction(0)) + spent
                if cycle.end < committed.end:
                    continue
            charge = _true_up(plan, commitment, committed, spent, line, cycle)
            if charge is not None:
                yield charge


def _spent(
    commitment: Commitment, charges: Sequence[Charge], line: str, amount: CommitmentAmount
) -> Fraction:
    """What the charges of a bill come to that count for the commitment."""
    after = commitment.counting == "after"
    return sum(
        (
            charge.net if after else charge.amount
            for charge in charges
            if charge.is_of(amount.of) and (not line or charge.line == line)
        ),
        Fraction(0),
    )


def _true_up(
    plan: Plan,
    commitment: Commitment,
    found: _Committed,
    spent: Fraction,
    line: str,
    cycle: BillCycle,
) -> Charge | None:
    parts = found.parts
    amount, span = parts[0].amount, commitment.span
    words = ", ".join(one.words for one in parts if one.words)
    rounding = plan.rounding_for("item")
    committed = round_money(sum((one.committed for one in parts), Fraction(0)), rounding)
    if spent >= committed:
        return None
    missing = committed - spent
    named = ", ".join(amount.of)
    steps = [Step(f"{to_decimal(committed)} committed of {named} per {span}", amount.at)]
    if words:
        steps.append(Step(f"part of the {span}: {words}", (commitment.proration or amount).at))
    if span != "cycle":
        last = found.end - timedelta(days=1)
        steps.append(Step(f"the {span} is {found.start} to {last}", amount.at))
    steps.append(Step(f"{to_decimal(spent)} charged, {commitment.counting} discounts", amount.at))
    return Charge(
        key=f"commitment:{commitment.id}:{line}",
        section=Section.COMMITMENTS,
        record=commitment.id,
        title=commitment.title or commitment.id,
        at=amount.at,
        # A row of this bill, also where the quarter began on one before.
        supplied=max(parts[0].start, cycle.start),
        line=line,
        detail="true-up",
        formula=f"{to_decimal(committed)} committed − {to_decimal(spent)} charged",
        exact=missing,
        amount=missing,
        net=missing,
        steps=tuple(steps),
    )


class _Part(NamedTuple):
    """What one stay commits to in the span, and how that was prorated."""

    start: date
    amount: CommitmentAmount
    committed: Fraction
    words: str


class _Committed(NamedTuple):
    """What a holder's stays commit to in the span of a bill: local dates, the end exclusive."""

    start: date
    end: date
    parts: list[_Part]


def span_of(span: str, day: date) -> tuple[date, date]:
    """The calendar quarter or year that holds a day, the end exclusive."""
    first = date(day.year, 1, 1)
    if span == "quarter":
        first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return first, moved(first, span, 1)


def _committed(
    commitment: Commitment, stays: list[Holding], cycle: BillCycle, calendar: Calendar
) -> _Committed:
    first, last = cycle.start, cycle.end
    if commitment.span != "cycle":
        # A bill belongs to the quarter in which its cycle starts.
        first, last = span_of(commitment.span, cycle.start)
    parts = []
    for stay in sorted(stays, key=lambda one: one.start):
        start = max(stay.start, first)
        end = last if stay.end is None else min(stay.end, last)
        amount = next((one for one in commitment.amounts if one.period.holds(start)), None)
        if amount is None or start >= end:
            continue
        part = PartPeriod(start, end, first, last)
        share, words = share_of(part, commitment.proration, calendar)
        parts.append(_Part(start, amount, Fraction(amount.amount) * share, words))
    return _Committed(first, last, parts)
