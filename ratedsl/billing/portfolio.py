"""Totals over the invoices of many accounts, by plan and currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ratedsl.billing.invoice import Invoice
from ratedsl.billing.margin import Margin


@dataclass(slots=True)
class PlanTotals:
    """What the invoices of one plan content in one currency add up to.

    `net` is the sum of the subtotals. The events' outcomes add up to `events`, as those of
    each invoice do; `reasons` counts why parts of events were rejected. `start` and `end`
    bound all cycles, `end` exclusive. `cost` and `margin` are there where the plan has costs;
    `unknown` counts the events whose cost is not known, by service and reason.
    """

    plan: str
    plan_title: str
    plan_hash: str
    currency: str
    start: date
    end: date
    accounts: set[str] = field(default_factory=set)
    invoices: int = 0
    events: int = 0
    rated: int = 0
    free: int = 0
    covered: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    net: Decimal = Decimal(0)
    taxes: Decimal = Decimal(0)
    after_tax: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    cost: Decimal | None = None
    margin: Decimal | None = None
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, invoice: Invoice, margin: Margin | None = None) -> None:
        """Count one more invoice in, and what it cost where the plan says."""
        if margin is not None:
            self.cost = (self.cost or Decimal(0)) + margin.cost
            self.margin = (self.margin or Decimal(0)) + margin.margin
            for one in margin.unknown:
                self.unknown[one.service, one.reason] += one.events
        self.start = min(self.start, invoice.start)
        self.end = max(self.end, invoice.end)
        self.accounts.add(invoice.account)
        self.invoices += 1
        outcomes = invoice.outcomes
        self.events += outcomes.events
        self.rated += outcomes.rated
        self.free += outcomes.free
        self.covered += outcomes.covered
        self.rejected += outcomes.rejected
        self.reasons.update(dict(outcomes.reasons))
        self.net += invoice.subtotal
        self.taxes += invoice.tax_total
        self.after_tax += sum((item.amount for item in invoice.after_tax), Decimal(0))
        self.total += invoice.total


def add_up(invoices: Iterable[Invoice]) -> tuple[PlanTotals, ...]:
    """The totals of each plan in the order of their first invoices."""
    return add_up_bills((invoice, None) for invoice in invoices)


def add_up_bills(bills: Iterable[tuple[Invoice, Margin | None]]) -> tuple[PlanTotals, ...]:
    """The totals of each plan, costs included, in the order of their first invoices.

    Takes the invoices one at a time, so a stream of any length fits in memory. Amounts of
    different currencies, or of different contents of one plan, are never added together. An
    invoice of several plans counts for all of them together.
    """
    found: dict[tuple[str, str, str], PlanTotals] = {}
    for invoice, margin in bills:
        names = [*(one.plan for one in invoice.others), invoice.plan]
        titles = [*(one.title or one.plan for one in invoice.others), invoice.plan_title]
        hashes = [*(one.plan_hash for one in invoice.others), invoice.plan_hash]
        key = (" + ".join(names), " + ".join(hashes), invoice.currency)
        if key not in found:
            found[key] = PlanTotals(
                key[0], " + ".join(titles), key[1], key[2], invoice.start, invoice.end
            )
        found[key].add(invoice, margin)
    return tuple(found.values())
