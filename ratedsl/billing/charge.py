"""A charge on its way to the invoice: exact, dated, and with its clause."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from ratedsl.billing.invoice import Section
from ratedsl.lang.source import Span
from ratedsl.rating.parts import Conversion, RatedEvent
from ratedsl.rating.trace import Step
from ratedsl.rating.words import brief_amount


@dataclass(slots=True)
class Charge:
    """One future row of the invoice.

    `exact` is the sum before the item's rounding, `amount` after it; `net` is what discounts
    leave of it, which is what taxes stand on. `plan` names its plan on an invoice of several.
    `units` of a `dimension` are the usage behind it.
    `steps` explain it; `rated` are the usage events behind it, kept only where someone may ask
    for them. What it was in another currency stands in `foreign`; `open` says why it could not
    be exchanged. A credit is `of_usage` where it is not of a fee, as one of usage that a bill
    at once has charged. `payer` is the wallet that has paid it, where one has.
    """

    key: str
    section: Section
    record: str
    title: str
    at: Span
    supplied: date
    plan: str = ""
    line: str = ""
    detail: str = ""
    quantity: str = ""
    unit_price: str = ""
    formula: str = ""
    events: int = 0
    service: str = ""
    category: str = ""
    description: str = ""
    provider: str = ""
    units: int = 0
    dimension: str = ""
    started: int = 0
    places: tuple[str, ...] = ()
    exact: Fraction = Fraction(0)
    amount: Fraction = Fraction(0)
    net: Fraction = Fraction(0)
    discounted: dict[str, Fraction] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    rated: list[RatedEvent] = field(default_factory=list)
    foreign: Fraction | None = None
    foreign_currency: str = ""
    conversion: Conversion | None = None
    open: str = ""
    of_usage: bool = False
    payer: str = ""

    @property
    def original(self) -> str:
        """The amount in its own currency and the rate that it was exchanged at, in words."""
        if self.foreign is None:
            return ""
        rate = f" at {self.conversion.words}" if self.conversion else ""
        return f"{brief_amount(self.foreign)} {self.foreign_currency}{rate}"

    @property
    def late_of(self) -> date | None:
        """The start of the cycle whose usage this is, where it is late."""
        return date.fromisoformat(self.key.split(":")[1]) if self.key.startswith("late:") else None

    def is_of(self, targets: tuple[str, ...]) -> bool:
        """Whether the charge is one of the named ones: a record, `fees`, `usage`, `charges`,
        the usage of a service, or a category."""
        return (
            self.record in targets
            or "charges" in targets
            or (
                self.section in (Section.FEES, Section.CREDITS)
                and not self.of_usage
                and "fees" in targets
            )
            or ((self.section is Section.USAGE or self.of_usage) and "usage" in targets)
            or (bool(self.service) and f"usage of {self.service}" in targets)
            or (bool(self.category) and f"category {self.category}" in targets)
        )
