"""A fee in plain text: how much, how often, for what, and on which terms."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.plan.model import Fee, FeeAmount, Term


def fee_rows(fee: Fee, currency: str) -> Iterator[str]:
    """The rows below the fee's name."""
    payer = fee.item if fee.scope == "item" and fee.item != fee.id else fee.scope
    for amount in fee.amounts:
        money = f"{fee.tier_mode} tiers" if fee.tier_mode else f"{amount.amount} {currency}"
        yield f"{money} {_often(amount)}, per {payer}"
        if amount.note:
            yield amount.note
    for tier in fee.tiers:
        bound = f"up to {tier.limit}" if tier.limit is not None else "above"
        yield f"{bound}: {tier.amount} {currency} {'flat' if tier.flat else 'each'}"
    if fee.proration is not None and fee.proration.method != "not":
        yield f"part periods by {fee.proration.method}"
    if fee.counted_from != "take-up":
        yield f"periods from {fee.counted_from}"
    if fee.waived:
        yield f"waived for the first {_cycles(fee.waived)}"
    if fee.reduced is not None:
        yield f"reduced to {fee.reduced} {currency} for {_cycles(fee.reduced_for)}"
    if fee.spread is not None:
        rest = "due" if fee.spread.rest_due else "waived"
        yield f"spread over {_cycles(fee.spread.cycles)}, the rest {rest} at an early end"
    if fee.conditions:
        yield "when " + " and ".join(
            f"{test.attribute} {test.operator} {', '.join(test.values) or test.number}".strip()
            + (f" {test.unit}s" if test.unit else "")
            for test in fee.conditions
        )
    if fee.term is not None:
        yield _term(fee.term, currency)


def _often(amount: FeeAmount) -> str:
    if amount.span == "once":
        return "once"
    span = f"{amount.every} {amount.span}s" if amount.every > 1 else amount.span
    return f"per {span} in {amount.timing}"


def _cycles(count: int) -> str:
    return f"{count} cycle{'s' if count > 1 else ''}"


def _term(term: Term, currency: str) -> str:
    words = f"term of {term.count} {term.span}{'s' if term.count > 1 else ''}, then "
    words += "renews" if term.renews else "ends"
    if term.leaving is not None:
        return f"{words}; leaving {term.leaving} {currency}"
    return f"{words}; leaving {term.share}% of remaining" if term.share is not None else words
