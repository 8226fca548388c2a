"""Earlier bills and what was paid for them: the balance brought forward, and late fees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import PaymentRow, Section, Statement
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Account, Owed, Payment
from ratedsl.rating.rounding import round_money
from ratedsl.rating.trace import Step

NIL = Decimal(0)


def apply_payments(
    owed: Sequence[Owed], payments: Sequence[Payment]
) -> tuple[list[Decimal], list[tuple[tuple[date, Decimal], ...]]]:
    """What stays open of each bill, and which bills each payment went to.

    The bills stand in order of their days; each payment goes to the oldest that is open.
    """
    left = [one.amount for one in owed]
    went = []
    for payment in payments:
        rest, applied = payment.amount, []
        for at, bill in enumerate(owed):
            part = min(rest, left[at])
            if part > 0:
                left[at] -= part
                rest -= part
                applied.append((bill.day, part))
        went.append(tuple(applied))
    return left, went


def statement_of(account: Account, cycle: BillCycle, total: Decimal) -> Statement | None:
    """The account at the close of a cycle; None where nothing of it is known."""
    owed, payments = _known(account, cycle.end)
    if not (owed or payments):
        return None
    _, went = apply_payments(owed, payments)
    rows = tuple(
        PaymentRow(day=one.day, amount=one.amount, deposit=one.deposit, applied=applied)
        for one, applied in zip(payments, went, strict=True)
        if one.day >= cycle.start
    )
    earlier = sum((one.amount for one in payments if one.day < cycle.start), NIL)
    previous = sum((one.amount for one in owed), NIL) - earlier
    paid = sum((one.amount for one in rows), NIL)
    return Statement(previous=previous, payments=rows, amount_due=previous - paid + total)


def late_fees(plan: Plan, account: Account, cycle: BillCycle) -> list[Charge]:
    """The late fee of each earlier bill that came to be late in the cycle, charged once."""
    late = plan.late
    if late is None:
        return []
    owed, payments = _known(account, cycle.end)
    found = []
    for at, bill in enumerate(owed):
        day = bill.due + timedelta(late.days)
        if not cycle.start <= day < cycle.end:
            continue
        left, _ = apply_payments(owed, [one for one in payments if one.day <= day])
        if left[at] <= 0:
            continue
        if late.percent is not None:
            exact = Fraction(left[at]) * Fraction(late.percent) / 100
            words = f"{late.percent}% of {left[at]} overdue on {day}"
        else:
            exact = Fraction(late.amount or NIL)
            words = f"{left[at]} overdue on {day}"
        amount = round_money(exact, plan.rounding_for("item"))
        if amount:
            found.append(
                Charge(
                    key=f"late:{bill.day}",
                    section=Section.LATE,
                    record="",
                    title=f"Late payment of the bill of {bill.day}",
                    at=late.at,
                    supplied=day,
                    detail=words,
                    formula=words,
                    exact=exact,
                    amount=amount,
                    steps=(Step(words, late.at),),
                )
            )
    return found


def _known(account: Account, close: date) -> tuple[list[Owed], list[Payment]]:
    """The bills and payments before a day, in order of their days."""
    owed = sorted((one for one in account.owed if one.day < close), key=lambda one: one.day)
    paid = sorted((one for one in account.payments if one.day < close), key=lambda one: one.day)
    return owed, paid
