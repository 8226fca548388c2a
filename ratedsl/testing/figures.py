"""The figures that a test can expect, read off what its usage and its bills came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ratedsl.billing.invoice import Invoice, InvoiceItem, Section
from ratedsl.plan.model import Allowance, Expectation
from ratedsl.plan.units import EVENT
from ratedsl.rating.parts import Outcome
from ratedsl.rating.words import show_amount
from ratedsl.testing.costs import judge_cost
from ratedsl.testing.seen import Seen


@dataclass(frozen=True, slots=True)
class Judged:
    """An expectation beside what came, in words; `came` is the figure itself where it is one.

    A figure is an amount of money, a number of base units, a date, or a reason.
    """

    holds: bool
    expected: str
    got: str
    came: Fraction | int | date | str | None = None


def judge(one: Expectation, seen: Seen) -> Judged:
    """What was expected, what came instead, and whether it is the same."""
    if one.quantity is not None:
        return _judge_quantity(one, seen)
    if one.what == "rejected":
        return _judge_rejected(one, seen)
    if one.what == "alert":
        raters = seen.raters.values() if one.bill is None else ()
        raised = {alert.cap for rater in raters for alert in rater.alerts}
        for day, invoice in seen.invoices.items():
            if one.bill in (None, day):
                raised |= {alert.record for alert in invoice.alerts}
        return Judged(one.record in raised, _name(one), "no such alert")
    if one.what in ("cost", "margin", "owed to", "owed by"):
        return Judged(*judge_cost(one, seen.rated, seen.margins, seen.settlements, seen.plan))
    if one.what == "reverse-charge":
        return _judge_reverse(one, seen)
    if one.what == "next cycle":
        came = seen.next_cycle
        return Judged(one.day == came, f"next cycle {one.day}", str(came), came)
    return _judge_money(one, seen)


def _judge_reverse(one: Expectation, seen: Seen) -> Judged:
    assert one.bill is not None
    mine = [tax for tax in seen.invoices[one.bill].taxes if tax.record == one.record]
    came = "it is charged" if mine else f"the invoice has no tax `{one.record}`"
    return Judged(any(tax.reverse_charge for tax in mine), _name(one), came)


def _name(one: Expectation) -> str:
    """What is expected, without its figure."""
    return " ".join(part for part in (one.what, one.record) if part)


def _whose(one: Expectation) -> str:
    """Which line's figure it is, as the test says it."""
    return f" line {one.line}" if one.line else ""


def _judge_rejected(one: Expectation, seen: Seen) -> Judged:
    reasons = sorted(
        {
            part.reason
            for rated in seen.of_line(one.line)
            for part in rated.parts
            if part.outcome is Outcome.REJECTED
        }
    )
    holds = one.text in reasons if one.text else bool(reasons)
    expected = f"rejected {one.text}".strip() + _whose(one)
    came = reasons[0] if len(reasons) == 1 else None
    return Judged(holds, expected, ", ".join(reasons) or "nothing was rejected", came)


def _judge_money(one: Expectation, seen: Seen) -> Judged:
    assert one.money is not None
    currency = seen.plan.currency
    amount = _money(one, seen)
    expected = f"{_name(one)} {one.money} {currency}{_whose(one)}"
    if amount is None:
        nothing = f"the invoice has no {one.what} `{one.record}`"
        return Judged(False, expected, nothing, Fraction(0))
    return Judged(
        amount == Fraction(one.money), expected, f"{show_amount(amount)} {currency}", amount
    )


