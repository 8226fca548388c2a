"""Credits for what was paid and not used: they give back what was paid, discounts included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import Section
from ratedsl.lang.source import Span
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Account, CreditNote
from ratedsl.rating.several import Side
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
    """The credit notes of a part of the account that are dated in the cycle, as charges below
    zero."""
    for number, note in enumerate(account.credits):
        if not cycle.start <= note.day < cycle.end:
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


def share_credits(sides: Sequence[Side], account: Account) -> list[Side]:
    """The sides of an account, each with the credit notes that stand in its part: a note once.

    It is the side that charges by the note's record: of several, the one that the note's line (or
    any line) took up last before its day. A plan that is not here may be the one, and have it.
    """
    if not account.credits:
        return list(sides)
    given: list[list[CreditNote]] = [[] for _ in sides]
    for note in account.credits:
        index = _side_of(note, sides, account)
        if index is not None:
            given[index].append(note)
    return [
        replace(side, account=replace(side.account, credits=tuple(own)))
        for side, own in zip(sides, given, strict=True)
    ]


def _side_of(note: CreditNote, sides: Sequence[Side], account: Account) -> int | None:
    charging = [
        number
        for number, side in enumerate(sides)
        if _charged_by(side.tables.plan, note.record) is not None
    ]
    here = {side.tables.plan.id for side in sides}
    held = [
        *_taken_up(note.line, ((number, sides[number].account) for number in charging)),
        *(one for one in _taken_up(note.line, [(-1, account)]) if one[1] not in here),
    ]
    before = [one for one in held if one[0] <= note.day]
    number = max(before)[2] if before else min(held, default=(note.day, "", -1))[2]
    if number < 0 and not held:
        return next(iter(charging), None)
    return number if number >= 0 else None


def _taken_up(
    line: str, accounts: Iterable[tuple[int, Account]]
) -> Iterator[tuple[date, str, int]]:
    """When a line (or any) took up which plan, each with the number of its account."""
    for number, account in accounts:
        for one in account.lines:
            if line in ("", one.id):
                yield from ((held.start, held.plan, number) for held in one.subscriptions)


def charged_records(plan: Plan) -> set[str]:
    """The ids of the records for whose charges a credit may be given."""
    fees, rates = (one.id for one in plan.fees), (one.id for one in plan.rates)
    return {*fees, *rates, *(one.id for one in plan.allowances)}


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
