"""The exact amounts of a tax, line by line, before any rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from ratedsl.billing.tax.bases import Bases, On
from ratedsl.billing.tax.entries import Entry
from ratedsl.billing.tax.lines import TaxedLine
from ratedsl.plan.model import FirstExempt, Tax, TaxStep
from ratedsl.rating.trace import Step
from ratedsl.rating.words import show_amount

ZERO = Fraction(0)


def rate_of(step: TaxStep) -> Fraction:
    """A percentage as a factor."""
    return Fraction(step.percent or 0) / 100


def amounts_on_top(
    tax: Tax,
    bases: Bases,
    lines: Sequence[TaxedLine],
    on: On,
    fixed: Callable[[Tax, str], TaxedLine],
    line_ids: Sequence[str],
) -> list[Entry]:
    """What a tax that is added on top comes to on each line that it is due on.

    `fixed` makes the line of an amount that stands on no charge: per line or per invoice.
    """
    if not bases.applies(tax):
        return []
    found = []
    for line in lines:
        step = bases.step_on(tax, line)
        if step is None or step.per in ("line", "invoice") or not bases.is_due(tax, line):
            continue
        entry = _on_line(tax, step, bases, line, on)
        if entry is not None:
            found.append(entry)
    found += _fixed(tax, bases, lines, fixed, line_ids)
    _first_exempt(tax, bases, found)
    for entry in found:
        if entry.step.percent is not None:
            entry.amount = entry.taxable * rate_of(entry.step)
    _brackets(found)
    return found


def _on_line(tax: Tax, step: TaxStep, bases: Bases, line: TaxedLine, on: On) -> Entry | None:
    base = bases.base(tax, step, line, line.net, on)
    entry = Entry(tax, step, line.key, line.line, base)
    entry.reverse = bases.is_reversed(tax, line)
    exempt = bases.is_exempt(tax, line)
    if step.amount is None:
        entry.exempt = base if exempt else ZERO
        return entry if base else None
    count = _count(tax, step, bases, line, base)
    if not count:
        return None
    amount = Fraction(step.amount) * count
    entry.exempt, entry.amount = (amount, ZERO) if exempt else (ZERO, amount)
    return entry


def _count(tax: Tax, step: TaxStep, bases: Bases, line: TaxedLine, base: Fraction) -> Fraction:
    """How often a fixed amount is due on a line: once, by its events, or by its usage."""
    charge = line.charge
    if step.per == "item":
        named = bases.names(tax, step)
        charged = base if named else line.net
        return Fraction(bool(charged))
    if charge is None or not line.is_of(bases.names(tax, step)):
        return ZERO
    if step.per == "event":
        return Fraction(charge.started) * line.share
    if charge.dimension != step.dimension:
        return ZERO
    return Fraction(charge.units, step.unit_size) * line.share


def _fixed(
    tax: Tax,
    bases: Bases,
    lines: Sequence[TaxedLine],
    fixed: Callable[[Tax, str], TaxedLine],
    line_ids: Sequence[str],
) -> list[Entry]:
    """An amount for each line, or for an invoice that charges something."""
    step = next((step for step in tax.steps if step.period.holds(bases.close)), None)
    if step is None or step.per not in ("line", "invoice"):
        return []
    holders = line_ids if step.per == "line" else [""] if any(one.net for one in lines) else []
    found = []
    for holder in holders:
        if step.of and not any(
            one.is_of(step.of) and one.net and holder in ("", one.line) for one in lines
        ):
            continue
        line = fixed(tax, holder)
        if not bases.is_due(tax, line):
            continue
        assert step.amount is not None
        amount = Fraction(step.amount)
        entry = Entry(tax, step, line.key, holder, reverse=bases.is_reversed(tax, line))
        exempt = bases.is_exempt(tax, line)
        entry.exempt, entry.amount = (amount, ZERO) if exempt else (ZERO, amount)
        found.append(entry)
    return found


def _first_exempt(tax: Tax, bases: Bases, entries: list[Entry]) -> None:
    """Spare the first money of what is left of the base, by order or in proportion."""
    first = next((one for one in tax.first if one.period.holds(bases.close)), None)
    if first is None:
        return
    open_ = [one for one in entries if one.taxable > 0 and one.step.amount is None]
    total = sum((one.taxable for one in entries if one.step.amount is None), ZERO)
    spared = max(min(Fraction(first.amount), total), ZERO)
    _spare(first, open_, spared)


def _spare(first: FirstExempt, entries: list[Entry], spared: Fraction) -> None:
    total = sum((one.taxable for one in entries), ZERO)
    left = spared
    for entry in entries:
        part = min(left, entry.taxable)
        if first.spread == "in proportion":
            part = spared * entry.taxable / total
        if part:
            words = f"{show_amount(part)} of the first {first.amount} exempt, {first.spread}"
            entry.why += (Step(words, first.at),)
        entry.exempt += part
        left -= part


def _brackets(entries: list[Entry]) -> None:
    """Brackets count the whole base of the invoice; what they come to is spread over it."""
    by_step: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.step.brackets:
            by_step.setdefault(id(entry.step), []).append(entry)
    for same in by_step.values():
        total = sum((one.taxable for one in same), ZERO)
        if total <= 0:
            continue
        amount, below = ZERO, ZERO
        for bracket in same[0].step.brackets:
            top = total if bracket.bound is None else min(total, Fraction(bracket.bound))
            if top > below:
                amount += (top - below) * Fraction(bracket.percent) / 100
                below = top
        for one in same:
            one.amount = amount * one.taxable / total
