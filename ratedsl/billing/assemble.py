"""From the parts of a cycle to its invoice: taxes, what comes after them, and the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ratedsl.billing.alerts import alerts_of, issued_otherwise, unplaced
from ratedsl.billing.charge import Charge
from ratedsl.billing.costs import CostRows
from ratedsl.billing.discount import discount_charges
from ratedsl.billing.holding import charged_holdings
from ratedsl.billing.invoice import Invoice, Section
from ratedsl.billing.margin import Margin, add_commissions, margin_of
from ratedsl.billing.part import PlanPart
from ratedsl.billing.payments import balance_uses
from ratedsl.billing.printed import allowance_uses, due_day, issuer_of, item_row, tax_rows
from ratedsl.billing.statement import (
    deposit_interest,
    foreign_payments,
    issued_before,
    late_fees,
    statement_of,
)
from ratedsl.billing.tax import TaxCharge, tax_charges
from ratedsl.billing.together import moves_of, other_plans, outcomes_of, taxed_together, tell_apart
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Plan
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.rating.several import SeveralRater
from ratedsl.rating.trace import Step, Why

ZERO = Fraction(0)


@dataclass
class Billed:
    """An invoice, and what it was made of for whoever asks why."""

    invoice: Invoice
    charges: list[Charge]
    taxes: list[TaxCharge]
    parts: tuple[PlanPart, ...]
    several: SeveralRater
    costs: CostRows
    margin: Margin | None = None
    whys: dict[str, Why] = field(default_factory=dict)
    """Why rows that no charge of this cycle made have their amounts, by key."""


def assemble(parts: Sequence[PlanPart], rater: SeveralRater) -> Billed:
    """The invoice of the cycle of its parts, one for each plan: taxes, and what it adds up to.

    The last part is that of the plan which leads: the invoice bears its name. `rater` has the
    state in which the cycle leaves the account.
    """
    leading = parts[-1]
    plan, cycle = leading.plan, leading.cycle
    if len(parts) > 1:
        tell_apart(parts)
    charges = [charge for part in parts for charge in part.charges]
    discounts = [charge for part in parts for charge in part.discounts]
    worked_out = [_taxes(group) for group in taxed_together(parts)]
    taxes = [tax for found, _ in worked_out for tax in found]
    nowhere = [charge for _, found in worked_out for charge in found]
    subtotal = sum((one.amount for one in (*charges, *discounts)), ZERO)
    tax_total = sum((one.on_top for one in taxes), ZERO)
    after = [one for part in parts for one in _after_tax(part, taxes)]
    after += [charge for part in parts for charge in part.paid_after_tax]
    if not leading.at_once:
        after += late_fees(plan, leading.whole, cycle)
        after += deposit_interest(plan, leading.whole, cycle)
    total = subtotal + tax_total + sum((one.amount for one in after), ZERO)
    after += _invoice_rounding(plan, total, cycle)
    total = subtotal + tax_total + sum((one.amount for one in after), ZERO)
    account = leading.whole
    issued = None
    if account.owed and not leading.at_once:
        issued = issued_before({part.plan.id for part in parts}, account, cycle.end)
    same = issued is not None and issued.amount == to_decimal(total)
    invoice = Invoice(
        number=issued.number if issued is not None and same else "",
        plan=plan.id,
        plan_title=plan.title,
        plan_hash=plan.content_hash,
        others=other_plans(parts),
        moves=moves_of(leading),
        account=account.id,
        account_name=account.name,
        issuer=issuer_of(plan),
        currency=plan.currency,
        start=cycle.start,
        end=cycle.end,
        due=due_day(leading),
        items=tuple(item_row(one) for one in (*charges, *discounts)),
        subtotal=to_decimal(subtotal),
        taxes=tuple(tax_rows(taxes, plan.currency)),
        tax_total=to_decimal(tax_total),
        included_tax=to_decimal(sum((one.amount for one in taxes if one.included), ZERO)),
        after_tax=tuple(item_row(one) for one in after),
        total=to_decimal(total),
        statement=None
        if leading.at_once
        else statement_of(plan, account, cycle, to_decimal(total)),
        at_once=leading.at_once,
        allowances=tuple(use for part in parts if not part.at_once for use in allowance_uses(part)),
        balances=() if leading.at_once else tuple(balance_uses(leading.rater)),
        alerts=(
            *(alert for part in parts if not part.at_once for alert in alerts_of(part)),
            *(unplaced(plan, one) for one in nowhere),
            *(() if issued is None or same else (issued_otherwise(plan, issued),)),
            *(() if leading.at_once else foreign_payments(plan, account, cycle)),
        ),
        outcomes=outcomes_of(parts),
    )
    costs, margin = _margin(parts, invoice) if not leading.at_once else (leading.rows.costs, None)
    made = [*charges, *discounts, *after]
    return Billed(invoice, made, taxes, tuple(parts), rater, costs, margin)


def _margin(parts: Sequence[PlanPart], invoice: Invoice) -> tuple[CostRows, Margin | None]:
    """What the parts cost, and the margin of the invoice; None where no plan has a cost."""
    leading = parts[-1]
    for part in parts:
        add_commissions(part.rows.costs, part.plan, part.charges)
    costs = leading.rows.costs
    for part in parts[:-1]:
        costs.merge(part.rows.costs)
    if not any(part.plan.costs or part.plan.commissions for part in parts):
        return costs, None
    charges = [charge for part in parts for charge in part.charges]
    return costs, margin_of([part.tables for part in parts], invoice, charges, costs)


def _taxes(parts: Sequence[PlanPart]) -> tuple[list[TaxCharge], list[Charge]]:
    last = parts[-1]
    # A tax per line is one of the cycle, and so of its bill.
    lines = sorted({name for part in parts if not part.at_once for name in _lines_billed(part)})
    charges = [charge for part in parts for charge in part.charges]
    return tax_charges(last.plan, charges, lines, last.whole, last.since, last.cycle.end)


def _lines_billed(part: PlanPart) -> set[str]:
    """The lines that hold the plan at any time from the cycle's start to the bill's close."""
    cycle = part.cycle
    return {
        one.line
        for one in charged_holdings(part.tables, part.account)
        if one.start <= cycle.end and (one.end is None or one.end > cycle.start)
    }


def _after_tax(part: PlanPart, taxes: Sequence[TaxCharge]) -> list[Charge]:
    """Discounts after tax, each off its charges and the taxes that stand on them."""
    plan = part.plan
    charges = [one for one in part.charges if not (one.payer or one.of_usage)]
    if part.at_once or not any(discount.applies == "after" for discount in plan.discounts):
        return []
    kept = [charge.net for charge in charges]
    for charge in charges:
        charge.net += sum(
            (tax.by_charge.get(charge.key, ZERO) for tax in taxes if not tax.included), ZERO
        )
    found = discount_charges(plan, "after", charges, part.facts)
    for charge, amount in zip(charges, kept, strict=True):
        charge.net = amount
    return found


def _invoice_rounding(plan: Plan, total: Fraction, cycle: BillCycle) -> list[Charge]:
    """The difference that rounding the whole invoice makes, as a row of its own."""
    rounding = plan.rounding_for("invoice")
    difference = round_money(total, rounding) - total
    if rounding is None or not difference:
        return []
    words = f"total rounded {rounding.mode} to {rounding.quantum}"
    return [
        Charge(
            key="rounding:",
            section=Section.ROUNDING,
            record="",
            title="Rounding",
            at=rounding.at,
            supplied=cycle.end,
            formula=words,
            exact=difference,
            amount=difference,
            steps=(Step(words, rounding.at),),
        )
    ]
