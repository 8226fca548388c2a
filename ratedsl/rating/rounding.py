"""The one function that rounds money."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from ratedsl.plan.model import Rounding


def round_money(amount: Fraction, rounding: Rounding | None) -> Fraction:
    """`amount` rounded to a multiple of the quantum, on the magnitude; as it is without one.

    A credit mirrors its charge: the sign plays no part in which way a half goes.
    """
    if rounding is None or not amount.numerator:
        return amount
    # In whole numbers, since this runs once for every event.
    step, scale = rounding.quantum.as_integer_ratio()
    divisor = amount.denominator * step
    whole, rest = divmod(abs(amount.numerator) * scale, divisor)
    half = 2 * rest - divisor
    match rounding.mode:
        case "up":
            whole += rest > 0
        case "half-up":
            whole += half >= 0
        case "half-down":
            whole += half > 0
        case "half-even":
            whole += half > 0 or (half == 0 and whole % 2 == 1)
    if not whole and rounding.never_zero:
        whole = 1
    return Fraction(whole * step if amount.numerator > 0 else -whole * step, scale)


def to_decimal(amount: Fraction) -> Decimal:
    """The amount as an exact decimal.

    Raises ValueError where it has none: such an amount was never rounded, which `check`
    prevents for everything that an invoice prints.
    """
    denominator = amount.denominator
    places = 0
    while denominator % 10 == 0:
        denominator //= 10
        places += 1
    twos = fives = 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    if denominator != 1:
        raise ValueError(f"{amount} has no exact decimal form")
    places += max(twos, fives)
    # Built from text, since arithmetic on decimals would round to the context's precision.
    return Decimal(f"{amount.numerator * 10**places // amount.denominator}E-{places}")
