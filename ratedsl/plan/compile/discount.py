"""A `discount` record becomes what it takes off, and when."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.condition import compile_conditions
from ratedsl.plan.compile.rate import compile_order
from ratedsl.plan.compile.targets import CHARGES, percentage
from ratedsl.plan.judge import Judge


def compile_discount(judge: Judge, record: ast.Record) -> model.Discount | None:
    """The discount, or None where what it takes off is not known."""
    facts = [fact for fact in record.facts if isinstance(fact, ast.Percent | ast.Amount)]
    if not facts:
        judge.missing(record, "percent", "add `percent 10% of usage` or `amount 5.00 EUR off fees`")
    steps = []
    for fact, period in judge.timeline(facts, "discounts"):
        of = judge.targets(fact.of, ("fee", "rate", "deck"), CHARGES)
        percent = percentage(judge, fact.number) if isinstance(fact, ast.Percent) else None
        amount = judge.money(fact.money) if isinstance(fact, ast.Amount) else None
        if of and (percent is not None or amount is not None):
            steps.append(
                model.DiscountStep(
                    percent=percent, amount=amount, of=of, period=period, at=fact.span
                )
            )
    applies = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "applies"]
    side = judge.one(record, applies, "applies")
    if side is None:
        judge.missing(record, "applies", "add `applies before tax` or `applies after tax`")
    chosen = judge.choice(side.words[0], ("before", "after"), "side of tax") if side else None
    limits = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "limit"]
    limit = judge.one(record, limits, "limit")
    lasting = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "lasts"]
    lasts = judge.one(record, lasting, "lasts")
    if lasts is not None:
        judge.choice(lasts.words[0], ("cycle", "cycles"), "span of a discount")
    if not steps or chosen is None:
        return None
    return model.Discount(
        id=record.name,
        title=record.title,
        steps=tuple(steps),
        applies=cast(Any, chosen),
        conditions=compile_conditions(judge, record.facts),
        limit=judge.money(limit.value) if limit and limit.value else None,
        lasts=judge.whole(lasts.number, 1, 600, "a number of cycles")
        if lasts and lasts.number
        else None,
        order=compile_order(judge, record),
        at=record.span,
    )
