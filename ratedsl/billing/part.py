"""What one plan charges on an invoice: its charges, rounded, with its discounts and true-ups.

An invoice has one part a plan that the account's lines hold in its cycle; most have one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.commitment import true_ups
from ratedsl.billing.credit import credit_notes, credit_what_was_paid, remember_paid
from ratedsl.billing.discount import BillFacts, discount_charges
from ratedsl.billing.exchange import exchanged
from ratedsl.billing.fees import fee_charges
from ratedsl.billing.holding import charged_holdings, holdings
from ratedsl.billing.invoice import Section
from ratedsl.billing.payments import pay_charges, payment_rows
from ratedsl.billing.usage import UsageRows
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Account
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.rating.suspension import without_suspended
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.trace import Step


@dataclass
class PlanPart:
    """One plan's part of an invoice, before taxes.

    `account` has the lines with what they hold of this plan, `whole` all that the invoice is
    for; `since` is the day on which the first of its lines took up any plan. `unpriced`
    are charges that could not be exchanged, `facts` what discounts look at.
    """

    tables: PlanTables
    account: Account
    whole: Account
    cycle: BillCycle
    rater: AccountRater
    rows: UsageRows
    since: date | None
    charges: list[Charge]
    discounts: list[Charge]
    unpriced: list[Charge]
    facts: BillFacts
    paid_after_tax: list[Charge]
    at_once: bool = False

    @property
    def is_held(self) -> bool:
        """Whether any line holds the plan in the cycle, or from its end on."""
        cycle = self.cycle
        return any(
            one.start <= cycle.end and (one.end is None or one.end > cycle.start)
            for one in holdings(self.account, self.plan.id)
        )

    @property
    def last_start(self) -> tuple[date, str]:
        """When a line last took the plan up by the cycle's end; the plan held last leads."""
        # As it was taken up: a line that comes back from a suspension takes up nothing.
        held = holdings(self.whole, self.plan.id)
        starts = (one.start for one in held if one.start <= self.cycle.end)
        return max(starts, default=date.min), self.plan.id

    @property
    def plan(self) -> Plan:
        """The plan whose part it is."""
        return self.tables.plan


def plan_part(
    tables: PlanTables,
    account: Account,
    cycle: BillCycle,
    rater: AccountRater,
    rows: UsageRows,
    whole: Account | None = None,
    invoiced: Sequence[Charge] = (),
    late: Sequence[Charge] = (),
) -> PlanPart:
    """What the plan charges for `cycle`: usage in `rows`, fees, true-ups, discounts before tax.

    What bills at once have `invoiced` is taken off after the discounts, which stand on all. `late`
    are charges for usage of earlier cycles.
    """
    plan = tables.plan
    whole = whole or account
    if plan.suspend is not None and plan.suspend.charging == "nothing":
        account = without_suspended(account, plan)
    held = charged_holdings(tables, account)
    cycles = tables.cycles_of(account)
    since = min((one.start for line in whole.lines for one in line.subscriptions), default=None)
    rounding = plan.rounding_for("item")
    charges = [
        *fee_charges(plan, account, held, cycle, cycles, tables.exchange),
        *flat_charges(tables, rater, cycle),
        *rows.charges(),
        *late,
        *credit_notes(plan, account, cycle),
    ]
    for charge in charges:
        if charge.section is Section.CREDITS:
            credit_what_was_paid(charge, rater.remembered)
        charge.amount = charge.net = round_money(charge.exact, rounding)
        if rounding is not None and charge.amount != charge.exact:
            words = f"rounded {rounding.mode} to {rounding.quantum} per item"
            charge.steps += (Step(words, rounding.at),)
    unpriced = [charge for charge in charges if charge.open]
    charges = [charge for charge in charges if charge.amount]
    charges = pay_charges(charges, rater, cycle)
    open_still = [charge for charge in charges if not charge.payer]
    calendar = tables.calendar
    taken_up = min((one.start for one in held), default=None)
    remembered = rater.remembered
    before = list(true_ups(plan, "before", charges, held, cycle, calendar, remembered))
    facts = BillFacts(
        *(whole, since, taken_up, cycle.start, cycle.end),
        lambda day: cycles.count(day, cycle.start),
        rater.remembered,
    )
    discounts = discount_charges(plan, "before", open_still, facts)
    after_discounts = true_ups(plan, "after", charges, held, cycle, calendar, remembered)
    charges += [*before, *after_discounts]
    remember_paid(plan, charges, rater.remembered)
    payments = payment_rows(plan, charges, cycle)
    later = {wallet.id for wallet in plan.wallets if wallet.taxed == "when used"}
    for charge in charges:
        if charge.payer and charge.payer not in later:
            # What it pays was taxed when it was topped up.
            charge.net = Fraction(0)
    discounts += [one for one in payments if one.record not in later]
    after = [one for one in payments if one.record in later]
    charges += invoiced
    return PlanPart(
        *(tables, account, whole, cycle, rater, rows, since, charges, discounts, unpriced),
        facts=facts,
        paid_after_tax=after,
    )


def flat_charges(tables: PlanTables, rater: AccountRater, cycle: BillCycle) -> Iterator[Charge]:
    """The flat amounts that tiers charge even without usage, once a cycle for each total."""
    plan = tables.plan
    for rate, tier, holder, amount in rater.flats(cycle):
        line = holder.name if holder.kind == "line" else ""
        pool = f" of pool {holder.name}" if holder.kind == "pool" else ""
        charge = Charge(
            key=f"flat:{rate.id}:{line}{pool}",
            section=Section.USAGE,
            record=rate.id,
            title=rate.title or rate.id,
            at=tier.at,
            supplied=cycle.start,
            line=line,
            detail=f"flat, with or without usage{pool}",
            formula=f"{to_decimal(amount)} flat",
            exact=amount,
            steps=(Step(f"{to_decimal(amount)} flat even at zero{pool}", tier.at),),
        )
        yield exchanged(charge, rate.currency, plan, tables.exchange) if rate.currency else charge
