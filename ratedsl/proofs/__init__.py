"""What is certain to go wrong with a plan, found before any usage comes (docs/proofs.md).

Each proof sweeps the finite cells that a plan tells apart, and hands over findings with
witnesses. A witness is judged by the engine before it is shown: what it does not confirm is no
finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Plan
from ratedsl.proofs.allowances import prove_allowances_used
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.coverage import prove_coverage
from ratedsl.proofs.discounts import prove_discounts_fit
from ratedsl.proofs.falling import prove_charges_grow
from ratedsl.proofs.falling_bills import prove_bills_grow
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.gaps import prove_no_gaps
from ratedsl.proofs.limits import prove_limits_hold
from ratedsl.proofs.margin import prove_prices_pay
from ratedsl.proofs.past import prove_dates_met
from ratedsl.proofs.prefixes import prove_prefixes_decide
from ratedsl.proofs.prices import prove_prices
from ratedsl.proofs.rounds import prove_numbers_fit, prove_prices_count
from ratedsl.proofs.tiers import prove_tiers_reached
from ratedsl.proofs.unreached import prove_conditions_can_hold, prove_rates_apply
from ratedsl.proofs.unused import prove_records_used
from ratedsl.proofs.windows import prove_windows_open
from ratedsl.proofs.witness import confirmed
from ratedsl.proofs.words import text_of

Proof = Callable[[Ground], Iterable[Finding]]

PROOFS: tuple[Proof, ...] = (
    prove_coverage,
    prove_prices,
    prove_no_gaps,
    prove_rates_apply,
    prove_conditions_can_hold,
    prove_tiers_reached,
    prove_windows_open,
    prove_prefixes_decide,
    prove_dates_met,
    prove_allowances_used,
    prove_charges_grow,
    prove_bills_grow,
    prove_limits_hold,
    prove_discounts_fit,
    prove_prices_pay,
    prove_prices_count,
    prove_records_used,
    prove_numbers_fit,
)
"""Every proof, in the order of their codes; none depends on another."""


def prove(plan: Plan) -> list[Diagnostic]:
    """The findings about a plan without errors, each with its witness as text."""
    ground = Ground(plan)
    return [
        replace(one.diagnostic, witness=text_of(one.tests, plan))
        for one in candidates(ground)
        if confirmed(ground.tables, one.tests)
    ]


def candidates(ground: Ground) -> Iterator[Finding]:
    """What the proofs find, before the engine has confirmed any of it."""
    for proof in PROOFS:
        yield from proof(ground)
