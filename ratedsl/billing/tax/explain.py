"""Why a tax comes to its amount: its rate, its base, what it spared, and how it was rounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from ratedsl.billing.tax.bases import Bases
from ratedsl.billing.tax.entries import Entry
from ratedsl.billing.tax.lines import TaxedLine
from ratedsl.billing.tax.rounding import group_rounding, rounding_of, total_of
from ratedsl.lang.source import Span
from ratedsl.plan.model import Plan, TaxStep
from ratedsl.rating.trace import Step
from ratedsl.rating.words import show_amount

ZERO = Fraction(0)


def explain(
    plan: Plan,
    bases: Bases,
    row: Sequence[Entry],
    exact: Fraction,
    by_key: Mapping[str, TaxedLine],
) -> tuple[Step, ...]:
    """The steps from the base of a tax to its rounded amount."""
    tax, step = row[0].tax, row[0].step
    steps = [_rate(step, row)]
    for share in tax.base:
        percent = bases.percent(share, row[0].line)
        words = f"{show_amount(percent)}% of {', '.join(share.of)} is in its base"
        if percent != share.percent:
            words += f", as the account's {share.stated_by} states"
        steps.append(Step(words, share.at))
    if tax.before:
        steps.append(Step(f"before discounts: {', '.join(tax.before)}", tax.at))
    if tax.within:
        steps.append(Step(f"due within {', '.join(tax.within)}", tax.at))
    steps += [why for entry in row for why in entry.why]
    steps += _spared(bases, row, by_key)
    steps += _parts(row, by_key)
    if tax.added == "included":
        steps.append(Step("included in the price, so worked out of it", tax.at))
    if tax.grossed:
        others = f" with {', '.join(tax.grossed_with)}" if tax.grossed_with else ""
        steps.append(Step(f"part of its own base{others}", tax.at))
    for cap in tax.caps:
        most = f"what {cap.at_tax} comes to" if cap.at_tax else f"{cap.amount} per {cap.per}"
        steps.append(Step(f"at most {most}", cap.at))
    if row[0].reverse:
        steps.append(Step("reverse charge: the customer accounts for it", tax.at))
    if tax.shown == "not billed":
        steps.append(Step("worked out, and not billed", tax.at))
    rounding = group_rounding(plan, tax.group) if tax.group else rounding_of(plan, tax)
    if rounding is not None:
        scope = f"tax group {tax.group}" if tax.group else rounding.scope
        words = f"rounded {rounding.mode} to {rounding.quantum}, {scope}"
        if exact != total_of(row):
            words += f": {show_amount(exact)} becomes {show_amount(total_of(row))}"
        steps.append(Step(words, rounding.at))
    return tuple(steps)


def _spared(bases: Bases, row: Sequence[Entry], by_key: Mapping[str, TaxedLine]) -> Iterator[Step]:
    """What is exempt, by each fact that says so."""
    spared: dict[Span, Fraction] = {}
    for one in row:
        if one.exempt:
            at = bases.exempting(one.tax, by_key[one.key]) or one.tax.at
            spared[at] = spared.get(at, ZERO) + one.exempt
    for at, amount in spared.items():
        yield Step(f"{show_amount(amount)} is exempt", at)


def _parts(row: Sequence[Entry], by_key: Mapping[str, TaxedLine]) -> Iterator[Step]:
    """The parts of bundles that the tax stands on."""
    for one in row:
        part = by_key[one.key].part if one.key in by_key else None
        if part is not None:
            yield Step(f"{show_amount(one.base)} of a bundle is {part.category}", part.at)


def _rate(step: TaxStep, row: Sequence[Entry]) -> Step:
    if step.brackets:
        return Step(f"{brackets(step)} of {', '.join(step.of) or 'its base'}", step.at)
    if step.amount is None:
        return Step(f"{step.percent}% of {', '.join(step.of) or 'its base'}", step.at)
    counted = f" × {len(row)} lines" if step.per == "line" else ""
    return Step(f"{step.amount} per {step.unit or step.per}{counted}", step.at)


def brackets(step: TaxStep) -> str:
    """The brackets in words."""
    return ", ".join(
        f"{one.percent}% {'above' if one.bound is None else f'up to {one.bound}'}"
        for one in step.brackets
    )
