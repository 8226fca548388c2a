"""Taxes that are worked out backwards: those in the price, and those in their own base."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ratedsl.billing.tax.amounts import rate_of
from ratedsl.billing.tax.bases import Bases, On
from ratedsl.billing.tax.entries import Entry
from ratedsl.billing.tax.lines import TaxedLine
from ratedsl.plan.model import Tax

ZERO = Fraction(0)
ONE = Fraction(1)


def amounts_included(
    steps: Sequence[Sequence[Tax]], bases: Bases, line: TaxedLine
) -> tuple[list[Entry], Fraction]:
    """The taxes in the price of a line, and the net that is left of it.

    Each is an amount and a factor of the net, so the net follows from their sums at a net of
    nothing and at a net of one.
    """
    gross = line.net
    start = _total(_evaluate(steps, bases, line, ZERO))
    factor = _total(_evaluate(steps, bases, line, ONE)) - start
    net = (gross - start) / (1 + factor)
    return _evaluate(steps, bases, line, net), net


def _total(entries: Sequence[Entry]) -> Fraction:
    return sum((one.amount for one in entries if not one.reverse), ZERO)


def _evaluate(
    steps: Sequence[Sequence[Tax]], bases: Bases, line: TaxedLine, net: Fraction
) -> list[Entry]:
    """The included taxes of a line at some net."""
    on: dict[str, dict[str, Fraction]] = {}
    found = []
    for taxes in steps:
        grossed = [tax for tax in taxes if tax.grossed]
        made = amounts_grossed(grossed, bases, [line], on, net)
        for tax in taxes:
            if tax.grossed or not bases.applies(tax) or not bases.is_due(tax, line):
                continue
            step = bases.step_on(tax, line)
            if step is None:
                continue
            base = bases.base(tax, step, line, net, on)
            entry = Entry(tax, step, line.key, line.line, base)
            entry.reverse = bases.is_reversed(tax, line)
            if bases.is_exempt(tax, line):
                entry.exempt = base
            if step.amount is None:
                entry.amount = entry.taxable * rate_of(step)
            elif step.per == "item" and not entry.exempt:
                entry.amount = Fraction(step.amount)
            elif line.charge is not None and not entry.exempt:
                count = Fraction(line.charge.started)
                if step.per == "unit":
                    fits = line.charge.dimension == step.dimension
                    count = Fraction(line.charge.units, step.unit_size) if fits else ZERO
                entry.amount = Fraction(step.amount) * count * line.share
            made.append(entry)
        for entry in made:
            if not entry.reverse:
                on.setdefault(entry.tax.id, {})[line.key] = entry.amount
        found += made
    return [one for one in found if one.base or one.amount]


def amounts_grossed(
    taxes: Sequence[Tax],
    bases: Bases,
    lines: Sequence[TaxedLine],
    on: On,
    net: Fraction | None = None,
) -> list[Entry]:
    """Taxes that stand on themselves and on each other, line by line.

    With the rates r and the bases b before them, their sum s is Σ r·b / (1 - Σ r), and each
    is r·(b + s): so many percent of the price that contains it.
    """
    found = []
    applying = [tax for tax in taxes if bases.applies(tax)]
    for line in lines:
        entries: list[tuple[Entry, Fraction]] = []
        for tax in applying:
            step = bases.step_on(tax, line)
            if step is None or not bases.is_due(tax, line):
                continue
            base = bases.base(tax, step, line, line.net if net is None else net, on)
            if not base:
                continue
            entry = Entry(tax, step, line.key, line.line, base)
            entry.reverse = bases.is_reversed(tax, line)
            exempt = bases.is_exempt(tax, line)
            if exempt:
                entry.exempt = base
            entries.append((entry, ZERO if exempt or entry.reverse else rate_of(step)))
        whole = sum((rate for _, rate in entries), ZERO)
        total = sum((rate * entry.base for entry, rate in entries), ZERO) / (1 - whole)
        for entry, rate in entries:
            if entry.exempt:
                continue
            if entry.reverse:
                entry.amount = entry.base * rate_of(entry.step)
                continue
            entry.base += total
            entry.amount = entry.base * rate
        found += [entry for entry, _ in entries]
    return found
