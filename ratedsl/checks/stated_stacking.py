"""E316 and E311: two percentages off the same charges say how they stack."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.matching import name_the_same
from ratedsl.plan.model import Discount, Plan


def check_stated_stacking(plan: Plan) -> Iterator[Diagnostic]:
    """Discounts in percent that meet each say `stacks`; best only does not meet the other ways.

    10% and 20% off 100.00 are 28.00, 30.00 or 20.00, and systems differ in it silently.
    """
    told: set[str] = set()
    for one, two in combinations(plan.discounts, 2):
        if not _meet(plan, one, two):
            continue
        for silent, other in ((one, two), (two, one)):
            if not silent.stacks and silent.id not in told:
                told.add(silent.id)
                yield Diagnostic(
                    "E316",
                    f"discount `{silent.id}` does not say how it stacks with `{other.id}`",
                    silent.at,
                    help="add `stacks multiplied` (off what the one before left), `stacks added` "
                    "(off the undiscounted charges), or `stacks best only`",
                    related=(Label(other.at, "off the same charges"),),
                )
        if one.stacks and two.stacks and (one.stacks == "best only") != (two.stacks == "best only"):
            later, earlier = (two, one) if one.at <= two.at else (one, two)
            yield Diagnostic(
                "E311",
                f"discounts `{earlier.id}` and `{later.id}` exclude each other by only one of them",
                later.at,
                help="give both `stacks best only`, or neither",
                related=(Label(earlier.at, "the other one"),),
            )


def _meet(plan: Plan, one: Discount, two: Discount) -> bool:
    """Whether both may take a percentage off the same charges of one account."""
    if one.applies != two.applies or not (one.in_percent and two.in_percent):
        return False
    return name_the_same(plan, one.of, two.of) and not _other_segments(one, two)


def _other_segments(one: Discount, two: Discount) -> bool:
    """Whether they are for different segments, of which an account has one."""
    first, second = (
        [
            set(test.values)
            for test in discount.conditions
            if test.attribute == "segment" and test.operator in ("is", "in")
        ]
        for discount in (one, two)
    )
    return any(not a & b for a in first for b in second)
