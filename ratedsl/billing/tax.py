"""Taxes: each on its own base, in the order in which they stand on each other.

A tax's base is what it names of the charges, after discounts before tax, and of other
taxes. Each charge is taxed by the tax's rate on the day on which it was supplied; a tax
that changed its rate within the invoice is shown once for each rate. A fixed amount per
line or invoice takes the rate of the day on which the bill closes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.plan.model import Plan, Tax, TaxStep
from ratedsl.rating.conditions import applies_to
from ratedsl.rating.events import Account
from ratedsl.rating.rounding import round_money
from ratedsl.rating.trace import Step

ZERO = Fraction(0)
WHOLE = Fraction(100)


@dataclass(slots=True)
class TaxCharge:
    """One tax at one rate: what it stands on and what it comes to, in all and by charge.

    A fixed amount per line or invoice stands on no charge.
    """

    tax: Tax
    step: TaxStep
    base: Fraction
    amount: Fraction
    steps: tuple[Step, ...]
    by_charge: dict[str, Fraction]


def tax_charges(
    plan: Plan,
    charges: Sequence[Charge],
    lines: Sequence[str],
    account: Account,
    since: date | None,
    close: date,
) -> list[TaxCharge]:
    """All taxes of an invoice, a tax that stands on another one after it."""
    work = _Taxes(plan, charges, lines, close)
    made = []
    for tax in in_order(plan.taxes):
        if applies_to(tax.conditions, account, since, close):
            made += work.charge(tax)
    return made


def in_order(taxes: Sequence[Tax]) -> list[Tax]:
    """The taxes so that each comes after those in its base; `check` excludes circles."""
    by_id = {tax.id: tax for tax in taxes}
    done: dict[str, Tax] = {}

    def place(tax: Tax, waiting: frozenset[str]) -> None:
        if tax.id in done or tax.id in waiting:
            return
        for name in sorted(_names(tax) & by_id.keys()):
            place(by_id[name], waiting | {tax.id})
        done[tax.id] = tax

    for tax in taxes:
        place(tax, frozenset())
    return list(done.values())


def _names(tax: Tax) -> set[str]:
    return {name for step in tax.steps for name in step.of} | {
        name for share in tax.base for name in share.of
    }


class _Taxes:
    """The work on one invoice: what each tax so far comes to on each charge.

    Amounts are kept by charge so that a later tax can stand on a part of an earlier one; a
    fixed tax is kept under a key of its own. Rounding differences of a tax rounded once an
    invoice are kept with its largest charge, so that later steps use rounded values.
    """

    def __init__(
        self, plan: Plan, charges: Sequence[Charge], lines: Sequence[str], close: date
    ) -> None:
        self.charges = charges
        self.lines = lines
        self.close = close
        self.per_item = plan.rounding_for("tax per item")
        self.per_invoice = plan.rounding_for("tax per invoice")
        self.days = {charge.key: charge.supplied for charge in charges}
        self.on: dict[str, dict[str, Fraction]] = {}

    def charge(self, tax: Tax) -> list[TaxCharge]:
        """The tax at each of its rates that applies to something; keeps it for later taxes."""
        mine: dict[str, Fraction] = {}
        made = []
        for step in tax.steps:
            bases = self._bases(tax, step)
            if step.amount is not None:
                exact = self._fixed(tax, step, bases)
            else:
                rate = Fraction(step.percent or 0) / 100
                exact = {key: base * rate for key, base in bases.items()}
            rounded = self._round(exact)
            amount = sum(rounded.values(), ZERO)
            base = sum(bases.values(), ZERO)
            if not rounded or (not amount and not base):
                continue
            for key, value in rounded.items():
                mine[key] = mine.get(key, ZERO) + value
            steps = self._explain(tax, step, bases)
            made.append(TaxCharge(tax, step, base, amount, steps, rounded))
        self.on[tax.id] = mine
        return made

    def _bases(self, tax: Tax, step: TaxStep) -> dict[str, Fraction]:
        """What the tax stands on, by charge, as far as the step is in force for it."""
        addends = [(Fraction(share.percent), share.of) for share in tax.base] or [(WHOLE, step.of)]
        bases: dict[str, Fraction] = {}
        for percent, names in addends:
            for charge in self.charges:
                if charge.is_of(names) and step.period.holds(charge.supplied):
                    value = charge.net * percent / 100
                    bases[charge.key] = bases.get(charge.key, ZERO) + value
            for name in names:
                for key, value in self.on.get(name, {}).items():
                    if step.period.holds(self.days.get(key, self.close)):
                        bases[key] = bases.get(key, ZERO) + value * percent / 100
        return bases

    def _fixed(self, tax: Tax, step: TaxStep, bases: dict[str, Fraction]) -> dict[str, Fraction]:
        """A fixed amount for each line or item, or for the invoice."""
        assert step.amount is not None
        amount = Fraction(step.amount)
        if step.per == "item":
            charged = bases or {
                charge.key: charge.net
                for charge in self.charges
                if charge.net and step.period.holds(charge.supplied)
            }
            return {key: amount for key, base in charged.items() if base}
        if not step.period.holds(self.close):
            return {}
        if step.per == "line":
            return {f"{tax.id}:{line}": amount for line in self.lines}
        return {f"{tax.id}:": amount} if self.charges else {}

    def _round(self, exact: dict[str, Fraction]) -> dict[str, Fraction]:
        if self.per_item is not None:
            return {key: round_money(value, self.per_item) for key, value in exact.items()}
        total = sum(exact.values(), ZERO)
        difference = round_money(total, self.per_invoice) - total
        if difference:
            largest = max(exact, key=lambda key: (abs(exact[key]), key))
            exact[largest] += difference
        return exact

    def _explain(self, tax: Tax, step: TaxStep, bases: dict[str, Fraction]) -> tuple[Step, ...]:
        if step.amount is not None:
            counted = f" × {len(self.lines)} lines" if step.per == "line" else ""
            return (Step(f"{step.amount} per {step.per}{counted}", step.at),)
        names = [name for share in tax.base for name in share.of] or list(step.of)
        steps = [Step(f"{step.percent}% of {', '.join(names)}", step.at)]
        steps += [
            Step(f"{share.percent}% of {', '.join(share.of)} is in its base", share.at)
            for share in tax.base
        ]
        scope = self.per_item or self.per_invoice
        if scope is not None:
            steps.append(Step(f"rounded {scope.mode} to {scope.quantum}, {scope.scope}", scope.at))
        return tuple(steps)
