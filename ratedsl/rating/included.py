"""Allowances of money: they pay usage at its price, and what they pay is covered."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ratedsl.plan.model import Allowance
from ratedsl.rating.allowances import AllowanceBook
from ratedsl.rating.balances import is_money
from ratedsl.rating.choice import Chosen
from ratedsl.rating.events import Event
from ratedsl.rating.parts import ZERO, FeeCharged, Outcome, Part
from ratedsl.rating.pieces import Piece
from ratedsl.rating.shares import with_shares


def pay_from_allowances(
    book: AllowanceBook,
    event: Event,
    chosen: Chosen,
    fees: tuple[FeeCharged, ...],
    charge: Fraction,
    parts: list[Part],
    day: date,
) -> tuple[tuple[FeeCharged, ...], Fraction, list[Part]]:
    """What is left to charge once allowances of money have paid for the event.

    What they pay is covered, from the front to where the money ends.
    """
    for allowance, covers in chosen.allowances:
        if charge <= 0 or not is_money(allowance):
            continue
        balance = book.drawn_on(allowance, event.line, day)
        if balance is None:
            continue
        fees, parts = with_shares(fees, parts, charge)
        may = [
            part.outcome is Outcome.RATED
            and book.fitting(covers, Piece(part.window, event.start, 0, 0), chosen) is not None
            for part in parts
        ]
        if not any(may) and parts:
            continue
        before = balance.available(event.line, event.start)
        wanted = sum((fee.amount for fee in fees), ZERO)
        wanted += sum((part.amount for part, ok in zip(parts, may, strict=True) if ok), ZERO)
        whole = allowance.ends == "whole event" and before > 0
        money = wanted if whole else max(min(wanted, before), ZERO)
        if money:
            balance.draw(min(money, before), event.line, event.start)
        extra = book.charges_of(allowance, event, day) if money else ()
        charge -= money
        kept_fees: list[FeeCharged] = []
        kept: list[Part] = []
        for fee in fees:
            paid = min(fee.amount, money)
            money -= paid
            if fee.amount > paid:
                kept_fees.append(fee._replace(amount=fee.amount - paid))
        for part, ok in zip(parts, may, strict=True):
            paid = min(part.amount, money) if ok else ZERO
            money -= paid
            kept += _covered(part, paid, allowance, before) if ok else [part]
        fees, parts = (*kept_fees, *extra), kept
        charge += sum((fee.amount for fee in extra), ZERO)
        if allowance.after.kind == "blocked":
            parts, lost = _blocked(parts, allowance, may_pay=may)
            charge -= lost
    return fees, charge, parts


def _covered(part: Part, paid: Fraction, allowance: Allowance, before: Fraction) -> list[Part]:
    """A part as far as money of an allowance paid for it, and the rest of it."""
    if not paid:
        return [part]
    units = part.units if paid == part.amount else int(part.units * paid / part.amount)
    covered = part._replace(
        outcome=Outcome.COVERED,
        units=units,
        record=allowance.id,
        at=allowance.at,
        amount=ZERO,
        paid=paid,
        held=before,
    )
    if paid == part.amount:
        return [covered]
    return [covered, part._replace(units=part.units - units, amount=part.amount - paid)]


def _blocked(
    parts: list[Part], allowance: Allowance, *, may_pay: list[bool]
) -> tuple[list[Part], Fraction]:
    """The parts without what an exhausted allowance of money blocks, and what that would cost."""
    windows = {part.window for part, ok in zip(parts, may_pay, strict=False) if ok}
    lost = ZERO
    kept = []
    for part in parts:
        if part.outcome is Outcome.RATED and part.window in windows:
            lost += part.amount
            part = part._replace(  # noqa: PLW2901
                outcome=Outcome.REJECTED, amount=ZERO, reason="blocked", at=allowance.after.at
            )
        kept.append(part)
    return kept, lost