def _money(one: Expectation, seen: Seen) -> Fraction | None:
    if one.what == "charge":
        return sum((rated.whole_charge for rated in seen.of_line(one.line)), Fraction(0))
    if one.what == "reserved":
        return seen.authorised.reserved if seen.authorised else None
    if one.what == "balance":
        rater, name = seen.rater_of(one.record, one.line)
        return rater.wallets.balance(name, one.line) if rater is not None else None
    if one.what == "left":
        return Fraction(_left(one, seen))
    if one.what == "invoiced":
        return sum((Fraction(bill.total) for bill in seen.at_once), Fraction(0))
    assert one.bill is not None
    invoice = seen.invoices[one.bill]
    if not one.record:
        whole: dict[str, Decimal] = {
            "total": invoice.total,
            "subtotal": invoice.subtotal,
            "tax": invoice.tax_total,
            "included": invoice.included_tax,
            **_of_account(invoice),
        }
        return Fraction(whole[one.what])
    if one.what in ("tax", "base", "exempt", "computed"):
        taxes = [tax for tax in invoice.taxes if tax.record == one.record]
        field = "amount" if one.what == "tax" else one.what
        found = [Fraction(getattr(tax, field)) for tax in taxes]
    else:
        credit, leaving = one.what == "credit", one.what == "leaving"
        found = [
            Fraction(row.amount)
            for row in (*invoice.items, *invoice.after_tax)
            if _is_meant(one, row, invoice, seen.plan.id)
            and (row.section is Section.CREDITS) == credit
            and row.key.startswith("leaving:") == leaving
            and one.line in ("", row.line)
        ]
    if not found:
        return Fraction(0) if one.money == 0 else None
    total = sum(found, Fraction(0))
    return -total if one.what in ("discount", "credit") else total


def _of_account(invoice: Invoice) -> dict[str, Decimal]:
    """What was owed before, what is due with this bill, and what was charged for paying late."""
    statement = invoice.statement
    late = (row.amount for row in invoice.after_tax if row.section is Section.LATE)
    return {
        "previous": statement.previous if statement else Decimal(0),
        "due": statement.amount_due if statement else invoice.total,
        "late": sum(late, Decimal(0)),
    }


def _is_meant(one: Expectation, row: InvoiceItem, invoice: Invoice, own: str) -> bool:
    """Whether a row is of the record that is expected: of the test's plan, or of `PLAN/RECORD`."""
    plan, slash, record = one.record.rpartition("/")
    return row.record == record and (row.plan or invoice.plan) == (plan if slash else own)


def _judge_quantity(one: Expectation, seen: Seen) -> Judged:
    assert one.quantity is not None
    units = seen.plan.measures()
    dimension = _dimension(one, seen)
    if one.what == "billed":
        found = sum(rated.billed for rated in seen.of_line(one.line))
    elif one.what == "left":
        found = _left(one, seen)
    elif one.what == "allowed":
        found = seen.authorised.allowed if seen.authorised else 0
    elif one.what == "slowed":
        found = sum(
            part.units
            for rated in seen.of_line(one.line)
            for part in rated.parts
            if part.reason == "slowed"
        )
    else:
        outcome = Outcome.COVERED if one.what == "covered" else Outcome.FREE
        found = sum(
            part.units
            for rated in seen.of_line(one.line)
            for part in rated.parts
            if part.outcome is outcome
        )
    expected = f"{_name(one)} {units.show(one.quantity, dimension)}{_whose(one)}"
    return Judged(found == one.quantity, expected, units.show(found, dimension), found)


def _left(one: Expectation, seen: Seen) -> Any:
    """What the line has left of an allowance: of its own, else of what the account shares."""
    rater, name = seen.rater_of(one.record, one.line)
    allowance = (
        next((found for found in rater.plan.allowances if found.id == name), None)
        if rater
        else None
    )
    if rater is None or allowance is None:
        return 0
    line = one.line or rater.account.lines[0].id
    day = rater.tables.day(seen.rated[-1].event.start) if seen.rated else rater.cycle.start
    balance = rater.allowances.drawn_on(allowance, line, max(day, rater.cycle.start))
    return balance.left if balance is not None else 0


def _dimension(one: Expectation, seen: Seen) -> str:
    rater, name = seen.rater_of(one.record)
    plan = rater.plan if rater is not None else seen.plan
    allowance = plan.record(name)
    if isinstance(allowance, Allowance):
        return allowance.dimension
    if not seen.rated:
        return EVENT
    return seen.plan.measures().dimension_of(seen.rated[0].event.service)
