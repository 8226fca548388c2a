"""E313: what competes for the same usage or the same money states its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ratedsl.checks.rivals import Traits, rivals
from ratedsl.checks.traits import of_charges, of_matches, of_order
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.matching import exclusive_conditions, may_meet, name_the_same
from ratedsl.plan.model import Allowance, Cap, Discount, Plan, Wallet

T = TypeVar("T", Allowance, Cap, Discount, Wallet)


def check_order_ties(plan: Plan) -> Iterator[Diagnostic]:
    """Allowances, caps, discounts and wallets that may apply together have different orders."""
    yield from _ties(
        plan.allowances,
        lambda one, two: _share_usage(plan, one, two),
        lambda one: of_matches(plan, [covers.match for covers in one.covers]),
        "allowances",
    )
    yield from _ties(
        plan.caps,
        lambda one, two: name_the_same(plan, one.of, two.of),
        lambda one: of_charges(plan, one.of),
        "caps",
    )
    yield from _ties(
        plan.discounts,
        lambda one, two: _share_money(plan, one, two),
        lambda one: {"applies": {one.applies}, **of_charges(plan, one.of)},
        "discounts",
    )
    yield from _ties(
        plan.wallets,
        lambda one, two: name_the_same(plan, one.pays, two.pays),
        lambda one: of_charges(plan, one.pays),
        "wallets",
    )


def _share_usage(plan: Plan, one: Allowance, two: Allowance) -> bool:
    return any(
        may_meet(plan, a.match, b.match) and not exclusive_conditions(a.conditions, b.conditions)
        for a in one.covers
        for b in two.covers
    )


def _share_money(plan: Plan, one: Discount, two: Discount) -> bool:
    return one.applies == two.applies and name_the_same(plan, one.of, two.of)


def _ties(
    found: Sequence[T],
    compete: Callable[[T, T], bool],
    traits: Callable[[T], Traits],
    what: str,
) -> Iterator[Diagnostic]:
    def tied(one: T, two: T) -> bool:
        ordered = one.order is not None and two.order is not None and one.order != two.order
        return not ordered and compete(one, two)

    for earlier, later in rivals(found, tied, lambda one: {**of_order(one.order), **traits(one)}):
        one, two = sorted((earlier, later), key=lambda one: one.id)
        if one.order is None or two.order is None:
            message = f"{what} `{one.id}` and `{two.id}` may apply together, in no stated order"
        else:
            message = f"{what} `{one.id}` and `{two.id}` have the same order {one.order}"
        yield Diagnostic(
            "E313",
            message,
            later.at,
            "competes",
            "give both an `order`; the lower one comes first",
            (Label(earlier.at, "with this"),),
        )
