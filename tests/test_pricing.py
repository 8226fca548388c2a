"""Tiers priced from one total to the next come to what the whole totals do."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from ratedsl.plan.model import NOWHERE, Period, Tier, UnitPrice
from ratedsl.rating.pricing import cost_between, tier_cost

Block = Literal["", "started", "full", "nearest"]
AMOUNTS = st.decimals(0, 9, places=2, allow_nan=False)


@st.composite
def tiers(draw: st.DrawFn) -> list[Tier]:
    """Some tiers with rising bounds, the last without one; some flat, some in blocks."""
    bounds = sorted(draw(st.sets(st.integers(1, 300), max_size=4)))
    made = []
    for bound in [*bounds, None]:
        block: Block = draw(st.sampled_from(["", "", "started", "full", "nearest"]))
        price = UnitPrice(
            amount=draw(AMOUNTS), per=draw(st.integers(1, 40)), block=block, text="", at=NOWHERE
        )
        made.append(
            Tier(
                period=Period(),
                bound=bound,
                price=draw(st.sampled_from([price, None])),
                flat=draw(st.sampled_from([Decimal(0), Decimal("2.50")])),
                inclusive=draw(st.booleans()),
                at=NOWHERE,
            )
        )
    return made


@given(
    tiers=tiers(),
    mode=st.sampled_from(["graduated", "package", "volume", "stair-step"]),
    before=st.integers(1, 400),
    more=st.integers(1, 400),
)
def test_going_on_costs_the_difference(
    tiers: list[Tier], mode: str, before: int, more: int
) -> None:
    difference = tier_cost(tiers, mode, before + more) - tier_cost(tiers, mode, before)
    assert cost_between(tiers, mode, before, before + more) == difference
