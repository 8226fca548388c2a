"""E316 and E302: other currencies can be exchanged, and it is said how that is rounded."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Fee, Plan, Rate


def check_exchanged(plan: Plan) -> Iterator[Diagnostic]:
    """A plan with amounts in another currency says how converted amounts are rounded.

    Dividing by a rate rarely ends, so that somewhere it is rounded. A party's currency is the
    plan's, or that of the costs settled with it, or has a rate of exchange with each of them.
    """
    charges: tuple[Fee | Rate, ...] = (*plan.fees, *plan.rates, *plan.costs)
    foreign = [one for one in charges if one.currency]
    pairs = {frozenset((one.of, one.per)) for one in plan.exchange}
    converted = bool(foreign)
    for party in plan.parties:
        used = {
            cost.currency or plan.currency
            for cost in plan.costs
            if party.id in (cost.payer, cost.payee)
        }
        if any(party.id in (one.payer, one.payee) for one in plan.commissions):
            used.add(plan.currency)
        for currency in sorted(used - {party.currency}):
            converted = True
            if frozenset((currency, party.currency)) not in pairs:
                yield Diagnostic(
                    "E302",
                    f"party `{party.id}` settles in {party.currency}, and what is paid is in "
                    f"{currency}",
                    party.at,
                    help="state the rate in the plan: "
                    f"`exchange 1.08 {currency} per {party.currency}`",
                )
    if converted and plan.rounding_for("exchange") is None:
        yield Diagnostic(
            "E316",
            f"plan `{plan.id}` does not say how amounts exchanged from another currency are "
            "rounded",
            foreign[0].at if foreign else plan.at,
            help=f"add `rounding half-up 0.0001 {plan.currency} per exchange` to the plan",
        )
