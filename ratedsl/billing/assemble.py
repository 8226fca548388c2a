"""From the parts of a cycle to its invoice: taxes, what comes after them, and the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.costs import CostRows
from ratedsl.billing.discount import discount_charges
from ratedsl.billing.holding import charged_holdings
from ratedsl.billing.invoice import (
    Alert,
    AllowanceUse,
    Invoice,
    InvoiceIssuer,
    InvoiceItem,
    InvoiceTax,
    Outcomes,
    PlanMove,
    PlanNamed,
    Section,
)
from ratedsl.billing.margin import Margin, add_commissions, margin_of
from ratedsl.billing.part import PlanPart
from ratedsl.billing.payments import balance_uses
from ratedsl.billing.statement import late_fees, statement_of
from ratedsl.billing.tax import TaxCharge, tax_charges
from ratedsl.billing.tax.explain import brackets
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Plan
from ratedsl.rating.balances import Amount, Balance, grant_on, is_money
from ratedsl.rating.parts import AlertRaised
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.rating.several import SeveralRater
from ratedsl.rating.tables import PlanTables
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
        _tell_apart(parts)
    charges = [charge for part in parts for charge in part.charges]
    discounts = [charge for part in parts for charge in part.discounts]
    worked_out = [_taxes(group) for group in _taxed_together(parts)]
    taxes = [tax for found, _ in worked_out for tax in found]
    unplaced = [charge for _, found in worked_out for charge in found]
    subtotal = sum((one.amount for one in (*charges, *discounts)), ZERO)
    tax_total = sum((one.on_top for one in taxes), ZERO)
    after = [one for part in parts for one in _after_tax(part, taxes)]
    after += [charge for part in parts for charge in part.paid_after_tax]
    if not leading.at_once:
        after += late_fees(plan, leading.whole, cycle)
    total = subtotal + tax_total + sum((one.amount for one in after), ZERO)
    after += _invoice_rounding(plan, total, cycle)
    total = subtotal + tax_total + sum((one.amount for one in after), ZERO)
    account = leading.whole
    invoice = Invoice(
        plan=plan.id,
        plan_title=plan.title,
        plan_hash=plan.content_hash,
        others=_others(parts),
        moves=_moves(leading),
        account=account.id,
        account_name=account.name,
        issuer=_issuer(plan),
        currency=plan.currency,
        start=cycle.start,
        end=cycle.end,
        due=_due(leading),
        items=tuple(_item(one) for one in (*charges, *discounts)),
        subtotal=to_decimal(subtotal),
        taxes=tuple(_tax_rows(taxes, plan.currency)),
        tax_total=to_decimal(tax_total),
        included_tax=to_decimal(sum((one.amount for one in taxes if one.included), ZERO)),
        after_tax=tuple(_item(one) for one in after),
        total=to_decimal(total),
        statement=None if leading.at_once else statement_of(account, cycle, to_decimal(total)),
        at_once=leading.at_once,
        allowances=tuple(use for part in parts if not part.at_once for use in _allowances(part)),
        balances=() if leading.at_once else tuple(balance_uses(leading.rater)),
        alerts=(
            *(alert for part in parts if not part.at_once for alert in _alerts(part)),
            *(_unplaced(plan, one) for one in unplaced),
        ),
        outcomes=_outcomes(parts),
    )
    costs, margin = _margin(parts, invoice) if not leading.at_once else (leading.rows.costs, None)
    made = [*charges, *discounts, *after]
    return Billed(invoice, made, taxes, tuple(parts), rater, costs, margin)


def _issuer(plan: Plan) -> InvoiceIssuer | None:
    one = plan.issuer
    if one is None:
        return None
    return InvoiceIssuer(
        name=one.title, address=one.address, contact=one.contact, tax_number=one.tax_number
    )


def _due(part: PlanPart) -> date | None:
    """The day by which to pay, counted from the bill's; one at once ends after its day."""
    due = part.plan.due
    return part.cycle.end + timedelta(due.days - part.at_once) if due else None


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


def _others(parts: Sequence[PlanPart]) -> tuple[PlanNamed, ...]:
    """The plans of the invoice beside the one that leads, each once."""
    named = {part.plan.id: part.plan for part in parts}
    del named[parts[-1].plan.id]
    return tuple(
        PlanNamed(plan=one.id, title=one.title, plan_hash=one.content_hash)
        for one in named.values()
    )


def _tell_apart(parts: Sequence[PlanPart]) -> None:
    """Name the plan of each charge, and make keys differ where plans have records of one name."""
    for number, part in enumerate(parts):
        again = any(part.plan.id == one.plan.id for one in parts[:number])
        for charge in (*part.charges, *part.discounts):
            charge.plan = part.plan.id
            charge.key = f"{part.plan.id}{f'#{number}' if again else ''}/{charge.key}"


