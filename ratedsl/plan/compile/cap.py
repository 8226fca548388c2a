"""A `cap` record becomes a limit on what usage costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.mending import line_deleted
from ratedsl.plan import model
from ratedsl.plan.compile.rate import compile_order
from ratedsl.plan.judge import Judge
from ratedsl.plan.matching import ANYWHERE

SPANS = ("cycle", "day", "week", "month")


def compile_cap(judge: Judge, record: ast.Record) -> model.Cap | None:
    """The cap, or None where its amount or its end is not known."""
    facts = record.facts_of(ast.Amount)
    if not facts:
        judge.missing(record, "amount", "add `amount 50.00 EUR per cycle of usage before tax`")
    of: tuple[str, ...] = ()
    span, scope = "cycle", "line"
    roaming: tuple[str | None, ...] = ()
    amounts = []
    for fact, period in judge.timeline(facts, "amounts"):
        span = judge.choice(fact.per, SPANS, "span of a cap") or span
        if fact.who is not None:
            scope = judge.choice(fact.who, ("line", "account"), "holder of a cap") or scope
        roaming = tuple(_visited(judge, word) for word in fact.roaming)
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
    then_facts = record.settings("then")
    then = judge.one(record, then_facts, "then")
    if then is None:
        judge.missing(
            record,
            "then",
            "add `then blocked`, `then free` or `then continues`: what happens to usage above the "
            "cap",
        )
    ends = ("blocked", "free", "continues")
    chosen = judge.choice(then.words[0], ends, "end of a cap") if then else None
    if not (amounts and of and chosen) or None in roaming:
        return None
    return model.Cap(
        id=record.name,
        title=record.title,
        of=of,
        roaming=tuple(one for one in roaming if one),
        span=cast(Any, span),
        scope=cast(Any, scope),
        amounts=tuple(amounts),
        then=cast(Any, chosen),
        alerts=_alerts(judge, record),
        order=compile_order(judge, record),
        at=record.span,
    )


def _alerts(judge: Judge, record: ast.Record) -> tuple[Decimal, ...]:
    """The shares of the cap at which it alerts, lowest first."""
    shares: set[Decimal] = set()
    for fact in record.facts:
        if not isinstance(fact, ast.Setting) or fact.keyword != "alert" or fact.number is None:
            continue
        share = judge.number(fact.number)
        if share is None:
            continue
        if not 0 < share <= 100:
            judge.report(
                "E315",
                "an alert is at more than 0% and at most 100% of the cap",
                fact.number.span,
                "correct the percentage",
            )
        elif share in shares:
            judge.report(
                "E310",
                "this alert stands twice",
                fact.span,
                "delete one of them",
                fixes=(line_deleted(fact.span, safe=True),),
            )
        else:
            shares.add(share)
    return tuple(sorted(shares))


def _visited(judge: Judge, word: ast.Word) -> str | None:
    """A visited place: a zone, or anywhere."""
    if word.text == ANYWHERE:
        return ANYWHERE
    return judge.name(word, ("zone",), "zone")
