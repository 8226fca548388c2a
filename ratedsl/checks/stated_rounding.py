"""E316: what is rounded, and where, and by which place it is taxed, must be stated."""

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
    groups = {rounding.group for rounding in plan.rounding if rounding.group}
    open_taxes = [tax for tax in plan.taxes if tax.rounding is None and not tax.group]
    if open_taxes and not scopes & {"tax per item", "tax per invoice"}:
        yield Diagnostic(
            "E316",
            f"plan `{plan.id}` does not say how taxes are rounded",
            plan.at,
            help=f"add `rounding {example} per tax per invoice`, or `per tax per item`",
        )
    if {"tax per item", "tax per invoice"} <= scopes:
        both = [one for one in plan.rounding if one.scope in ("tax per item", "tax per invoice")]
        yield Diagnostic(
            "E311",
            "taxes are rounded per item and per invoice",
            both[-1].at,
            help="keep one of the two",
        )
    for group in dict.fromkeys(tax.group for tax in plan.taxes if tax.group):
        if group not in groups:
            yield Diagnostic(
                "E316",
                f"plan `{plan.id}` does not say how the taxes of group `{group}` are rounded",
                plan.at,
                help=f"add `rounding {example} per tax group {group}`",
            )


def check_stated_sources(plan: Plan) -> Iterator[Diagnostic]:
    """A plan with taxes by place says which place of a charge counts: systems differ."""
    placed = next((tax for tax in plan.taxes if tax.within), None)
    if placed is None:
        return
    named = {source.of for source in plan.sources}
    covered = "taxes" in named or (
        (not plan.fees or "fees" in named)
        and ("usage" in named or {rate.match.service for rate in plan.rates} <= named)
    )
    if not covered:
        yield Diagnostic(
            "E316",
            f"plan `{plan.id}` does not say by which place its charges are taxed, as "
            f"`{placed.id}` asks",
            plan.at,
            help="add `sources taxes by primary-use`, or another of the account's places",
        )
