"""How an event's charge parts among its fees and its charged parts, to the last cent."""

from __future__ import annotations

from fractions import Fraction

from ratedsl.plan.model import NOWHERE
from ratedsl.rating.parts import ZERO, FeeCharged, Outcome, Part, RatedEvent

Share = tuple[FeeCharged | Part, Fraction, Fraction]


def shares(rated: RatedEvent) -> list[Share]:
    """What each fee and each charged part has of the charge; together they are the charge.

    Beside the amount stands what it is in the rate's own currency, where that is another.

    Minimum, maximum, caps and rounding of the event end in its last charged part.
    """
    charged = [part for part in rated.parts if part.outcome is Outcome.RATED]
    rest = rated.charge
    if not rest and not charged:
        return []
    if len(charged) == 1 and not rated.fees:
        return [(charged[0], rest, rated.foreign or ZERO)]
    factor = rated.conversion.factor if rated.conversion else None
    left = rated.foreign or ZERO
    found: list[Share] = []
    for fee in rated.fees:
        amount = fee.amount if fee.amount <= rest else rest
        if amount:
            foreign = fee.amount / factor if factor and not fee.record else ZERO
            found.append((fee, amount, foreign))
            rest -= amount
            left = left - foreign if foreign else left
    for part in charged[:-1]:
        foreign = part.amount / factor if factor else ZERO
        found.append((part, part.amount, foreign))
        if part.amount:
            rest -= part.amount
        left = left - foreign if foreign else left
    if charged:
        found.append((charged[-1], rest, left))
    elif rest:
        first = rated.fees[0] if rated.fees else FeeCharged("setup", rest, NOWHERE)
        found.append((first, rest, left))
    return found


def with_shares(
    fees: tuple[FeeCharged, ...], parts: list[Part], charge: Fraction
) -> tuple[tuple[FeeCharged, ...], list[Part]]:
    """Fees and parts with what each has of the event's charge, so that they add up to it.

    Minimum, maximum and rounding of the event end in its last charged part.
    """
    rest = charge
    shared = []
    for fee in fees:
        amount = min(fee.amount, rest)
        if amount:
            shared.append(fee._replace(amount=amount))
            rest -= amount
    rated = [index for index, part in enumerate(parts) if part.outcome is Outcome.RATED]
    found = list(parts)
    for index in rated[:-1]:
        rest -= parts[index].amount
    if rated:
        found[rated[-1]] = parts[rated[-1]]._replace(amount=rest)
    elif rest:
        first = shared[0] if shared else FeeCharged("setup", ZERO, fees[0].at if fees else NOWHERE)
        shared = [first._replace(amount=first.amount + rest), *shared[1:]]
    return tuple(shared), found
