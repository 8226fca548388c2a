"""E312: no two rates may match the same usage equally well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ratedsl.checks.rivals import Traits, rivals
from ratedsl.checks.shared_usage import shared_usage
from ratedsl.checks.traits import of_conditions, of_matches, of_order
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.matching import (
    exclusive_conditions,
    may_meet,
    specificity,
)
from ratedsl.plan.model import Plan, Rate


def check_ambiguous_rates(plan: Plan) -> Iterator[Diagnostic]:
    """Of two rates that can match one event, one is more special or both state an order.

    Longest prefix decides between places; a rate that names a place, a visited place or a
    condition is more special than one that does not (language, "Which rate applies").
    """
    yield from _ambiguous(plan, plan.rates, "rates")
    # Costs compete only with those that the same party is paid for by the same one.
    for _, costs in groupby(sorted(plan.costs, key=_flow), key=_flow):
        yield from _ambiguous(plan, tuple(costs), "costs")


def _flow(cost: Rate) -> tuple[str, str]:
    return cost.payer, cost.payee


def _ambiguous(plan: Plan, rates: Sequence[Rate], what: str) -> Iterator[Diagnostic]:
    def both(one: Rate, two: Rate) -> bool:
        return _both_apply(plan, one, two)

    def traits(rate: Rate) -> Traits:
        return {
            **of_order(rate.order),
            **of_matches(plan, [rate.match]),
            **of_conditions(rate.conditions),
        }

    # Rates that add to another are all charged.
    competing = sorted((rate for rate in rates if not rate.adds_to), key=_kind)
    kinds = groupby(competing, key=_kind)
    for earlier, later in (pair for _, same in kinds for pair in rivals(same, both, traits)):
        first, second = sorted((earlier.id, later.id))
        yield Diagnostic(
            "E312",
            f"{what} `{first}` and `{second}` can both apply to the same usage",
            later.at,
            f"both take {shared_usage(plan, earlier, later)}",
            "tell them apart by zone or by `when`, or give both an `order`; the lower one wins",
            (Label(earlier.at, "as this one does"),),
        )


def _kind(rate: Rate) -> tuple[object, ...]:
    """Only rates of one kind can be equally special for the same usage."""
    return rate.match.service, bool(rate.match.roaming), specificity(rate)


def _both_apply(plan: Plan, one: Rate, two: Rate) -> bool:
    if one.order is not None and two.order is not None and one.order != two.order:
        return False
    if specificity(one) != specificity(two) or not may_meet(plan, one.match, two.match):
        return False
    return not exclusive_conditions(one.conditions, two.conditions)
