"""E316: what is rounded, and where, must be stated."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Plan


def check_stated_rounding(plan: Plan) -> Iterator[Diagnostic]:
    """A plan that charges states the rounding of its items, and of its taxes if it has any.

    Systems differ here silently, and the cents with them (language, "Rounding").
    """
    scopes = {rounding.scope for rounding in plan.rounding}
    example = f"half-up 0.01 {plan.currency}"
    charges = bool(plan.fees or plan.rates or plan.discounts)
    if charges and "item" not in scopes:
        yield Diagnostic(
            "E316",
            f"plan `{plan.id}` does not say how the items of an invoice are rounded",
            plan.at,
            help=f"add `rounding {example} per item` to the plan",
        )
    if plan.taxes and not scopes & {"tax per item", "tax per invoice"}:
        yield Diagnostic(
            "E316",
            f"plan `{plan.id}` does not say how taxes are rounded",
            plan.at,
            help=f"add `rounding {example} per tax per invoice`, or `per tax per item`",
        )
    if {"tax per item", "tax per invoice"} <= scopes:
        both = [one for one in plan.rounding if one.scope.startswith("tax")]
        yield Diagnostic(
            "E311",
            "taxes are rounded per item and per invoice",
            both[-1].at,
            help="keep one of the two",
        )
