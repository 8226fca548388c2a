"""A `cap` record becomes a limit on what usage costs."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.rate import compile_order
from ratedsl.plan.judge import Judge


def compile_cap(judge: Judge, record: ast.Record) -> model.Cap | None:
    """The cap, or None where its amount or its end is not known."""
    facts = [fact for fact in record.facts if isinstance(fact, ast.Amount)]
    if not facts:
        judge.missing(record, "amount", "add `amount 50.00 EUR per cycle of usage before tax`")
    of: tuple[str, ...] = ()
    amounts = []
    for fact, period in judge.timeline(facts, "amounts"):
        judge.choice(fact.per, ("cycle",), "span of a cap")
        if fact.around_tax is not None and fact.around_tax.text == "after":
            judge.report(
                "E112",
                "a cap counts charges before tax",
                fact.around_tax.span,
                "write `before tax`: usage is stopped before its tax is known",
            )
        else:
            judge.choice(fact.around_tax, ("before",), "side of tax")
        of = judge.targets(fact.of, ("rate", "deck"), ("usage",)) or of
        money = judge.money(fact.money)
        if money is not None:
            amounts.append(model.CapAmount(amount=money, period=period, at=fact.span))
    then_facts = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "then"]
    then = judge.one(record, then_facts, "then")
    if then is None:
        judge.missing(
            record, "then", "add `then blocked` or `then free`: what happens to usage above the cap"
        )
    alerts = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "alert"]
    alert = judge.one(record, alerts, "alert")
    share = None
    if alert is not None and alert.number is not None:
        share = judge.number(alert.number)
        if share is not None and not 0 < share <= 100:
            judge.report(
                "E315",
                "an alert is at more than 0% and at most 100% of the cap",
                alert.number.span,
                "correct the percentage",
            )
            share = None
    chosen = judge.choice(then.words[0], ("blocked", "free"), "end of a cap") if then else None
    if not (amounts and of and chosen):
        return None
    return model.Cap(
        id=record.name,
        title=record.title,
        of=of,
        amounts=tuple(amounts),
        then=cast(Any, chosen),
        alert=share,
        order=compile_order(judge, record),
        at=record.span,
    )
