"""The base of a tax on each line, and what of it is exempt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ratedsl.billing.tax.lines import Customer, TaxedLine
from ratedsl.lang.source import Span
from ratedsl.plan.model import Plan, Share, Tax, TaxStep
from ratedsl.rating.conditions import number_of

ZERO = Fraction(0)
HUNDRED = Fraction(100)
On = Mapping[str, Mapping[str, Fraction]]
"""What each tax so far comes to, by the key of the line."""


class Bases:
    """Finds what each tax of one invoice stands on."""

    def __init__(self, plan: Plan, customer: Customer, close: date) -> None:
        self.plan = plan
        self.customer = customer
        self.close = close
        self.taxes = {tax.id: tax for tax in plan.taxes}
        self._replacing = {
            tax.id: [one for one in plan.taxes if tax.id in one.replaces] for tax in plan.taxes
        }

    # ---- whether a tax is due ------------------------------------------------------------------

    def step_on(self, tax: Tax, line: TaxedLine) -> TaxStep | None:
        """The shape of a tax for a line: by the day of its supply, or that of the invoice."""
        day = self.close if tax.dated_by == "invoice" else line.supplied
        return next((step for step in tax.steps if step.period.holds(day)), None)

    def is_due(self, tax: Tax, line: TaxedLine) -> bool:
        """Whether a tax is due on a line at its place, and no other tax stands in for it."""
        if tax.within and not line.site.lies_in(tax.within):
            return False
        return not any(self._stands_in(one, line) for one in self._replacing[tax.id])

    def applies(self, tax: Tax) -> bool:
        """Whether the tax is for this customer at all."""
        return self.customer.meets(tax.conditions)

    def _stands_in(self, tax: Tax, line: TaxedLine) -> bool:
        step = self.step_on(tax, line)
        if step is None or not self.applies(tax):
            return False
        if tax.within and not line.site.lies_in(tax.within):
            return False
        names = self._names(tax, step)
        return line.charge is None or not names or line.is_of(names)

    def _names(self, tax: Tax, step: TaxStep) -> tuple[str, ...]:
        return tuple(name for share in tax.base for name in share.of) or step.of

    # ---- what it stands on ---------------------------------------------------------------------

    def addends(
        self, tax: Tax, step: TaxStep, line: TaxedLine
    ) -> Iterable[tuple[Fraction, Sequence[str]]]:
        """The percentages of which charges and taxes the base of a line is made."""
        day = self.close if tax.dated_by == "invoice" else line.supplied
        if not tax.base:
            return [(HUNDRED, step.of)]
        return [
            (self.percent(share, line.line), share.of)
            for share in tax.base
            if share.period.holds(day)
        ]

    def percent(self, share: Share, line: str) -> Fraction:
        """The percentage of a share: what the account states, else what the plan does."""
        stated = number_of(self.customer.stated(share.stated_by, line)) if share.stated_by else None
        if stated is None or not 0 <= stated <= HUNDRED:
            return Fraction(share.percent)
        return HUNDRED - stated if share.stated_rest else stated

    def base(self, tax: Tax, step: TaxStep, line: TaxedLine, net: Fraction, on: On) -> Fraction:
        """What the tax stands on for a line whose charge is `net`."""
        total = ZERO
        for percent, names in self.addends(tax, step, line):
            whole = ZERO
            if line.is_of(tuple(names)):
                whole += net + self._undiscounted(tax, line)
            for name in names:
                whole += on.get(name, {}).get(line.key, ZERO)
            total += whole * percent / HUNDRED
        return total

    def _undiscounted(self, tax: Tax, line: TaxedLine) -> Fraction:
        if not tax.before:
            return ZERO
        found = line.discounted.items()
        return sum(
            (off for name, off in found if name in tax.before or tax.before == ("all",)), ZERO
        )

    def names(self, tax: Tax, step: TaxStep) -> tuple[str, ...]:
        """All that the base of a step names."""
        return self._names(tax, step)

    # ---- what is exempt ------------------------------------------------------------------------

    def is_exempt(self, tax: Tax, line: TaxedLine) -> bool:
        """Whether a line is exempt from a tax, by the tax's own words or by an exemption."""
        return self.exempting(tax, line) is not None

    def exempting(self, tax: Tax, line: TaxedLine) -> Span | None:
        """Where the plan says that a line is exempt from a tax."""
        for own in tax.exempt:
            if (not own.of or line.is_only_of(own.of)) and self.customer.meets(
                own.conditions, line.line
            ):
                return own.at
        for one in self.plan.exemptions:
            if one.levels and tax.level not in one.levels:
                continue
            if one.taxes and tax.id not in one.taxes:
                continue
            if (not one.of or line.is_only_of(one.of)) and self.customer.meets(
                one.conditions, line.line
            ):
                return one.at
        return None

    def is_reversed(self, tax: Tax, line: TaxedLine) -> bool:
        """Whether the customer accounts for the tax of a line."""
        return bool(tax.reverse) and self.customer.meets(tax.reverse, line.line)
