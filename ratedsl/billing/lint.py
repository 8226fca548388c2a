"""What the operator should see of a computed bill before a customer reads it.

Findings stand apart from the invoice and change nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ratedsl.billing.assemble import Billed
from ratedsl.billing.invoice import Invoice, Section
from ratedsl.billing.rises import rises_of
from ratedsl.billing.tax.lines import Customer, TaxedLine, taxed_lines
from ratedsl.billing.tax.sourcing import Sourcing
from ratedsl.billing.together import taxed_together
from ratedsl.checks.truth_in_billing import misread_tax, undescribed
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Span
from ratedsl.plan.model import Plan, Tax
from ratedsl.rating.rounding import to_decimal

NIL = Decimal(0)
_CHARGES = (Section.FEES, Section.USAGE, Section.COMMITMENTS, Section.LATE)


def lint_bill(billed: Billed) -> tuple[Diagnostic, ...]:
    """The findings of one bill, each once, in the order of the rules."""
    found = [
        *_unclear(billed),
        *_mixed(billed.invoice),
        *_taxed_though_exempt(billed),
        *_negative(billed),
        *_sums(billed),
        *rises_of(billed),
        *_missing(billed),
    ]
    return tuple(dict.fromkeys(found))


def _unclear(billed: Billed) -> Iterator[Diagnostic]:
    """Rows of which only the id in the plan says what they are for."""
    invoice = billed.invoice
    for row in (*invoice.items, *invoice.after_tax):
        title = row.title.removeprefix("Credit, ").strip()
        if not row.description and (not title or (row.record and title == row.record)):
            yield _unsaid("row", row.record, row.at)
    for tax in invoice.taxes:
        if tax.title.strip() in ("", tax.record):
            yield _unsaid("tax", tax.record, tax.at)


def _unsaid(kind: str, record: str, at: Span) -> Diagnostic:
    return Diagnostic(
        "W525",
        f"the {kind} `{record}` does not say what it is for",
        at,
        help="give the record a title in the words of its reader",
    )


def _mixed(invoice: Invoice) -> Iterator[Diagnostic]:
    """The operator's own fees among government taxes, and providers' charges not explained."""
    for tax in invoice.taxes:
        yield from misread_tax(tax.title or tax.record, tax.shown_as, tax.at)
    for row in (*invoice.items, *invoice.after_tax):
        if row.provider and not row.description:
            yield undescribed(row.title or row.record, row.at)


def _taxed_though_exempt(billed: Billed) -> Iterator[Diagnostic]:
    """Taxes on charges that the plan exempts, such as a bundle taxed whole for one part of it."""
    for group in taxed_together(billed.parts):
        last = group[-1]
        plan = last.plan
        if not plan.taxes:
            continue
        customer = Customer(last.whole, last.since, last.cycle.end)
        charges = [charge for part in group for charge in part.charges]
        lines = taxed_lines(plan, charges, customer, Sourcing(plan, last.whole))
        for tax in billed.taxes:
            if tax.tax not in plan.taxes:
                continue
            for line in lines:
                charge = line.charge
                amount = tax.by_charge.get(line.key)
                if charge is not None and amount and _spared(plan, customer, tax.tax, line):
                    yield Diagnostic(
                        "W526",
                        f"`{tax.tax.title or tax.tax.id}` is charged on"
                        f" `{charge.title or charge.record}`, which the plan exempts",
                        charge.at,
                        help="allocate the bundle's parts, or correct the exemption",
                    )


def _spared(plan: Plan, customer: Customer, tax: Tax, line: TaxedLine) -> bool:
    """Whether an exemption names the line, or a part of it, for this customer."""
    for own in tax.exempt:
        if (not own.of or line.is_of(own.of)) and customer.meets(own.conditions, line.line):
            return True
    return any(
        (not one.levels or tax.level in one.levels)
        and (not one.taxes or tax.id in one.taxes)
        and (not one.of or line.is_of(one.of))
        and customer.meets(one.conditions, line.line)
        for one in plan.exemptions
    )


def _negative(billed: Billed) -> Iterator[Diagnostic]:
    """Charges below zero that are no credit, correction or discount, and a total below zero."""
    invoice = billed.invoice
    for row in invoice.items:
        if row.section in _CHARGES and row.amount < 0:
            yield Diagnostic(
                "W527",
                f"`{row.title or row.record}` charges {row.amount} {invoice.currency}",
                row.at,
                help="give money back as a credit or a discount",
            )
    if invoice.total < 0:
        yield Diagnostic(
            "W527",
            f"the bill's total is {invoice.total} {invoice.currency}",
            billed.parts[-1].plan.at,
            help="say how the account gets it: a credit on the next bill, or paid out",
        )


def _sums(billed: Billed) -> Iterator[Diagnostic]:
    """Rows that differ from the charges behind them, and sums that their rows do not add up to."""
    invoice = billed.invoice
    at = billed.parts[-1].plan.at
    made = {one.key: one.amount for one in billed.charges}
    for row in (*invoice.items, *invoice.after_tax):
        if row.key in made and made[row.key] != row.amount:
            words = f"the row `{row.title or row.record}`"
            yield _off(words, row.amount, to_decimal(made[row.key]), row.at)
    rows = sum((one.amount for one in invoice.items), NIL)
    on_top = sum((one.amount for one in invoice.taxes if not one.included), NIL)
    inside = sum((one.amount for one in invoice.taxes if one.included), NIL)
    after = sum((one.amount for one in invoice.after_tax), NIL)
    sums = {
        "the subtotal": (invoice.subtotal, rows),
        "the sum of the taxes": (invoice.tax_total, on_top),
        "the sum of the included taxes": (invoice.included_tax, inside),
        "the total": (invoice.total, invoice.subtotal + invoice.tax_total + after),
    }
    statement = invoice.statement
    if statement is not None:
        paid = sum((one.amount for one in statement.payments), NIL)
        due = statement.previous - paid + invoice.total
        sums["the amount due"] = (statement.amount_due, due)
    for words, (shown, added) in sums.items():
        if shown != added:
            yield _off(words, shown, added, at)


def _off(words: str, shown: Decimal, added: Decimal, at: Span) -> Diagnostic:
    return Diagnostic(
        "W528",
        f"{words} is {shown}, and what it is made of comes to {added}",
        at,
        help="do not send this bill; report it as a defect",
    )


def _missing(billed: Billed) -> Iterator[Diagnostic]:
    """Facts that a consumer's bill or contract has to state and the plan does not."""
    last = billed.parts[-1]
    plan = last.plan
    if last.whole.segment.casefold() != "consumer":
        return
    contract = plan.contract
    charged = {one.record for one in last.charges}
    bound = any(fee.term is not None and fee.id in charged for fee in plan.fees)
    facts = {
        "who sends it (`issuer`)": plan.issuer is not None,
        "by when to pay it (`due`)": plan.due is not None,
        "where the terms stand (`contract`, `terms`)": bool(contract and contract.terms),
        "the notice to give (`contract`, `notice`)": contract is not None
        and contract.notice is not None,
        "how the minimum term ends (`contract`, `ending`)": not bound
        or bool(contract and contract.ending),
    }
    missing = [words for words, stated in facts.items() if not stated]
    if missing:
        yield Diagnostic(
            "W533",
            f"a consumer's bill by `{plan.title or plan.id}` lacks {', '.join(missing)}",
            plan.at,
            help="add the facts to the plan, or to a record that it uses",
        )
