"""A `tax` record becomes a tax on its base."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.condition import compile_conditions
from ratedsl.plan.compile.targets import CHARGES, percentage
from ratedsl.plan.judge import Judge


def compile_tax(judge: Judge, record: ast.Record) -> model.Tax | None:
    """The tax, or None where its rate or its base is not known."""
    settings = [fact for fact in record.facts if isinstance(fact, ast.Setting)]
    base = []
    for fact in settings:
        if fact.keyword == "base" and fact.number is not None:
            percent = percentage(judge, fact.number)
            of = judge.targets(fact.words, ("fee", "rate", "deck", "tax"), CHARGES)
            if percent is not None and of:
                base.append(model.Share(percent=percent, of=of, at=fact.span))
    steps = _tax_steps(judge, record, bool(base) or record.broken)
    shown_facts = [fact for fact in settings if fact.keyword == "shown"]
    shown = judge.one(record, shown_facts, "shown")
    kind = " ".join(word.text for word in shown.words) if shown else ""
    kinds = ("government tax", "carrier charge")
    if shown is None:
        judge.missing(record, "shown", "add `shown as government tax` or `shown as carrier charge`")
    elif kind not in kinds:
        judge.report(
            "E112",
            f"`{kind}` is no way to show a tax",
            shown.span,
            "it is `government tax` or `carrier charge`",
        )
    if not steps:
        return None
    return model.Tax(
        id=record.name,
        title=record.title,
        steps=tuple(steps),
        base=tuple(base),
        shown=cast(Any, kind if kind in kinds else kinds[0]),
        conditions=compile_conditions(judge, record.facts),
        at=record.span,
    )


def _tax_steps(judge: Judge, record: ast.Record, has_base: bool) -> list[model.TaxStep]:
    facts = [fact for fact in record.facts if isinstance(fact, ast.Percent | ast.Amount)]
    if not facts:
        judge.missing(record, "percent", "add `percent 23% of fees, usage`")
    steps = []
    for fact, period in judge.timeline(facts, "rates of this tax"):
        of = judge.targets(fact.of, ("fee", "rate", "deck", "tax"), CHARGES)
        percent = amount = None
        per: str | None = ""
        if isinstance(fact, ast.Percent):
            percent = judge.number(fact.number)
            if not fact.of and not has_base:
                judge.report(
                    "E308",
                    "this percentage is of nothing",
                    fact.span,
                    "name its base: `percent 23% of fees, usage`",
                )
        else:
            amount = judge.money(fact.money)
            per = judge.choice(fact.per, ("line", "item", "invoice"), "base of a fixed tax")
        if per is not None and (percent is not None or amount is not None):
            steps.append(
                model.TaxStep(
                    percent=percent,
                    amount=amount,
                    per=cast(Any, per),
                    of=of,
                    period=period,
                    at=fact.span,
                )
            )
    return steps
