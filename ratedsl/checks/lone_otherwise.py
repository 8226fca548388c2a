"""E207: an allowance's `otherwise` window is the rest of something."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.matching import may_meet
from ratedsl.plan.model import Plan, Rate


def check_lone_otherwise(plan: Plan) -> Iterator[Diagnostic]:
    """Every rate that an allowance meets names the `otherwise` window that it covers in.

    `otherwise` is what the other windows of the rate leave; for a rate without that window it
    would be all of the time.
    """
    rest = {window.id for window in plan.windows if window.otherwise}
    for allowance in plan.allowances:
        for covers in allowance.covers:
            if covers.window not in rest:
                continue
            for rate in plan.rates:
                if covers.window in windows_of(rate) or not may_meet(
                    plan, covers.match, rate.match
                ):
                    continue
                yield Diagnostic(
                    "E207",
                    f"rate `{rate.id}` has no window `{covers.window}`, so all of its time is",
                    covers.at,
                    "the rest of nothing",
                    "cover in a window with hours of its own, or price the rate in windows",
                    (Label(rate.at, "this rate"),),
                )
                break


def windows_of(rate: Rate) -> set[str]:
    """The windows that a rate names."""
    named = {price.window for price in rate.prices} | {fee.window for fee in rate.fees}
    if rate.deck is not None:
        named |= rate.deck.table.windows.keys()
    return (named | {one.window for one in rate.increments}) - {""}
