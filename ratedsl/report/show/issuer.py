"""Who sends the bill, and what it says of when it is to be paid."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.plan.model import Plan


def billing_rows(plan: Plan) -> Iterator[tuple[str, str]]:
    """The facts of the head of a bill that the plan states."""
    issuer = plan.issuer
    if issuer is not None:
        named = f"{issuer.title} ({issuer.id})"
        yield "issuer", ", ".join(part for part in (named, issuer.address) if part)
        if issuer.tax_number:
            yield "tax number", issuer.tax_number
        if issuer.contact:
            yield "contact", issuer.contact
    if plan.due is not None:
        yield "due", f"{plan.due.days} days after close"
    if plan.late is not None:
        late = plan.late
        what = f"{late.percent}%" if late.percent is not None else f"{late.amount} {plan.currency}"
        yield "late fee", f"{what} after {late.days} days"
