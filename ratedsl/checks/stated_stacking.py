"""E316 and E311: two percentages off the same charges say how they stack."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.checks.rivals import Meetings, Traits, rivals
from ratedsl.checks.traits import of_charges
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.matching import name_the_same
from ratedsl.plan.model import Discount, Plan


def check_stated_stacking(plan: Plan) -> Iterator[Diagnostic]:
    """Discounts in percent that meet each say `stacks`; best only does not meet the other ways.

    10% and 20% off 100.00 are 28.00, 30.00 or 20.00, and systems differ in it silently.
    """
    discounts = [one for one in plan.discounts if one.in_percent]

    def traits(discount: Discount) -> Traits:
        return {"applies": {discount.applies}, **of_charges(plan, discount.of)}

    def exclude(one: Discount, two: Discount) -> bool:
        one_sided = (one.stacks == "best only") != (two.stacks == "best only")
        return bool(one.stacks and two.stacks) and one_sided and _meet(plan, one, two)

    meetings = Meetings(discounts, traits)
    for index in range(len(discounts)):
        meetings.file(index)
    for index, silent in enumerate(discounts):
        if silent.stacks:
            continue
        near = (discounts[one] for one in meetings.near(index))
        other = next((one for one in near if _meet(plan, silent, one)), None)
        if other is not None:
            yield Diagnostic(
                "E316",
                f"discount `{silent.id}` does not say how it stacks with `{other.id}`",
                silent.at,
                help="add `stacks multiplied` (off what the one before left), `stacks added` "
                "(off the undiscounted charges), or `stacks best only`",
                related=(Label(other.at, "off the same charges"),),
            )
    for earlier, later in rivals(discounts, exclude, traits):
        yield Diagnostic(
            "E311",
            f"discounts `{earlier.id}` and `{later.id}` exclude each other by only one of them",
            later.at,
            help="give both `stacks best only`, or neither",
            related=(Label(earlier.at, "the other one"),),
        )


def _meet(plan: Plan, one: Discount, two: Discount) -> bool:
    """Whether both may take a percentage off the same charges of one account."""
    if one.applies != two.applies or not name_the_same(plan, one.of, two.of):
        return False
    return not _other_segments(one, two)


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
