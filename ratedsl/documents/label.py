"""The broadband label of 47 CFR 8.1(a), made from a plan.

Fields, their words and their order are those of the template in paragraph (a)(1) of the rule.
Its row about the Affordable Connectivity Program is left out: the programme has ended, and
labels need not name it (DA 24-195). Prices hold no government taxes.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ratedsl.documents.paper import Entry, Paper, Part, Stated
from ratedsl.documents.prices import Prices, at_home, is_free, is_option, recurs
from ratedsl.lang.source import Span
from ratedsl.plan.model import Allowance, Fee, Plan, Rate, Speed, Tax
from ratedsl.report.show.words import counted

TITLE = "Broadband Facts"
CLOSING = (
    "Learn more about the terms used on this label by visiting the Federal Communications "
    "Commission's Consumer Resource Center.",
    "fcc.gov/consumer",
)
_IDENTIFIER = re.compile(r"[FM]\d{10}[A-Za-z0-9]{15}")
_MEGABITS = {
    "bit/s": Decimal("0.000001"),
    "kbit/s": Decimal("0.001"),
    "Mbit/s": Decimal(1),
    "Gbit/s": Decimal(1000),
}


def broadband_label(plan: Plan, day: date) -> Paper:
    """The label of `plan`, which holds only what is in force on `day`."""
    stated = Stated(plan)
    contract, issuer = plan.contract, plan.issuer
    name = contract.title if contract is not None and contract.title else plan.title or plan.id
    base = _base(plan)
    parts = (
        Part("Monthly Price", tuple(_monthly(stated, base))),
        Part("Additional Charges & Terms", tuple(_charges(plan, base))),
        Part(
            "Discounts & Bundles",
            (
                stated.entry(
                    "Available billing discounts and pricing options",
                    "issuer",
                    "discounts",
                    (issuer.discounts if issuer else "",),
                    'discounts "ADDRESS"',
                ),
            ),
        ),
        Part("Speeds Provided with Plan", tuple(_speeds(stated))),
        Part("Data Included with Monthly Price", tuple(_data(plan))),
        Part("Policies", tuple(_policies(stated))),
        Part("Customer Support", (_support(stated),)),
    )
    return Paper(
        kind="label",
        title=TITLE,
        name=name,
        head=(_provider(plan), _disclosure(stated)),
        opening=(),
        parts=parts,
        closing=CLOSING,
        day=day,
        plan=plan.id,
        plan_hash=plan.content_hash,
        foot=(_identifier(stated),),
    )


# ---- who and what ------------------------------------------------------------------------------


def _provider(plan: Plan) -> Entry:
    if plan.issuer is None:
        return Entry("Provider", missing='write an `issuer` record, `issuer ID "NAME"`')
    return Entry("Provider", (plan.issuer.title,), (plan.issuer.at,))


def _disclosure(stated: Stated) -> Entry:
    contract = stated.plan.contract
    access = contract.access if contract is not None else ""
    words = f"{access.capitalize()} Broadband Consumer Disclosure" if access else ""
    return stated.entry("Disclosure", "contract", "access", (words,), "access fixed|mobile")


def _identifier(stated: Stated) -> Entry:
    contract = stated.plan.contract
    said = contract.identifier if contract is not None else ""
    if said and not _IDENTIFIER.fullmatch(said):
        return Entry(
            "Unique Plan Identifier",
            missing=f"`{said}` is not F or M, ten digits, and 15 letters or digits;"
            " correct `identifier` in the plan's `contract` record",
        )
    example = 'identifier "F0001234567ABCDEFGH1234567"'
    return stated.entry("Unique Plan Identifier", "contract", "identifier", (said,), example)


# ---- prices ------------------------------------------------------------------------------------


def _base(plan: Plan) -> Fee | None:
    """The fee that is the monthly price: the one that is named, or the only one that recurs."""
    recurring = [one for one in plan.fees if recurs(one) and not is_option(one)]
    named = plan.contract.base if plan.contract is not None else ""
    if named:
        return next((one for one in recurring if one.id == named), None)
    return recurring[0] if len(recurring) == 1 else None


def _monthly(stated: Stated, base: Fee | None) -> list[Entry]:
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


def _charges(plan: Plan, base: Fee | None) -> list[Entry]:
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


# ---- speeds and data -----------------------------------------------------------------------------


def _speeds(stated: Stated) -> list[Entry]:
    contract = stated.plan.contract
    found = []
    for way in ("download", "upload"):
        speeds = contract.speeds if contract is not None else ()
        one = next((one for one in speeds if one.way == way and one.kind == "typical"), None)
        label = f"Typical {way.capitalize()} Speed"
        if one is None:
            missing = f"write `{way} N Mbit/s typical` in the plan's `contract` record"
            found.append(Entry(label, missing=missing))
        else:
            found.append(Entry(label, (_megabits(one),), (one.at,)))
    latency = contract.latency if contract is not None else None
    words = f"{latency:f} ms" if latency is not None else ""
    found.append(stated.entry("Typical Latency", "contract", "latency", (words,), "latency N ms"))
    return found


def _megabits(one: Speed) -> str:
    amount = (one.amount * _MEGABITS[one.unit]).normalize()
    return f"{amount:f} Mbps"


def _data(plan: Plan) -> list[Entry]:
    prices = Prices(plan, taxed=False)
    rates = [one for one in plan.rates if one.match.service == "data" and at_home(one)]
    # The rate that has conditions is for a part of the data only.
    rates = [one for one in rates if not one.conditions] or rates
    allowances = [one for one in plan.allowances if _is_home_data(one)]
    if not rates and not allowances:
        missing = "write a `rate` for data, or an `allowance` that covers data"
        return [Entry("Data Included", missing=missing)]
    at = tuple(one.grants[0].at for one in allowances) or tuple(one.at for one in rates)
    label, more = "Data Included", "Charges for Additional Data Usage"
    if not allowances:
        if all(is_free(one) for one in rates):
            return [Entry(label, ("Unlimited",), at), Entry(more, ("None",), at)]
        return [Entry(label, ("None",), at), Entry(more, _additional(rates, prices), at)]
    rows = tuple(_granted(one, prices) for one in allowances)
    after = allowances[-1].after
    if after.price is not None:
        words: tuple[str, ...] = (after.price.text,)
    elif after.kind == "slowed":
        words = (f"None; slowed to {after.speed}",)
    elif after.kind == "blocked":
        words = ("None; stopped",)
    else:
        words = _additional(rates, prices)
    clauses = (after.at, *(one.at for one in rates if after.kind == "own rate"))
    return [Entry(label, rows, at), Entry(more, words, clauses)]


def _is_home_data(one: Allowance) -> bool:
    covers = (cover.match for cover in one.covers)
    at_home = any(match.service == "data" and not match.roaming for match in covers)
    return at_home and not one.addon


def _granted(one: Allowance, prices: Prices) -> str:
    grant = one.grants[0]
    often = prices.span(one.span) if one.count == 1 else f"{one.count} {prices.span(one.span)}s"
    shared = ", shared by all lines" if one.scope == "account" else ""
    amount = prices.measures.show(grant.quantity, one.dimension, grant.unit)
    return f"{amount} per {often}{shared}"


def _additional(rates: list[Rate], prices: Prices) -> tuple[str, ...]:
    charged = [one for one in rates if not is_free(one)]
    rows = ["; ".join(prices.usage(one)) for one in charged]
    named = {one.id for one in charged}
    for cap in prices.plan.caps:
        # A stop of other usage says nothing about what more data costs.
        if cap.then != "continues" and named <= {*cap.of}:
            then = "then stopped" if cap.then == "blocked" else "then free"
            limit = prices.money(cap.amounts[0].amount)
            rows.append(f"at most {limit} per {prices.span(cap.span)}, {then}")
    return tuple(rows) if charged else ("None",)


# ---- policies and support ------------------------------------------------------------------------


def _policies(stated: Stated) -> list[Entry]:
    issuer = stated.plan.issuer
    network = issuer.network_management if issuer is not None else ""
    privacy = issuer.privacy if issuer is not None else ""
    example = 'network management "ADDRESS"'
    return [
        stated.entry("Network Management", "issuer", "network", (network,), example),
        stated.entry("Privacy", "issuer", "privacy", (privacy,), 'privacy "ADDRESS"'),
    ]


def _support(stated: Stated) -> Entry:
    issuer = stated.plan.issuer
    said = issuer.contact if issuer is not None else ""
    return stated.entry("Contact Us", "issuer", "contact", (said,), 'contact "TEXT"')
