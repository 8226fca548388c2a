"""A `prorated` fact says how a part of a period is charged."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.judge import Judge


def compile_proration(
    judge: Judge, record: ast.Record
) -> tuple[ast.Proration | None, model.Proration | None]:
    """The `prorated` fact and what it means."""
    prorations = record.facts_of(ast.Proration)
    prorated = judge.one(record, prorations, "prorated")
    if prorated is None:
        return None, None
    if prorated.method == "day" and not prorated.counting:
        judge.report(
            "E316",
            "this does not say which end days count",
            prorated.span,
            "add `, counting the first day`, `, counting the last day`, or "
            "`, counting the first and last day`",
        )
    return prorated, model.Proration(
        method=cast(Any, prorated.method), counting=cast(Any, prorated.counting), at=prorated.span
    )
