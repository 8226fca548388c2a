"""The prices of a broadband label: the monthly one, and the fees and charges beside it."""

from __future__ import annotations

from fractions import Fraction

from ratedsl.documents.paper import Entry, Stated
from ratedsl.documents.prices import Prices, is_option, recurs
from ratedsl.lang.source import Span
from ratedsl.plan.model import Fee, Plan, Tax
from ratedsl.report.show.words import counted


def monthly_fee(plan: Plan) -> Fee | None:
    """The fee that is the monthly price: the one that is named, or the only one that recurs."""
    recurring = [one for one in plan.fees if recurs(one) and not is_option(one)]
    named = plan.contract.base if plan.contract is not None else ""
    if named:
        return next((one for one in recurring if one.id == named), None)
    return recurring[0] if len(recurring) == 1 else None


def monthly_price(stated: Stated, base: Fee | None) -> list[Entry]:
    """The monthly price, whether it is an introductory one, and the contract that it needs."""
    plan = stated.plan
    prices = Prices(plan, taxed=False)
    if base is None:
        missing = "write `base FEE` in the plan's `contract` record: which fee is the monthly price"
        return [Entry("Monthly Price", missing=missing)]
    at = tuple(one.at for one in base.amounts)
    regular = prices.fee(base)[0]
    words, shown = "This Monthly Price is not an introductory rate.", regular
    intro = _introductory(plan, base)
    if intro is not None:
        amount, length, clause = intro
        shown = f"{prices.money(amount)} per {regular.split(' per ', 1)[-1]}"
        at = (*at, clause)
        words = (
            f"This Monthly Price is an introductory rate. It applies for the first {length}; "
            f"after that the price is {regular}."
        )
    term = base.term
    if term is None:
        contract = Entry("Contract", ("This Monthly Price does not require a contract.",), at)
    else:
        length = f"{term.count} {term.span}"
        terms = plan.contract.terms if plan.contract is not None else ""
        sentence = f"This Monthly Price requires a {length} contract. Terms: {terms}"
        contract = stated.entry(
            "Contract", "contract", "terms", (sentence if terms else "",), 'terms "ADDRESS"'
        )
        if contract.words:
            contract = Entry("Contract", contract.words, (term.at, *contract.clauses))
    return [
        Entry("Monthly Price", (shown,), at),
        Entry("Introductory rate", (words,), at),
        contract,
    ]


def _introductory(plan: Plan, base: Fee) -> tuple[Fraction, str, Span] | None:
    """The price at the start and for how long, where it is another than later."""
    price = Fraction(base.amounts[0].amount)
    if base.reduced is not None:
        return Fraction(base.reduced), counted(base.reduced_for, "bill"), base.at
    if base.waived:
        return Fraction(0), counted(base.waived, "bill"), base.at
    for one in plan.discounts:
        if one.lasts is None or one.conditions or one.code:
            continue
        unit = "bill" if one.lasts_in == "cycle" else one.lasts_in
        for step in one.steps:
            if not {base.id, "fees", "charges"} & {*step.of}:
                continue
            off = Fraction(step.amount or 0) + price * Fraction(step.percent or 0) / 100
            return max(price - off, Fraction(0)), counted(one.lasts, unit), step.at
    return None


def other_charges(plan: Plan, base: Fee | None) -> list[Entry]:
    """What is charged beside the monthly price, with what leaving early costs."""
    prices = Prices(plan, taxed=False)
    fees = [one for one in plan.fees if not is_option(one)]
    monthly = [_fee(one, prices) for one in fees if recurs(one) and one is not base]
    monthly += [_surcharge(one, prices) for one in plan.taxes if one.shown == "carrier charge"]
    once = [_fee(one, prices) for one in fees if not recurs(one)]
    found = [_rows("Provider Monthly Fees", monthly, plan)]
    found.append(_rows("One-time Fees at the Time of Purchase", once, plan))
    leaving, at = "None", (plan.at,)
    for fee in fees:
        if fee.term is None:
            continue
        at = (fee.term.leaving_at,)
        if fee.term.leaving is not None:
            leaving = prices.money(fee.term.leaving)
        elif fee.term.share is not None:
            leaving = f"{fee.term.share:f}% of the fees that are left"
    found.append(Entry("Early Termination Fee", (leaving,), at))
    steps = tuple(
        step.at for tax in plan.taxes if tax.shown == "government tax" for step in tax.steps
    )
    found.append(Entry("Government Taxes", ("Varies by Location",), steps))
    return found


def _rows(label: str, entries: list[Entry], plan: Plan) -> Entry:
    """One field of several charges."""
    if not entries:
        return Entry(label, ("None",), (plan.at,))
    words = tuple(f"{one.label}: {', '.join(one.words)}" for one in entries)
    return Entry(label, words, tuple(at for one in entries for at in one.clauses))


def _fee(fee: Fee, prices: Prices) -> Entry:
    return Entry(fee.title or fee.id, prices.fee(fee), tuple(one.at for one in fee.amounts))


def _surcharge(tax: Tax, prices: Prices) -> Entry:
    """What a carrier recovers as a charge of its own."""
    words = []
    for step in tax.steps:
        if step.percent is not None:
            shares = {one.percent for one in tax.base}
            share = f" of {shares.pop().normalize():f}% of the price" if len(shares) == 1 else ""
            words.append(f"{step.percent.normalize():f}%{share}")
        elif step.amount is not None:
            words.append(f"{prices.money(step.amount)} per {step.unit or step.per}")
        else:
            words.append("by brackets")
    return Entry(tax.title or tax.id, tuple(words), tuple(step.at for step in tax.steps))
