"""An amount shared out, to the last cent."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

ZERO = Fraction(0)


def share_out(
    amount: Fraction, weights: Sequence[Fraction], quantum: Fraction, names: Sequence[str]
) -> list[Fraction]:
    """The amount in multiples of the quantum by weight; the shares add up to it exactly."""
    total = sum(weights, ZERO)
    if not total:
        return [ZERO for _ in weights]
    return round_to(amount, [amount * weight / total for weight in weights], quantum, names)


def round_to(
    amount: Fraction, exact: Sequence[Fraction], quantum: Fraction, names: Sequence[str]
) -> list[Fraction]:
    """Exact parts brought to multiples of the quantum that add up to the amount.

    What is left over goes to the largest remainders, of equal ones to the first name.
    """
    shares = [one // quantum * quantum for one in exact]
    rest = amount - sum(shares, ZERO)
    for index in sorted(range(len(shares)), key=lambda at: (shares[at] - exact[at], names[at])):
        step = min(quantum, rest)
        shares[index] += step
        rest -= step
    return shares
