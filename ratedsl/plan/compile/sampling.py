"""The `measured ... by` fact of a service: how samples of a cycle become one quantity."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.judge import Judge
from ratedsl.plan.units import TIME

WAYS = ("sum", "peak", "last", "percentile")


def compile_sampling(judge: Judge, fact: ast.Measured) -> model.Sampling | None:
    """How the service is sampled; None for a sum, in which each record counts by itself."""
    how = judge.choice(fact.how, WAYS, "way to measure")
    if how is None or not _fits(judge, fact, how):
        return None
    span, length = _interval(judge, fact)
    empty = fact.empty and judge.choice(fact.empty, ("zero", "skipped"), "way to count them")
    percent = judge.number(fact.percent) if fact.percent else None
    if how == "percentile" and span != "event" and fact.empty is None:
        judge.report(
            "E316",
            "this does not say whether intervals without usage count",
            fact.span,
            "add `, empty intervals zero` or `, empty intervals skipped`",
        )
    if how == "sum" or span is None:
        return None
    return model.Sampling(
        how=cast(Any, how),
        percent=percent or Decimal(0),
        span=cast(Any, span),
        length=length,
        empty=cast(Any, empty or "skipped"),
        at=fact.span,
    )


def _fits(judge: Judge, fact: ast.Measured, how: str) -> bool:
    """Whether a percentage stands beside a percentile, and nowhere else."""
    if how == "percentile" and fact.percent is None:
        judge.report(
            "E308", "a percentile has no percentage", fact.how.span, "write `percentile 95%`"
        )
        return False
    if how != "percentile" and fact.percent is not None:
        judge.report("E311", f"a {how} has no percentage", fact.percent.span, "delete it")
        return False
    if fact.percent is not None and not 0 < fact.percent.value <= 100:
        judge.report(
            "E315", "a percentile lies above 0% and up to 100%", fact.percent.span, "correct it"
        )
        return False
    if how == "sum" and fact.per is not None:
        judge.report(
            "E311",
            "a sum has no intervals",
            fact.per.span,
            "round the total in the rate: `billed Q per day`",
        )
        return False
    return True


def _interval(judge: Judge, fact: ast.Measured) -> tuple[str | None, int]:
    """What the samples are added up over before they are compared."""
    per = fact.per
    if per is None:
        return "event", 0
    if fact.count is None:
        return judge.choice(per, ("event", "day"), "interval"), 0
    length = judge.quantity(ast.Value(fact.count, per, per.span), TIME, "an interval")
    if length == 0:
        judge.report("E318", "an interval has a length", per.span, "correct the number")
        return None, 0
    return (None, 0) if length is None else ("length", length)