def _taxed_together(parts: Sequence[PlanPart]) -> list[list[PlanPart]]:
    """The parts grouped by taxes and their rounding: the same tax stands once on an invoice."""
    if len(parts) == 1:
        return [list(parts)]
    groups: dict[str, list[PlanPart]] = {}
    for part in parts:
        plan = part.plan
        roundings = [one for one in plan.rounding if one.scope.startswith("tax")]
        records = (*plan.taxes, *roundings, *plan.sources, *plan.jurisdictions)
        others = (*plan.exemptions, *plan.bundles)
        same = repr([one.model_dump(mode="json") for one in (*records, *others)])
        groups.setdefault(same, []).append(part)
    return list(groups.values())


def _taxes(parts: Sequence[PlanPart]) -> tuple[list[TaxCharge], list[Charge]]:
    last = parts[-1]
    # A tax per line is one of the cycle, and so of its bill.
    lines = sorted({name for part in parts if not part.at_once for name in _lines_billed(part)})
    charges = [charge for part in parts for charge in part.charges]
    return tax_charges(last.plan, charges, lines, last.whole, last.since, last.cycle.end)


def _moves(part: PlanPart) -> tuple[PlanMove, ...]:
    """The changes of plan that the invoice tells of: those in its cycle, its close included."""
    cycle = part.cycle
    return tuple(
        PlanMove(line=line.id, day=one.joined.day, left=one.joined.left, joined=one.plan)
        for line in part.whole.lines
        for one in line.subscriptions
        if one.joined is not None and cycle.start < one.joined.day <= cycle.end
    )


def _outcomes(parts: Sequence[PlanPart]) -> Outcomes:
    """How all events ended, whichever plan rated them."""
    found = [part.rows.outcomes() for part in parts]
    if len(found) == 1:
        return found[0]
    reasons: Counter[str] = Counter()
    for one in found:
        reasons.update(dict(one.reasons))
    return Outcomes(
        events=sum(one.events for one in found),
        rated=sum(one.rated for one in found),
        free=sum(one.free for one in found),
        covered=sum(one.covered for one in found),
        rejected=sum(one.rejected for one in found),
        reasons=tuple(sorted(reasons.items())),
    )


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


def _item(charge: Charge) -> InvoiceItem:
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


def _tax_rows(taxes: Sequence[TaxCharge], currency: str) -> Iterable[InvoiceTax]:
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
        base=_shown(one.base),
        exempt=_shown(one.exempt),
        amount=to_decimal(one.amount),
        computed=to_decimal(one.computed),
        included=one.included,
        reverse_charge=one.reverse,
        level=one.tax.level,
        places=one.tax.within,
        shown_as=one.tax.shown,
        at=step.at,
    )


def _shown(base: Fraction) -> Decimal:
    """A tax base as it is printed; a share of a charge may have no end, so six decimals do."""
    try:
        return to_decimal(base)
    except ValueError:
        return to_decimal(Fraction(round(base * 10**6), 10**6))


def _allowances(part: PlanPart) -> Iterable[AllowanceUse]:
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
                return f"{_shown(Fraction(base))} {unit}"
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


def _not_charged(charge: Charge) -> Alert:
    words = f"{charge.title} of {charge.original} is not charged: {charge.open}"
    return Alert(record=charge.record, words=words, when=str(charge.supplied), at=charge.at)


def _alerts(part: PlanPart) -> Iterable[Alert]:
    """What caps raised, what is not charged, and whose usage goes on slowed."""
    yield from (_alert(part.tables, one) for one in part.rater.alerts)
    yield from (_not_charged(one) for one in part.unpriced)
    titles = {one.id: one.title or one.id for one in part.plan.allowances}
    for slowed in part.rater.allowances.slowed:
        when = part.tables.calendar.local(slowed.instant)
        whose = f" of {slowed.holder}" if slowed.holder else ""
        yield Alert(
            record=slowed.allowance,
            words=f"{titles[slowed.allowance]}{whose} is used up: slowed to {slowed.speed}",
            when=when.strftime("%Y-%m-%d %H:%M"),
            at=slowed.at,
        )


def _alert(tables: PlanTables, one: AlertRaised) -> Alert:
    when = tables.calendar.local(one.instant)
    percent = one.spent * 100 / one.limit if one.limit else ZERO
    return Alert(
        record=one.cap,
        words=f"{int(percent)}% of the cap of {to_decimal(one.limit)} {tables.plan.currency}",
        when=when.strftime("%Y-%m-%d %H:%M"),
        at=one.at,
    )


def _unplaced(plan: Plan, charge: Charge) -> Alert:
    """A charge on which no tax by place can stand, since nobody says where it belongs."""
    of = f"of line {charge.line}" if charge.line else "of the account"
    amount = f"{to_decimal(charge.net)} {plan.currency}"
    return Alert(
        record=charge.record,
        words=f"no place is known for {charge.title} {of}: taxes by place leave out {amount}",
        when=charge.supplied.isoformat(),
        at=charge.at,
    )
