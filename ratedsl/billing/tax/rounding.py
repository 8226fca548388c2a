"""Rounding of taxes: per item, per invoice, or as a group; and what a cap leaves of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ratedsl.billing.apportion import round_to
from ratedsl.billing.tax.entries import Entry
from ratedsl.plan.model import Plan, Rounding, Tax
from ratedsl.rating.rounding import round_money

ZERO = Fraction(0)


def rounding_of(plan: Plan, tax: Tax) -> Rounding | None:
    """What a tax says of its rounding, or else its plan."""
    if tax.rounding is not None:
        return tax.rounding
    return plan.rounding_for("tax per item") or plan.rounding_for("tax per invoice")


def round_rows(plan: Plan, rows: Sequence[list[Entry]]) -> None:
    """Round the entries of some taxes in place; each row is one tax at one rate.

    Rows of a group are rounded together, once, and what that leaves goes to those with the
    largest remainders. A tax that is rounded once an invoice keeps its difference with its
    largest entry, so that later steps use rounded values.
    """
    grouped: dict[str, list[list[Entry]]] = {}
    for row in rows:
        group = row[0].tax.group
        if group:
            grouped.setdefault(f"{group} {row[0].reverse}", []).append(row)
            continue
        rounding = rounding_of(plan, row[0].tax)
        if rounding is not None and rounding.scope == "tax per item":
            for entry in row:
                entry.amount = round_money(entry.amount, rounding)
        else:
            _settle(row, round_money(total_of(row), rounding))
    for together in grouped.values():
        rounding = group_rounding(plan, together[0][0].tax.group)
        quantum = Fraction(rounding.quantum) if rounding else Fraction(1, 10**12)
        totals = [total_of(row) for row in together]
        names = [row[0].tax.id for row in together]
        whole = round_money(sum(totals, ZERO), rounding)
        if not sum(totals, ZERO):
            continue
        for row, share in zip(together, round_to(whole, totals, quantum, names), strict=True):
            _settle(row, share)


def group_rounding(plan: Plan, group: str) -> Rounding | None:
    """The plan's rounding of a group of taxes."""
    return next((one for one in plan.rounding if one.group == group), None)


def total_of(entries: Sequence[Entry]) -> Fraction:
    """What the entries come to."""
    return sum((one.amount for one in entries), ZERO)


def _settle(row: Sequence[Entry], total: Fraction) -> None:
    """Make a row come to its rounded total."""
    difference = total - total_of(row)
    if difference:
        largest = max(row, key=lambda one: (abs(one.amount), one.key))
        largest.amount += difference


def hold_to(entries: Sequence[Entry], most: Fraction) -> bool:
    """Lower the entries in proportion so that they come to no more; whether they had to be."""
    total = total_of(entries)
    if total <= most:
        return False
    for entry in entries:
        entry.amount = entry.amount * most / total
    return True
