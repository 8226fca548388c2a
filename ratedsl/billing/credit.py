"""Credits for what was paid and not used: they give back what was paid, discounts included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import Section
from ratedsl.lang.source import Span
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Account
from ratedsl.rating.trace import Step
from ratedsl.rating.words import brief_amount


def remember_paid(
    plan: Plan, charges: Sequence[Charge], remembered: dict[tuple[str, ...], Fraction]
) -> None:
    """Keep which share of each fee the discounts before tax left, for a credit of it."""
    if not any(discount.applies == "before" for discount in plan.discounts):
        return
    for charge in charges:
        if charge.section is Section.FEES and charge.amount and charge.net != charge.amount:
            remembered["paid", charge.key] = charge.net / charge.amount


def credit_what_was_paid(charge: Charge, remembered: dict[tuple[str, ...], Fraction]) -> None:
    """Lower a credit by the share that a discount took off the fee which it gives back."""
    if not charge.key.startswith("credit:"):
        return
    paid = remembered.get(("paid", f"fee:{charge.record}:{charge.line}:{charge.supplied}"))
    if paid is None:
        return
    charge.exact *= paid
    words = f"{brief_amount(paid * 100)}% of the fee was paid, the rest was discounted"
    charge.steps += (Step(words, charge.at),)


def credit_notes(plan: Plan, account: Account, cycle: BillCycle) -> Iterator[Charge]:
    """The credit notes that are dated in the cycle, as charges below zero.

    They stand on the bill of the plan that the account took up last before them.
    """
    for number, note in enumerate(account.credits):
        if not (cycle.start <= note.day < cycle.end) or not _leads(plan, account, note.day):
            continue
        found = _charged_by(plan, note.record)
        if found is None:
            continue
        title, at, of_usage = found
        detail = f"credit note of {note.day}"
        yield Charge(
            key=f"note:{note.record}:{note.line}:{note.day}:{number}",
            section=Section.CREDITS,
            record=note.record,
            title=f"Credit, {title}",
            at=at,
            supplied=note.supplied or note.day,
            line=note.line,
            detail=detail,
            formula=detail,
            exact=-Fraction(note.amount),
            steps=(Step(f"{note.amount} given back, {detail}", at),),
            of_usage=of_usage,
        )


def _leads(plan: Plan, account: Account, day: date) -> bool:
    """Whether the plan is the last one that any line took up until a day."""
    held = [
        (one.start, one.plan)
        for line in account.lines
        for one in line.subscriptions
        if one.start <= day
    ]
    return not held or max(held)[1] == plan.id


def _charged_by(plan: Plan, record: str) -> tuple[str, Span, bool] | None:
    """The title and the clause of a record that charges, and whether it charges for usage."""
    for fee in plan.fees:
        if fee.id == record:
            return fee.title or fee.id, fee.at, False
    for rate in plan.rates:
        if rate.id == record:
            return rate.title or rate.id, rate.at, True
    for allowance in plan.allowances:
        if allowance.id == record:
            return allowance.title or allowance.id, allowance.at, True
    return None


def looks_back(plan: Plan, account: Account, cycles: Sequence[BillCycle]) -> bool:
    """Whether bills of these cycles depend on the account's earlier ones."""
    if any(one.carries or (one.limit and one.limit_per == "contract") for one in plan.discounts):
        return True
    if any(one.span != "cycle" for one in plan.commitments):
        return True
    if not any(discount.applies == "before" for discount in plan.discounts):
        return False
    ends: list[date | None] = []
    for line in account.lines:
        for one in line.subscriptions:
            left = one.left.credit if one.left else ""
            if "crediting unused" in (plan.cancel, left):
                ends.append(one.end)
        if plan.cancel == "crediting unused":
            ends += [item.end for item in line.items]
    # A credit falls due with the bill that closes on or after the end.
    return any(end and any(one.start < end <= one.end for one in cycles) for end in ends)
