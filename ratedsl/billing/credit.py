"""Credits for what was paid and not used: they give back what was paid, discounts included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import Section
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
    paid = remembered.get(("paid", f"fee:{charge.record}:{charge.line}:{charge.supplied}"))
    if paid is None:
        return
    charge.exact *= paid
    words = f"{brief_amount(paid * 100)}% of the fee was paid, the rest was discounted"
    charge.steps += (Step(words, charge.at),)


def looks_back(plan: Plan, account: Account, cycles: Sequence[BillCycle]) -> bool:
    """Whether bills of these cycles depend on the account's earlier ones."""
    if any(one.carries or (one.limit and one.limit_per == "contract") for one in plan.discounts):
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
