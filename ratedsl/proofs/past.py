"""W544: what is over before the plan is first sold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Dated, Element
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.finding import Finding

_DAY = timedelta(days=1)


def prove_dates_met(ground: Ground) -> Iterator[Finding]:
    """W544: prices that end before the plan is first sold."""
    plan = ground.plan
    start = plan.sold.start
    if start is None:
        return
    for record, facts in _dated(ground):
        for one in facts:
            end = one.period.end
            if end is not None and end <= start and one.at.path == plan.at.path:
                name = getattr(record, "id", "")
                yield Finding(
                    Diagnostic(
                        "W544",
                        f"this of `{name}` ends on {end - _DAY}, before anybody holds the plan",
                        one.at,
                        f"the plan is sold from {start}",
                        "take it out, or correct its dates",
                    )
                )


def _dated(ground: Ground) -> Iterator[tuple[Element, tuple[Dated, ...]]]:
    plan = ground.plan
    for fee in plan.fees:
        yield fee, fee.amounts
    for rate in plan.rates:
        yield rate, (*rate.prices, *rate.fees)
    for allowance in plan.allowances:
        yield allowance, allowance.grants
    for cap in plan.caps:
        yield cap, cap.amounts
    for commitment in plan.commitments:
        yield commitment, commitment.amounts
