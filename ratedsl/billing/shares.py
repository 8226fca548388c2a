"""What each fee and part of an event has of its charge, which they add up to."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ratedsl.rating.parts import ZERO, Outcome, Part, RatedEvent


def shares_of(
    rated: RatedEvent,
) -> Iterator[tuple[Part | None, str, Fraction, Fraction]]:
    """An event's charge by fee and charged part: the part, the price, the amount, and what it
    is in the rate's own currency where that is another.

    Minimum, maximum, caps and rounding of the event end in its last charged part.
    """
    charged = [part for part in rated.parts if part.outcome is Outcome.RATED]
    if not rated.charge and not charged:
        return
    rest = rated.charge
    factor = rated.conversion.factor if rated.conversion else None
    left = rated.foreign or ZERO
    for fee in rated.fees:
        amount = fee.amount if fee.amount <= rest else rest
        if amount:
            foreign = fee.amount / factor if factor else ZERO
            yield None, fee.kind, amount, foreign
            rest -= amount
            left -= foreign
    for part in charged[:-1]:
        foreign = part.amount / factor if factor else ZERO
        yield part, part.price, part.amount, foreign
        rest -= part.amount
        left -= foreign
    if charged:
        yield charged[-1], charged[-1].price, rest, left
    elif rest:
        yield None, rated.fees[0].kind if rated.fees else "setup", rest, left
