"""Taxes, and what goes with them, in the words of a plan."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.plan.model import (
    Bundle,
    ExemptionRecord,
    Jurisdiction,
    Plan,
    Share,
    Tax,
    TaxStep,
)
from ratedsl.report.show.words import (
    Rows,
    conditions,
    dated,
    money,
    named,
    rounding_words,
    when,
)


def tax_rows(tax: Tax, plan: Plan) -> Rows:
    """Everything that a tax says, a row for each fact."""
    head = f"{named(tax.title, tax.id)}, shown as {tax.shown}"
    return [head, *_base_rows(tax, plan), *_spared_rows(tax, plan), *_rest(tax, plan)]


def _base_rows(tax: Tax, plan: Plan) -> Iterator[str]:
    for step in tax.steps:
        yield dated(_step(step, tax, plan), step.period)
    for share in tax.base:
        stated = _stated(share)
        yield dated(f"base: {share.percent:f}% of {', '.join(share.of)}{stated}", share.period)
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
        spared = f"first {money(first.amount, plan.currency)} per invoice exempt {first.spread}"
        yield dated(spared, first.period)
    for cap in tax.caps:
        most = f"at {cap.at_tax}"
        if cap.amount is not None:
            most = money(cap.amount, plan.currency)
        yield dated(f"capped {most} per {cap.per}", cap.period)
    if tax.reverse:
        yield f"reverse charge when {conditions(tax.reverse)}"


def _rest(tax: Tax, plan: Plan) -> Iterator[str]:
    if tax.dated_by == "invoice":
        yield "dated by the invoice"
    if tax.rounding is not None:
        yield f"rounded {rounding_words(tax.rounding, plan.currency)}"
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
            f"{one.percent:f}% "
            + ("above" if one.bound is None else f"up to {money(one.bound, plan.currency)}")
            for one in step.brackets
        )
        return ", ".join(parts) + of
    if step.percent is not None:
        return f"{step.percent:f}%{of or ' of its base'}"
    if step.amount is None:
        return of.strip()
    return f"{money(step.amount, plan.currency)} per {step.unit or step.per}{of}"


def exemption_rows(one: ExemptionRecord) -> Rows:
    """What an exemption spares, and whom."""
    rows = [named(one.title, one.id)]
    if one.levels:
        rows.append(f"from taxes of level {', '.join(one.levels)}")
    if one.taxes:
        rows.append(f"from {', '.join(one.taxes)}")
    if one.of:
        rows.append(f"of {', '.join(one.of)}")
    return [*rows, *when(one.conditions)]


def place_rows(one: Jurisdiction) -> Rows:
    """A place, those around it, and the usage abroad that lies in it."""
    around = f", within {', '.join(one.within)}" if one.within else ""
    rows = [f"{named(one.title, one.id)}{around}"]
    if one.countries:
        rows.append(f"country {', '.join(one.countries)}")
    if one.networks:
        rows.append(f"network {', '.join(one.networks)}")
    return rows


def bundle_rows(one: Bundle, plan: Plan) -> Rows:
    """The parts of a bundle."""
    rows = [named(one.title, one.id), f"splits {', '.join(one.of)}"]
    for part in one.parts:
        share = f"{part.percent:f}%" if part.percent is not None else ""
        if part.price is not None:
            share = f"{money(part.price, plan.currency)} on its own"
        rows.append(f"{part.category}: {share}")
    return [*rows, *when(one.conditions)]
