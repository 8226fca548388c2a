"""How what a discount takes off is shared by its charges, to the last cent."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ratedsl.billing.apportion import share_out
from ratedsl.billing.charge import Charge
from ratedsl.plan.model import Rounding

ZERO = Fraction(0)


def spread_in_order(name: str, off: Fraction, charges: Sequence[Charge]) -> None:
    """Use the charges up one after the other, in the order of the invoice."""
    for charge in charges:
        taken = max(min(off, charge.net), ZERO)
        _lower(name, charge, taken)
        off -= taken


def spread_by_amount(
    name: str, off: Fraction, charges: Sequence[Charge], rounding: Rounding | None
) -> None:
    """Lower each charge by its share; what rounding leaves goes to the largest remainders."""
    quantum = Fraction(rounding.quantum) if rounding else Fraction(1, 10**12)
    keys = [charge.key for charge in charges]
    nets = [charge.net for charge in charges]
    for charge, share in zip(charges, share_out(off, nets, quantum, keys), strict=True):
        _lower(name, charge, share)


def _lower(name: str, charge: Charge, share: Fraction) -> None:
    charge.net -= share
    charge.discounted[name] = charge.discounted.get(name, ZERO) + share
