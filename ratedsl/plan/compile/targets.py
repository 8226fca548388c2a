"""The charges that other records name: groups of them, and percentages of them."""

from __future__ import annotations

from decimal import Decimal

from ratedsl.lang import ast
from ratedsl.plan.judge import Judge

CHARGES = ("fees", "usage", "charges")


def percentage(judge: Judge, number: ast.Number) -> Decimal | None:
    """A percentage of at most 100."""
    value = judge.number(number)
    if value is not None and value > 100:
        judge.report("E315", "this is more than 100%", number.span, "correct the percentage")
        return None
    return value
