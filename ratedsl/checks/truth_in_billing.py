"""W521, W522: what a bill would say that its reader may be misled by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Fee, Plan, Rate

# What an operator recovers for itself, whatever law it recovers the cost of.
_RECOVERY = re.compile(r"\b(recovery|recoup\w*|administrative|cost[- ]of[- ]\w+)\b", re.IGNORECASE)


def check_truth_in_billing(plan: Plan) -> Iterator[Diagnostic]:
    """One finding for each recovery fee among government taxes, and each unexplained provider."""
    for tax in plan.taxes:
        if tax.shown == "government tax" and _RECOVERY.search(tax.title or tax.id):
            yield Diagnostic(
                "W521",
                f"`{tax.title or tax.id}` reads as the operator's own fee and is shown as a"
                " government tax",
                tax.at,
                help="write `shown as carrier charge`, or allow it with the law that demands it",
            )
    charges: tuple[Fee | Rate, ...] = (*plan.fees, *plan.rates)
    for charge in charges:
        if charge.provider and not charge.description:
            yield Diagnostic(
                "W522",
                f"the third-party charge `{charge.title or charge.id}` is not described",
                charge.at,
                help='say what it is for: `description "Subscription to games"`',
            )
