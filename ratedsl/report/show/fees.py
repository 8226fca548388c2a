"""Fees and commitments in plain text: how much, how often, for what, and on which terms."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.plan.model import Commitment, Fee, FeeAmount, Plan, Term
from ratedsl.report.show.words import (
    Rows,
    counted,
    dated,
    each,
    money,
    named,
    proration_words,
    when,
)


def fee_rows(fee: Fee, plan: Plan) -> Rows:
    """All that a fee says."""
    currency = fee.currency or plan.currency
    return [named(fee.title, fee.id), *_amounts(fee, currency), *_terms(fee, currency)]


def _amounts(fee: Fee, currency: str) -> Iterator[str]:
    payer = fee.item if fee.scope == "item" and fee.item != fee.id else fee.scope
    if fee.scope == "item" and fee.item == fee.id:
        payer = "add-on"
    for amount in fee.amounts:
        sum_of = f"{fee.tier_mode} tiers" if fee.tier_mode else money(amount.amount, currency)
        yield dated(f"{sum_of} {_often(amount)}, per {payer}", amount.period)
        if amount.note:
            yield amount.note
    for tier in fee.tiers:
        bound = f"up to {tier.limit}" if tier.limit is not None else "above"
        words = f"{bound}: {money(tier.amount, currency)} {'flat' if tier.flat else 'each'}"
        yield dated(words, tier.period)


def _terms(fee: Fee, currency: str) -> Iterator[str]:
    if fee.currency:
        yield f"in {fee.currency}"
    if fee.proration is not None:
        yield proration_words(fee.proration)
    if fee.counted_from != "take-up":
        yield f"periods from {fee.counted_from}"
    if fee.waived:
        yield f"waived for the first {counted(fee.waived, 'cycle')}"
    if fee.reduced is not None:
        yield (f"reduced to {money(fee.reduced, currency)} for {counted(fee.reduced_for, 'cycle')}")
    if fee.spread is not None:
        rest = "due" if fee.spread.rest_due else "waived"
        spread = counted(fee.spread.cycles, "cycle")
        yield f"spread over {spread}, the rest {rest} at an early end"
    yield from when(fee.conditions)
    if fee.term is not None:
        yield _term(fee.term, currency)
    if fee.category:
        yield f"category: {fee.category}"
    if fee.description:
        yield f"description: {fee.description}"
    if fee.provider:
        yield f"provided by {fee.provider}"


def _often(amount: FeeAmount) -> str:
    if amount.span == "once":
        return "once"
    return f"per {each(amount.every, amount.span)} in {amount.timing}"


def _term(term: Term, currency: str) -> str:
    words = f"term of {counted(term.count, term.span)}, then "
    words += "renews" if term.renews else "ends"
    if term.leaving is not None:
        return f"{words}; leaving {money(term.leaving, currency)}"
    return f"{words}; leaving {term.share:f}% of remaining" if term.share is not None else words


def commitment_rows(one: Commitment, plan: Plan) -> Rows:
    """The least that charges come to."""
    rows = [named(one.title, one.id)]
    for amount in one.amounts:
        words = (
            f"at least {money(amount.amount, plan.currency)} of {', '.join(amount.of)} "
            f"per {one.span}, per {one.scope}, counted {one.counting} discounts"
        )
        rows.append(dated(words, amount.period))
    if one.proration is not None:
        rows.append(proration_words(one.proration))
    return rows
