"""A `commitment` record becomes a minimum spend."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.proration import compile_proration
from ratedsl.plan.compile.targets import CHARGES, CHARGING
from ratedsl.plan.judge import Judge


def compile_commitment(judge: Judge, record: ast.Record) -> model.Commitment | None:
    """The minimum spend, or None where its amount is not known."""
    facts = record.facts_of(ast.Amount)
    if not facts:
        judge.missing(record, "amount", "add `amount 100.00 EUR per cycle of usage before tax`")
    amounts = []
    scope, spans = "line", []
    for fact, period in judge.timeline(facts, "amounts"):
        per = judge.choice(fact.per, ("cycle", "quarter", "year"), "span of a commitment")
        if per is not None and fact.per is not None:
            spans.append(fact.per)
        judge.choice(fact.around_tax, ("before",), "side of tax that a commitment counts")
        if fact.who is not None:
            scope = judge.choice(fact.who, ("line", "account"), "payer of a commitment") or scope
        of = judge.targets(fact.of, CHARGING, CHARGES)
        money = judge.money(fact.money)
        if of and money is not None:
            amounts.append(model.CommitmentAmount(amount=money, of=of, period=period, at=fact.span))
    for word in spans[1:]:
        if word.text != spans[0].text:
            judge.report(
                "E311",
                f"commitment `{record.name}` is for one span of time",
                word.span,
                "make it two commitments",
                related=[Label(spans[0].span, "another one")],
            )
    _, proration = compile_proration(judge, record)
    if proration is None:
        judge.missing(
            record,
            "prorated",
            "say what a part of a cycle commits to: `prorated by "
            "day, counting the first day`, or `prorated not`",
        )
    counting = record.settings("counting")
    side = judge.one(record, counting, "counting")
    if side is None:
        judge.missing(
            record, "counting", "add `counting before discounts` or `counting after discounts`"
        )
    chosen = judge.choice(side.words[0], ("before", "after"), "side of discounts") if side else None
    if not amounts or chosen is None:
        return None
    return model.Commitment(
        id=record.name,
        title=record.title,
        scope=cast(Any, scope),
        span=cast(Any, spans[0].text if spans else "cycle"),
        amounts=tuple(amounts),
        proration=proration,
        counting=cast(Any, chosen),
        at=record.span,
    )
