"""W521 to W524: what a bill would say, or leave out, that its reader may be misled by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Span
from ratedsl.plan.model import Fee, Plan, Rate

# What an operator recovers for itself, whatever law it recovers the cost of.
_RECOVERY = re.compile(r"\b(recovery|recoup\w*|administrative|cost[- ]of[- ]\w+)\b", re.IGNORECASE)
# Ofcom's rule for contracts in the United Kingdom: rises stand in them in pounds and pence.
_IN_POUNDS_SINCE = date(2025, 1, 17)


def check_truth_in_billing(plan: Plan) -> Iterator[Diagnostic]:
    """One finding for each recovery fee among government taxes, and each unexplained provider."""
    for tax in plan.taxes:
        yield from misread_tax(tax.title or tax.id, tax.shown, tax.at)
    charges: tuple[Fee | Rate, ...] = (*plan.fees, *plan.rates)
    for charge in charges:
        if charge.provider and not charge.description:
            yield undescribed(charge.title or charge.id, charge.at)
    yield from _issuer(plan)
    yield from _rises(plan)


def misread_tax(title: str, shown: str, at: Span) -> Iterator[Diagnostic]:
    """W521 where a tax's words are those of a cost that the operator recovers for itself."""
    if shown == "government tax" and _RECOVERY.search(title):
        yield Diagnostic(
            "W521",
            f"`{title}` reads as the operator's own fee and is shown as a government tax",
            at,
            help="write `shown as carrier charge`, or allow it with the law that demands it",
        )


def undescribed(title: str, at: Span) -> Diagnostic:
    """W522 for a charge of another provider."""
    return Diagnostic(
        "W522",
        f"the third-party charge `{title}` is not described",
        at,
        help='say what it is for: `description "Subscription to games"`',
    )


def _issuer(plan: Plan) -> Iterator[Diagnostic]:
    """An issuer of whom a bill does not say where it sits, or how to ask about the bill."""
    issuer = plan.issuer
    if issuer is None:
        return
    facts = {"address": issuer.address, "contact": issuer.contact}
    missing = [name for name, words in facts.items() if not words]
    if missing:
        names = " and ".join(missing)
        yield Diagnostic(
            "W523",
            f"the bills of `{issuer.title or issuer.id}` do not say its {names}",
            issuer.at,
            help=f'add `{missing[0]} "TEXT"`',
        )


def _rises(plan: Plan) -> Iterator[Diagnostic]:
    """A fee in pounds that rises by a percentage, which nobody can read on a contract in money."""
    if plan.currency != "GBP":
        return
    for fee in plan.fees:
        for amount in fee.amounts:
            start = amount.period.start
            if amount.note and start is not None and start >= _IN_POUNDS_SINCE:
                yield Diagnostic(
                    "W524",
                    f"`{fee.title or fee.id}` rises by a percentage on {start}",
                    amount.at,
                    help=f"state it in money: `amount {amount.amount} GBP ... from {start}`",
                )
