"""Taxes: each on its own base, in the order in which they stand on each other.

A tax's base is what it names of the charges, after discounts before tax, and of other
taxes. Each charge is taxed by the tax's rate on the day on which it was supplied; a tax
that changed its rate within the invoice is shown once for each rate. A fixed amount per
line or invoice takes the rate of the day on which the bill closes.

Taxes that are included in prices come first: what is left of a charge without them is what
all others stand on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.tax.amounts import amounts_on_top
from ratedsl.billing.tax.bases import Bases
from ratedsl.billing.tax.entries import Entry, TaxCharge
from ratedsl.billing.tax.explain import explain
from ratedsl.billing.tax.inside import amounts_grossed, amounts_included
from ratedsl.billing.tax.lines import Customer, TaxedLine, taxed_lines
from ratedsl.billing.tax.rounding import hold_to, round_rows, rounding_of, total_of
from ratedsl.billing.tax.sourcing import Sourcing
from ratedsl.plan.model import Plan, Tax
from ratedsl.plan.tax_graph import in_order
from ratedsl.rating.events import Account
from ratedsl.rating.rounding import round_money

__all__ = ["TaxCharge", "tax_charges"]

ZERO = Fraction(0)


def tax_charges(
    plan: Plan,
    charges: Sequence[Charge],
    lines: Sequence[str],
    account: Account,
    since: date | None,
    close: date,
) -> tuple[list[TaxCharge], list[Charge]]:
    """All taxes of an invoice, a tax that stands on another one after it.

    Beside them the charges whose place nobody knows, though taxes depend on it.
    """
    if not plan.taxes:
        return [], []
    return _Taxes(plan, charges, lines, account, since, close).work()


class _Taxes:
    """The work on one invoice: what each tax so far comes to on each line."""

    def __init__(
        self,
        plan: Plan,
        charges: Sequence[Charge],
        line_ids: Sequence[str],
        account: Account,
        since: date | None,
        close: date,
    ) -> None:
        self.plan = plan
        self.line_ids = line_ids
        self.close = close
        self.sourcing = Sourcing(plan, account)
        customer = Customer(account, since, close)
        self.bases = Bases(plan, customer, close)
        self.lines = taxed_lines(plan, charges, customer, self.sourcing)
        self.by_key = {line.key: line for line in self.lines}
        self.on: dict[str, dict[str, Fraction]] = {}
        self.made: list[TaxCharge] = []

    def work(self) -> tuple[list[TaxCharge], list[Charge]]:
        included = [tax for tax in self.plan.taxes if tax.added == "included"]
        others = [tax for tax in self.plan.taxes if tax.added != "included"]
        if included:
            self._included(included)
        for taxes in in_order(others):
            self._on_top(taxes)
        lost: list[Charge] = []
        if any(tax.within for tax in self.plan.taxes):
            for line in self.lines:
                if line.charge is not None and line.net and not line.site.known:
                    lost.append(line.charge)
        return self.made, lost

    def _included(self, taxes: list[Tax]) -> None:
        """Take the included taxes out of every charge, round them, and lower the charges."""
        steps = in_order(taxes)
        entries = []
        for line in self.lines:
            found, _ = amounts_included(steps, self.bases, line)
            entries += found
        rows = _rows(entries, [tax for step in steps for tax in step])
        exact = {id(row): total_of(row) for row in rows}
        round_rows(self.plan, rows)
        inside: dict[str, Fraction] = {}
        for entry in entries:
            if not entry.reverse:
                inside[entry.key] = inside.get(entry.key, ZERO) + entry.amount
        for line in self.lines:
            line.net -= inside.get(line.key, ZERO)
        left = {line.key: line.net for line in self.lines}
        for row in rows:
            charge = self._charge(row, exact[id(row)])
            plain = all(
                self.bases.addends(one.tax, one.step, self.by_key[one.key])
                == [(Fraction(100), one.step.of)]
                for one in row
            )
            if plain and not row[0].reverse and not row[0].tax.grossed and self._on_charges(row):
                # Net and tax come to the price, to the last cent.
                charge.base = sum((left[one.key] for one in row if not one.exempt), ZERO)
            self._keep(row, charge)

    def _on_charges(self, row: Sequence[Entry]) -> bool:
        """Whether the tax stands on charges alone, and on no other tax."""
        taxes = {tax.id for tax in self.plan.taxes}
        return not taxes & set(row[0].step.of)

    def _on_top(self, taxes: list[Tax]) -> None:
        entries: list[Entry] = []
        grossed = [tax for tax in taxes if tax.grossed]
        if grossed:
            entries += amounts_grossed(grossed, self.bases, self.lines, self.on)
        held: dict[str, Fraction] = {}
        for tax in taxes:
            if tax.grossed:
                continue
            found = amounts_on_top(
                tax, self.bases, self.lines, self.on, self._fixed_line, self.line_ids
            )
            most = self._cap(tax, found)
            if most is not None:
                held[tax.id] = most
            entries += found
            if len(taxes) > 1:
                # Others of its group stand on it before it is rounded.
                self.on[tax.id] = {one.key: one.amount for one in found if not one.reverse}
        rows = _rows(entries, taxes)
        exact = {id(row): total_of(row) for row in rows}
        round_rows(self.plan, rows)
        self._hold(rows, held)
        for tax in taxes:
            self.on[tax.id] = {}
        for row in rows:
            self._keep(row, self._charge(row, exact[id(row)]))

    def _fixed_line(self, tax: Tax, holder: str) -> TaxedLine:
        """The line of an amount that stands on no charge, for others to stand on."""
        key = f"{tax.id}:{holder}"
        line = self.by_key.get(key)
        if line is None:
            line = TaxedLine(key, None, holder, self.close, self.sourcing.of_line(holder))
            self.by_key[key] = line
            self.lines.append(line)
        return line

    def _cap(self, tax: Tax, entries: Sequence[Entry]) -> Fraction | None:
        """Hold a tax to its caps; what it may come to on the invoice, if it had to be."""
        most = None
        charged = [one for one in entries if not one.reverse]
        for cap in tax.caps:
            if not cap.period.holds(self.close):
                continue
            if cap.per == "line":
                for holder in {one.line for one in charged}:
                    hold_to(
                        [one for one in charged if one.line == holder], Fraction(cap.amount or 0)
                    )
                continue
            limit = Fraction(cap.amount or 0)
            if cap.at_tax:
                limit = sum((one.computed for one in self.made if one.tax.id == cap.at_tax), ZERO)
            if hold_to(charged, limit):
                most = limit
        return most

    def _hold(self, rows: Sequence[list[Entry]], held: dict[str, Fraction]) -> None:
        """What rounding lifted above a cap is brought down again."""
        for name, most in held.items():
            mine = [row for row in rows if row[0].tax.id == name and not row[0].reverse]
            over = sum((total_of(row) for row in mine), ZERO) - most
            if over > 0:
                largest = max(
                    (one for row in mine for one in row), key=lambda one: (one.amount, one.key)
                )
                rounding = rounding_of(self.plan, largest.tax)
                largest.amount -= over
                if rounding is not None:
                    down = rounding.model_copy(update={"mode": "down", "never_zero": False})
                    largest.amount = round_money(largest.amount, down)

    def _charge(self, row: Sequence[Entry], exact: Fraction) -> TaxCharge:
        first = row[0]
        computed = total_of(row)
        billed = not first.reverse and first.tax.shown != "not billed"
        by_charge: dict[str, Fraction] = {}
        if billed:
            for entry in row:
                key = entry.key.partition("#")[0]
                by_charge[key] = by_charge.get(key, ZERO) + entry.amount
        return TaxCharge(
            tax=first.tax,
            step=first.step,
            base=sum((one.taxable for one in row), ZERO),
            exempt=sum((one.exempt for one in row), ZERO),
            amount=computed if billed else ZERO,
            computed=computed,
            steps=explain(self.plan, self.bases, row, exact, self.by_key),
            by_charge=by_charge,
            reverse=first.reverse,
        )

    def _keep(self, row: Sequence[Entry], charge: TaxCharge) -> None:
        on = self.on.setdefault(charge.tax.id, {})
        if not charge.reverse:
            for entry in row:
                on[entry.key] = on.get(entry.key, ZERO) + entry.amount
        if charge.base or charge.exempt or charge.computed:
            self.made.append(charge)


def _rows(entries: Sequence[Entry], order: Sequence[Tax]) -> list[list[Entry]]:
    """The entries of each tax at each of its rates, those with reverse charge apart."""
    rows: dict[tuple[str, int, bool], list[Entry]] = {}
    for tax in order:
        mine = [one for one in entries if one.tax is tax]
        for index, step in enumerate(tax.steps):
            for reverse in (False, True):
                same = [one for one in mine if one.step is step and one.reverse == reverse]
                if same:
                    rows[tax.id, index, reverse] = same
    return list(rows.values())
