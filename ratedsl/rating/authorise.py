"""How much of a requested event may happen: as much as can be paid and nothing rejects.

Usage is tried on a copy of the account's state. What an event costs rises with its length but
where a volume tier makes all of it cheaper; between such points the longest payable event is
found by halving, so the answer is exact and holds for every shorter event too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ratedsl.rating.parts import RatedEvent


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What of a request is allowed, and what is set aside for it.

    `reserved` is money: what the allowed part costs. `units` are what it draws from each
    allowance. `reason` says why not more is allowed, and is empty where all of it is.
    """

    requested: int
    allowed: int
    reserved: Fraction
    units: tuple[tuple[str, int], ...]
    reason: str
    rated: RatedEvent | None


def longest(quantity: int, accepted: Callable[[int], bool], edges: Sequence[int] = ()) -> int:
    """The largest quantity up to which all are accepted, `quantity` at most.

    Between two `edges` it must hold that where one is accepted, so are those before it.
    """
    low = 0
    for end in sorted({one for one in edges if 0 < one < quantity} | {quantity}):
        if accepted(end):
            low = end
            continue
        high = end
        if not accepted(low + 1):
            return low
        low += 1
        while high - low > 1:
            middle = (low + high) // 2
            if accepted(middle):
                low = middle
            else:
                high = middle
        return low
    return quantity


def edges_of(rated: RatedEvent, trial: Callable[[int], RatedEvent]) -> list[int]:
    """The quantities of an event with which a volume tier's bound is just not passed."""
    rate = rated.rate
    if rate is None or rate.tiers is None or rate.tiers.mode == "graduated":
        return []
    found = []
    for tier in rate.tiers.tiers:
        bound = tier.bound
        if bound is None:
            continue
        last = bound if tier.inclusive else bound - 1

        def within(units: int, last: int = last) -> bool:
            return _total(trial(units)) <= last

        found.append(longest(rated.event.quantity, within))
    return found


def _total(rated: RatedEvent) -> int:
    """The running total of tiers once the event is in it."""
    return max(
        (part.before + part.units for part in rated.parts if part.price == "by tiers"), default=0
    )
