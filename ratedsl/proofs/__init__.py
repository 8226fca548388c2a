"""What is certain to go wrong with a plan, found before any usage comes (docs/proofs.md).

Each proof sweeps the finite cells that a plan tells apart, and hands over findings with
witnesses. A witness is judged by the engine before it is shown: what it does not confirm is no
finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import NamedTuple

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Discount, Fee, Plan, Tax
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import confirmed


class Proof(NamedTuple):
    """A proof by the module and name of its function, and which plans it has anything to say of.

    A module is read only for a plan that it concerns, since `check` of one file is over in the
    time in which all of them would be.
    """

    module: str
    name: str
    concerns: Callable[[Plan], bool]

    def findings(self, ground: Ground) -> Iterable[Finding]:
        """What the proof finds."""
        found: Iterable[Finding] = self.function(ground)
        return found

    @property
    def function(self) -> Callable[[Ground], Iterable[Finding]]:
        """The proof itself."""
        proof: Callable[[Ground], Iterable[Finding]]
        proof = getattr(import_module(f"ratedsl.proofs.{self.module}"), self.name)
        return proof


def _has(*names: str) -> Callable[[Plan], bool]:
    return lambda plan: any(getattr(plan, name) for name in names)


def _tiers(plan: Plan) -> bool:
    return any(rate.tiers is not None for rate in plan.rates)


def _tiers_of_events(plan: Plan) -> bool:
    return any(rate.tiers is not None and rate.tiers.span == "event" for rate in plan.rates)


def _bounds(plan: Plan) -> bool:
    """Only tiers that price all by the last one can fall, and rates of some lengths."""
    whole = any(
        rate.tiers is not None and rate.tiers.mode in ("volume", "stair-step")
        for rate in plan.rates
    )
    return whole or any(
        test.attribute == "quantity" for rate in plan.rates for test in rate.conditions
    )


def _steps(plan: Plan) -> bool:
    records: tuple[Fee | Discount, ...] = (*plan.fees, *plan.discounts)
    by_lines = any(test.attribute == "lines" for one in records for test in one.conditions)
    stepped = any(one.tiers for one in records)
    return by_lines or stepped or bool(plan.discounts and plan.commitments)


def _reductions(plan: Plan) -> bool:
    return len(plan.discounts) > 1 or any(
        step.amount is not None for one in plan.discounts for step in one.steps
    )


def _conditions(plan: Plan) -> bool:
    records: tuple[Fee | Discount | Tax, ...] = (*plan.fees, *plan.discounts, *plan.taxes)
    return any(one.conditions for one in records)


def _limits(plan: Plan) -> bool:
    return bool(plan.caps) or any(rate.maximum is not None for rate in plan.rates)


def _counted(plan: Plan) -> bool:
    first = any(rate.free or any(one.first for one in rate.prices) for rate in plan.rates)
    return first or _tiers(plan) or bool(plan.allowances)


PROOFS: tuple[Proof, ...] = (
    Proof("coverage", "prove_coverage", _has("rates", "allowances", "offers")),
    Proof("prices", "prove_prices", _has("rates")),
    Proof("gaps", "prove_no_gaps", lambda _: True),
    Proof("unreached", "prove_rates_apply", _has("rates")),
    Proof("unreached", "prove_conditions_can_hold", _conditions),
    Proof("tiers", "prove_tiers_reached", _tiers_of_events),
    Proof("windows", "prove_windows_open", _has("windows")),
    Proof("prefixes", "prove_prefixes_decide", _has("zones")),
    Proof("past", "prove_dates_met", lambda plan: plan.sold.start is not None),
    Proof("allowances", "prove_allowances_used", _has("allowances")),
    Proof("falling", "prove_charges_grow", _bounds),
    Proof("falling_bills", "prove_bills_grow", _steps),
    Proof("limits", "prove_limits_hold", _limits),
    Proof("discounts", "prove_discounts_fit", _reductions),
    Proof("margin", "prove_prices_pay", _has("costs")),
    Proof("rounds", "prove_prices_count", lambda plan: plan.rounding_for("event") is not None),
    Proof("unused", "prove_records_used", lambda _: True),
    Proof("rounds", "prove_numbers_fit", _counted),
)
"""Every proof, in the order of their codes; none depends on another."""


def prove(plan: Plan) -> list[Diagnostic]:
    """The findings about a plan without errors, each with its witness as text."""
    ground = Ground(plan)
    return [_shown(one, plan) for one in candidates(ground) if _confirmed(ground, one)]


def candidates(ground: Ground) -> Iterator[Finding]:
    """What the proofs find, before the engine has confirmed any of it."""
    for proof in PROOFS:
        if proof.concerns(ground.plan):
            yield from proof.findings(ground)


def _confirmed(ground: Ground, finding: Finding) -> bool:
    return not finding.tests or confirmed(ground.tables, finding.tests)


def _shown(finding: Finding, plan: Plan) -> Diagnostic:
    if not finding.tests:
        return finding.diagnostic
    from ratedsl.proofs.words import text_of  # noqa: PLC0415

    return replace(finding.diagnostic, witness=text_of(finding.tests, plan))
