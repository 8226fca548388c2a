"""Taxes, and what goes with them, in the words of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ratedsl.plan.model import (
    Bundle,
    ExemptionRecord,
    Jurisdiction,
    Plan,
    Share,
    Tax,
    TaxStep,
    Test,
)


def conditions(tests: Iterable[Test]) -> str:
    """Tests that must all hold, as a plan writes them."""
    return " and ".join(
        f"{test.attribute} {test.operator} "
        + (", ".join(test.values) or f"{test.number} {test.unit}".rstrip())
        for test in tests
    )


def tax_rows(tax: Tax, plan: Plan) -> Iterator[str]:
    """Everything that a tax says, a row for each fact."""
    yield from _base_rows(tax, plan)
    yield from _spared_rows(tax, plan)
    yield from _rest(tax)


def _base_rows(tax: Tax, plan: Plan) -> Iterator[str]:
    for step in tax.steps:
        yield _step(step, tax, plan)
    for share in tax.base:
        stated = _stated(share)
        yield f"base: {share.percent}% of {', '.join(share.of)}{stated}"
    if tax.before:
        names = "all discounts" if tax.before == ("all",) else f"discounts {', '.join(tax.before)}"
        yield f"before {names}"
    how = ["included in the price"] if tax.added == "included" else []
    if tax.grossed:
        how.append(
            " with ".join(("grossed up", ", ".join(tax.grossed_with))).removesuffix(" with ")
        )
    if how:
        yield ", ".join(how)
    if tax.level:
        yield f"level {tax.level}"
    if tax.within:
        yield f"within {', '.join(tax.within)}"
    if tax.replaces:
        yield f"replaces {', '.join(tax.replaces)}"


def _spared_rows(tax: Tax, plan: Plan) -> Iterator[str]:
    for one in tax.exempt:
        when = f" when {conditions(one.conditions)}" if one.conditions else ""
        yield f"exempt: {', '.join(one.of) or 'all'}{when}"
    for first in tax.first:
        yield f"first {first.amount} {plan.currency} per invoice exempt {first.spread}"
    for cap in tax.caps:
        most = f"at {cap.at_tax}" if cap.at_tax else f"{cap.amount} {plan.currency} per {cap.per}"
        yield f"capped {most}"
    if tax.reverse:
        yield f"reverse charge when {conditions(tax.reverse)}"


def _rest(tax: Tax) -> Iterator[str]:
    if tax.dated_by == "invoice":
        yield "dated by the invoice"
    if tax.rounding is not None:
        one_rounding = tax.rounding
        never = ", never to zero" if one_rounding.never_zero else ""
        yield f"rounded {one_rounding.mode} {one_rounding.quantum} per {one_rounding.scope}{never}"
    if tax.group:
        yield f"rounded in group {tax.group}"
    if tax.conditions:
        yield f"when {conditions(tax.conditions)}"
    if tax.source is not None:
        read = f", read {tax.source.read}" if tax.source.read else ""
        review = f", to be reviewed by {tax.source.review}" if tax.source.review else ""
        yield f"source: {tax.source.words}{read}{review}"


def _stated(share: Share) -> str:
    if not share.stated_by:
        return ""
    what = "the rest of what" if share.stated_rest else "what"
    return f", or {what} the account states as {share.stated_by}"


def _step(step: TaxStep, tax: Tax, plan: Plan) -> str:
    of = "" if tax.base or not step.of else f" of {', '.join(step.of)}"
    if step.brackets:
        parts = (
            f"{one.percent}% "
            + ("above" if one.bound is None else f"up to {one.bound} {plan.currency}")
            for one in step.brackets
        )
        return ", ".join(parts) + of
    if step.percent is not None:
        return f"{step.percent}%{of or ' of its base'}"
    return f"{step.amount} {plan.currency} per {step.unit or step.per}{of}"


def exemption_rows(one: ExemptionRecord) -> Iterator[str]:
    """What an exemption spares, and whom."""
    if one.levels:
        yield f"from taxes of level {', '.join(one.levels)}"
    if one.taxes:
        yield f"from {', '.join(one.taxes)}"
    if one.of:
        yield f"of {', '.join(one.of)}"
    if one.conditions:
        yield f"when {conditions(one.conditions)}"


def place_row(one: Jurisdiction) -> str:
    """A place and those around it."""
    around = f", within {', '.join(one.within)}" if one.within else ""
    return f"{one.title} ({one.id}){around}" if one.title else f"{one.id}{around}"


def bundle_rows(one: Bundle) -> Sequence[str]:
    """The parts of a bundle."""
    rows = [f"splits {', '.join(one.of)}"]
    rows += [
        f"{part.category}: {part.percent}%"
        if part.percent is not None
        else f"{part.category}: {part.price} on its own"
        for part in one.parts
    ]
    if one.conditions:
        rows.append(f"when {conditions(one.conditions)}")
    return rows
