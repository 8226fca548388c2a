"""Who sends the bill, when it is to be paid, and what consumers are told beside it."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.plan.model import Contract, Plan
from ratedsl.report.show.words import counted, named


def billing_rows(plan: Plan) -> Iterator[tuple[str, str]]:
    """The facts of the head of a bill that the plan states."""
    issuer = plan.issuer
    if issuer is not None:
        name = f"{issuer.title} ({issuer.id})"
        yield "issuer", ", ".join(part for part in (name, issuer.address) if part)
        if issuer.tax_number:
            yield "tax number", issuer.tax_number
        if issuer.contact:
            yield "contact", issuer.contact
        for name, value in (
            ("complaints", issuer.complaints),
            ("privacy", issuer.privacy),
            ("network", issuer.network_management),
            ("discounts", issuer.discounts),
            *(("accessibility", one) for one in issuer.accessibility),
        ):
            if value:
                yield name, value
    if plan.contract is not None:
        yield from _contract(plan.contract)
    if plan.due is not None:
        yield "due", f"{plan.due.days} days after close"
    if plan.late is not None:
        late = plan.late
        what = f"{late.percent}%" if late.percent is not None else f"{late.amount} {plan.currency}"
        yield "late fee", f"{what} after {late.days} days"
    if plan.deposit_interest is not None:
        yield "deposits", f"earn {plan.deposit_interest.percent}% per year"


def _contract(one: Contract) -> Iterator[tuple[str, str]]:
    """What the offer says in consumer documents."""
    yield "contract", named(one.title, one.id)
    if one.access:
        yield "access", one.access
    for speed in one.speeds:
        yield speed.way, f"{speed.amount:f} {speed.unit} {speed.kind}"
    if one.latency is not None:
        yield "latency", f"{one.latency:f} ms"
    if one.equipment is not None:
        yield "equipment", one.equipment or "none"
    if one.base:
        yield "base price", one.base
    if one.notice is not None:
        yield "notice", counted(one.notice, one.notice_span)
    for name, value in (
        ("remedies", one.remedies),
        ("ending", one.ending),
        ("terms", one.terms),
        *(("information", text) for text in one.information),
        ("identifier", one.identifier),
    ):
        if value:
            yield name, value
