"""Earlier bills and what was paid for them: the balance brought forward, late fees, deposits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import Alert, PaymentRow, Section, Statement
from ratedsl.lang.source import Span
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Account, Deposit, Owed, Payment, Period
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


def statement_of(
    plan: Plan, account: Account, cycle: BillCycle, total: Decimal
) -> Statement | None:
    """The account at the close of a cycle; None where nothing of it is known."""
    owed, payments = _known(plan, account, cycle.end)
    held = sum((one.amount for one in held_deposits(plan, account, cycle.end)), NIL)
    autopay = any(_covers(one, cycle.end) for one in account.autopay)
    if not (owed or payments or held or autopay):
        return None
    _, went = apply_payments(owed, payments)
    rows = tuple(
        PaymentRow(
            day=one.day,
            amount=one.amount,
            deposit=one.deposit,
            reference=one.reference,
            applied=applied,
        )
        for one, applied in zip(payments, went, strict=True)
        if one.day >= cycle.start
    )
    earlier = sum((one.amount for one in payments if one.day < cycle.start), NIL)
    previous = sum((one.amount for one in owed), NIL) - earlier
    paid = sum((one.amount for one in rows), NIL)
    return Statement(
        previous=previous,
        payments=rows,
        amount_due=previous - paid + total,
        held=held,
        autopay=autopay,
    )


def held_deposits(plan: Plan, account: Account, close: date) -> list[Deposit]:
    """The deposits that are held when the day begins."""
    return [
        one
        for one in account.deposits
        if _in_currency(one, plan) and one.held < close and (one.end is None or one.end >= close)
    ]


def issued_before(plans: Collection[str], account: Account, day: date) -> Owed | None:
    """The bill of a cycle of these plans as it was issued, if it was."""
    return next(
        (one for one in account.owed if one.plan in plans and one.day == day and not one.at_once),
        None,
    )


def foreign_payments(plan: Plan, account: Account, cycle: BillCycle) -> Iterator[Alert]:
    """What came in during the cycle in another currency: it goes to no bill of the plan's."""
    for one in account.payments:
        if not _in_currency(one, plan) and cycle.start <= one.day < cycle.end:
            words = f"payment of {one.amount} {one.currency} is not in {plan.currency}: not applied"
            yield Alert(record="", words=words, when=str(one.day), at=plan.at)


def late_fees(plan: Plan, account: Account, cycle: BillCycle) -> list[Charge]:
    """The late fee of each earlier bill that came to be late in the cycle, charged once."""
    late = plan.late
    if late is None:
        return []
    owed, payments = _known(plan, account, cycle.end)
    # Another plan's bill has its late fee on that plan's bills.
    own = {"", plan.id, *(held.plan for line in account.lines for held in line.subscriptions)}
    found: list[Charge] = []
    for at, bill in enumerate(owed):
        day = bill.due + timedelta(late.days)
        if bill.plan not in own or not cycle.start <= day < cycle.end:
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
        key, title = f"late:{bill.number or bill.day}", f"Late payment of the bill of {bill.day}"
        found += _charged(plan, Section.LATE, key, title, words, exact, day, late.at)
    return found


def deposit_interest(plan: Plan, account: Account, cycle: BillCycle) -> list[Charge]:
    """What deposits have earned that were applied or returned in the cycle, as credits."""
    rule = plan.deposit_interest
    if rule is None:
        return []
    found: list[Charge] = []
    for number, one in enumerate(account.deposits):
        end = one.end
        if not _in_currency(one, plan) or end is None or not cycle.start <= end < cycle.end:
            continue
        days = (end - one.held).days
        exact = -Fraction(one.amount) * Fraction(rule.percent) / 100 * days / 365
        words = f"{rule.percent}% of {one.amount} a year for {days} days of 365"
        key, title = f"deposit:{number}:{one.held}", f"Interest on the deposit of {one.held}"
        found += _charged(plan, Section.DEPOSIT, key, title, words, exact, end, rule.at)
    return found


def _charged(
    plan: Plan,
    section: Section,
    key: str,
    title: str,
    words: str,
    exact: Fraction,
    day: date,
    at: Span,
) -> Iterator[Charge]:
    """A charge that no record makes, rounded as an item, unless it comes to nothing."""
    amount = round_money(exact, plan.rounding_for("item"))
    if amount:
        yield Charge(
            key=key,
            section=section,
            record="",
            title=title,
            at=at,
            supplied=day,
            detail=words,
            formula=words,
            exact=exact,
            amount=amount,
            steps=(Step(words, at),),
        )


def _known(plan: Plan, account: Account, close: date) -> tuple[list[Owed], list[Payment]]:
    """The bills and payments before a day in the plan's currency, in order of their days.

    A deposit that was applied is a payment.
    """
    owed = [one for one in account.owed if one.day < close and _in_currency(one, plan)]
    applied = (
        Payment(one.amount, one.applied, deposit=True, currency=one.currency)
        for one in account.deposits
        if one.applied is not None
    )
    paid = [
        one for one in (*account.payments, *applied) if one.day < close and _in_currency(one, plan)
    ]
    return sorted(owed, key=lambda one: one.day), sorted(paid, key=lambda one: one.day)


def _in_currency(one: Owed | Payment | Deposit, plan: Plan) -> bool:
    return one.currency in ("", plan.currency)


def _covers(one: Period, day: date) -> bool:
    return one.start <= day and (one.end is None or day < one.end)
