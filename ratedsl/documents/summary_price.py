"""What a contract summary says of prices: fees, discounts, usage and taxes."""

from __future__ import annotations

from ratedsl.documents.paper import Entry, Stated
from ratedsl.documents.prices import Prices, at_home, is_free, is_option, recurs, when_words
from ratedsl.lang.source import Span
from ratedsl.plan.model import Discount, Plan
from ratedsl.report.show.words import counted


def price_entries(plan: Plan) -> tuple[Entry, ...]:
    """Every fee, discount, commitment and price of usage at home, and the taxes in them."""
    prices = Prices(plan, taxed=True)
    found = []
    for fee in sorted(plan.fees, key=lambda one: (is_option(one), not recurs(one), one.id)):
        label = fee.title or fee.id
        if is_option(fee):
            label += " (option)"
        rows = prices.fee(fee)
        if fee.conditions:
            rows = (*rows, when_words(fee.conditions))
        found.append(Entry(label, rows, tuple(one.at for one in fee.amounts)))
    if not plan.fees:
        found.append(Entry("Fees", ("None",), (plan.at,)))
    found += [
        Entry(one.title or one.id, (_discount(one, prices),), _places(one))
        for one in plan.discounts
    ]
    for commitment in plan.commitments:
        least = prices.money(commitment.amounts[0].amount)
        words = f"at least {least} per {prices.span(commitment.span)}, without taxes"
        label = commitment.title or commitment.id
        found.append(Entry(label, (words,), (commitment.amounts[0].at,)))
    for rate in plan.rates:
        if not at_home(rate) or is_free(rate):
            continue
        found.append(Entry(rate.title or rate.id, ("; ".join(prices.usage(rate)),), (rate.at,)))
    taxes, clauses = prices.tax_words()
    if taxes:
        found.append(Entry("Taxes", taxes, clauses))
    if any(one.match.roaming for one in plan.rates):
        found.append(_price_list(plan))
    return tuple(found)


def _price_list(plan: Plan) -> Entry:
    """Prices of usage abroad are many: the terms hold them, and the summary says where."""
    stated = Stated(plan)
    terms = plan.contract.terms if plan.contract is not None else ""
    words = f"In the full price list: {terms}" if terms else ""
    return stated.entry("Prices abroad", "contract", "terms", (words,), 'terms "TEXT"')


def _discount(one: Discount, prices: Prices) -> str:
    steps = []
    for step in one.steps:
        if step.percent is not None:
            steps.append(f"{step.percent:f}% off")
        elif step.amount is not None:
            # What is off before tax takes its tax with it.
            names = ("fees", *step.of) if one.applies == "before" else ()
            steps.append(f"{prices.money(prices.gross(step.amount, names, rounded=True))} off")
    words = [", ".join(steps) or "by tiers"]
    if one.code:
        words.append(f"with the code {one.code}")
    if one.conditions:
        words.append(when_words(one.conditions))
    if one.lasts is not None:
        unit = "bill" if one.lasts_in == "cycle" else one.lasts_in
        words.append(f"for {counted(one.lasts, unit)}")
    if one.limit is not None:
        words.append(f"at most {prices.money(one.limit)} per {one.limit_per}")
    return ", ".join(words)


def _places(one: Discount) -> tuple[Span, ...]:
    return tuple(step.at for step in one.steps) or (one.at,)
