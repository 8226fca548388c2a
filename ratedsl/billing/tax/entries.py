"""What one tax comes to on one line: its base, what of it is exempt, and the amount."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ratedsl.plan.model import Tax, TaxStep
from ratedsl.rating.trace import Step

ZERO = Fraction(0)


@dataclass(slots=True)
class Entry:
    """A tax on one line, by its shape of that line's day.

    `base` is all that the tax would stand on and `exempt` the part of it that is spared; of a
    fixed amount, `exempt` is what it would have charged. `reverse` says that the customer
    accounts for the tax.
    """

    tax: Tax
    step: TaxStep
    key: str
    line: str
    base: Fraction = ZERO
    exempt: Fraction = ZERO
    amount: Fraction = ZERO
    reverse: bool = False
    why: tuple[Step, ...] = ()

    @property
    def taxable(self) -> Fraction:
        """What the tax stands on."""
        return self.base - self.exempt if self.step.amount is None else self.base


@dataclass(slots=True)
class TaxCharge:
    """One tax at one rate: what it stands on and what it comes to, in all and by charge.

    `base` is taxable, `exempt` is not; together they are all that the tax is about. `amount`
    is what the invoice charges, and `computed` what the tax comes to, which differs for one
    that is not billed or that the customer accounts for. An `included` tax is part of the
    charges already. A fixed amount per line or invoice stands on no charge.
    """

    tax: Tax
    step: TaxStep
    base: Fraction
    exempt: Fraction
    amount: Fraction
    computed: Fraction
    steps: tuple[Step, ...]
    by_charge: dict[str, Fraction]
    reverse: bool = False

    @property
    def included(self) -> bool:
        """Whether the tax is part of the charges, and so not added to them."""
        return self.tax.added == "included"

    @property
    def on_top(self) -> Fraction:
        """What the tax adds to the invoice."""
        return ZERO if self.included else self.amount
