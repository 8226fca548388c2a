"""Charges, taxes and allowances as the invoice prints them, and the facts of its head."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import AllowanceUse, InvoiceIssuer, InvoiceItem, InvoiceTax
from ratedsl.billing.part import PlanPart
from ratedsl.billing.tax import TaxCharge
from ratedsl.billing.tax.explain import brackets
from ratedsl.plan.model import Plan
from ratedsl.rating.balances import Amount, Balance, grant_on, is_money
from ratedsl.rating.rounding import to_decimal


def issuer_of(plan: Plan) -> InvoiceIssuer | None:
    """Who sends the bill, where the plan says it."""
    one = plan.issuer
    if one is None:
        return None
    return InvoiceIssuer(
        id=one.id,
        name=one.title,
        address=one.address,
        contact=one.contact,
        tax_number=one.tax_number,
    )


def due_day(part: PlanPart) -> date | None:
    """The day by which to pay, counted from the bill's; one at once ends after its day."""
    due = part.plan.due
    return part.cycle.end + timedelta(due.days - part.at_once) if due else None


def item_row(charge: Charge) -> InvoiceItem:
    """A charge as a row of the invoice."""
    return InvoiceItem(
        key=charge.key,
        section=charge.section,
        record=charge.record,
        title=charge.title,
        plan=charge.plan,
        line=charge.line,
        detail=charge.detail,
        quantity=charge.quantity,
        unit_price=charge.unit_price,
        events=charge.events,
        supplied=charge.supplied,
        service=charge.service,
        category=charge.category,
        description=charge.description,
        provider=charge.provider,
        amount=to_decimal(charge.amount),
        original=charge.original,
        at=charge.at,
    )


def tax_rows(taxes: Sequence[TaxCharge], currency: str) -> Iterable[InvoiceTax]:
    """Each tax as a row; a tax of the same name that another plan states otherwise is one more."""
    seen: Counter[str] = Counter()
    for one in taxes:
        row = _tax(one, currency)
        seen[row.key] += 1
        yield row if seen[row.key] == 1 else _tax(one, currency, f":{seen[row.key]}")


def _tax(one: TaxCharge, currency: str, again: str = "") -> InvoiceTax:
    step = one.step
    if step.brackets:
        rate = brackets(step)
    elif step.percent is not None:
        rate = f"{step.percent}%"
    else:
        rate = f"{step.amount} {currency} per {step.unit or step.per}"
    reverse = ":reverse" if one.reverse else ""
    return InvoiceTax(
        key=f"tax:{one.tax.id}:{step.period.start or ''}{reverse}{again}",
        record=one.tax.id,
        title=one.tax.title or one.tax.id,
        rate=rate,
        base=shown_base(one.base),
        exempt=shown_base(one.exempt),
        amount=to_decimal(one.amount),
        computed=to_decimal(one.computed),
        included=one.included,
        reverse_charge=one.reverse,
        level=one.tax.level,
        places=one.tax.within,
        shown_as=one.tax.shown,
        at=step.at,
    )


def shown_base(base: Fraction) -> Decimal:
    """A tax base as it is printed; a share of a charge may have no end, so six decimals do."""
    try:
        return to_decimal(base)
    except ValueError:
        return to_decimal(Fraction(round(base * 10**6), 10**6))


def allowance_uses(part: PlanPart) -> Iterable[AllowanceUse]:
    """What became of each allowance in the cycle, holder by holder."""
    rater, cycle = part.rater, part.cycle
    for (name, holder), balance in sorted(rater.allowances.balances.items()):
        if not (balance.granted or balance.carried_in):
            continue
        allowance = balance.allowance
        grant = grant_on(allowance, cycle.start) or grant_on(allowance, cycle.end - timedelta(1))
        unit = grant.unit if grant else ""
        whole = balance.granted + balance.carried_in

        def shown(base: Amount, unit: str = unit, balance: Balance = balance) -> str:
            if is_money(balance.allowance):
                return f"{shown_base(Fraction(base))} {unit}"
            return rater.tables.units.show(base, balance.allowance.dimension, unit)

        yield AllowanceUse(
            record=name,
            title=allowance.title or name,
            holder=holder or rater.account.id,
            granted=shown(balance.granted),
            carried_in=shown(balance.carried_in),
            used=shown(balance.used),
            left=shown(balance.left),
            share=int(balance.used * 100 // whole) if whole else 0,
            at=allowance.at,
        )
