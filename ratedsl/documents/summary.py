"""The contract summary of Implementing Regulation (EU) 2019/2243, made from a plan.

Headings and their order are those of part A of its annex. What each holds follows part B, and
for speeds article 4(1)(d) of Regulation (EU) 2015/2120: four ways of promising a speed for a
fixed network, two for a mobile one. Prices hold the taxes that a consumer pays.
"""

from __future__ import annotations

from datetime import date

from ratedsl.documents.paper import Entry, Paper, Part, Stated
from ratedsl.documents.prices import Prices, at_home, is_free, is_option, recurs, when_words
from ratedsl.lang.source import Span
from ratedsl.plan.model import Allowance, Discount, Plan
from ratedsl.report.show.words import counted

TITLE = "Contract summary"
OPENING = (
    "This contract summary provides the main elements of this service offer as required by EU "
    "law (1). It helps to make a comparison between service offers.",
    "Complete information about the service is provided in other documents.",
)
CLOSING = ("(1) Article 102(3) of Directive (EU) 2018/1972.",)
_SPEEDS = {
    "fixed": (
        ("minimum", "Minimum"),
        ("normal", "Normally available"),
        ("maximum", "Maximum"),
        ("advertised", "Advertised"),
    ),
    "mobile": (("maximum", "Estimated maximum"), ("advertised", "Advertised")),
}


def contract_summary(plan: Plan, day: date) -> Paper:
    """The summary of `plan`, which holds only what is in force on `day`."""
    stated = Stated(plan)
    contract = plan.contract
    name = contract.title if contract is not None and contract.title else plan.title or plan.id
    parts = [Part("Services and equipment", (*_services(plan), _equipment(stated)))]
    if any(one == "data" for one in _service_names(plan)):
        parts.append(Part("Speeds of the internet service and remedies", _speeds(stated)))
    parts += [
        Part("Price", _price(plan)),
        Part("Duration, renewal and termination", _duration(stated)),
        Part("Features for end-users with disabilities", (_accessibility(stated),)),
        Part("Other relevant information", _others(stated)),
    ]
    return Paper(
        kind="summary",
        title=TITLE,
        name=name,
        head=_provider(stated),
        opening=OPENING,
        parts=tuple(parts),
        closing=CLOSING,
        day=day,
        plan=plan.id,
        plan_hash=plan.content_hash,
    )


def _provider(stated: Stated) -> tuple[Entry, ...]:
    issuer = stated.plan.issuer
    if issuer is None:
        return (Entry("Provider", missing='write an `issuer` record, `issuer ID "NAME"`'),)
    found = [
        Entry("Provider", (issuer.title,), (issuer.at,)),
        stated.entry("Address", "issuer", "address", (issuer.address,), 'address "TEXT"'),
        stated.entry("Contact", "issuer", "contact", (issuer.contact,), 'contact "TEXT"'),
    ]
    if issuer.complaints:
        found.append(
            Entry("Complaints", (issuer.complaints,), stated.place("issuer", "complaints"))
        )
    return tuple(found)


# ---- services and equipment ------------------------------------------------------------------


def _service_names(plan: Plan) -> list[str]:
    """The services that the plan sells, those that every plan knows first."""
    sold = {one.match.service for one in plan.rates if at_home(one)}
    sold |= {cover.match.service for one in plan.allowances for cover in one.covers}
    order = ["voice", "sms", "mms", "data", *sorted(sold)]
    return list(dict.fromkeys(one for one in order if one in sold))


def _services(plan: Plan) -> list[Entry]:
    prices = Prices(plan, taxed=True)
    names = _service_names(plan)
    rates = [one for one in plan.rates if at_home(one)]
    sold = [prices.service(one) for one in names]
    words = ", ".join((*sold[:1], *(one[:1].lower() + one[1:] for one in sold[1:])))
    found = [
        Entry("Services", (words,), tuple(one.at for one in rates))
        if words
        else Entry("Services", missing="write a `rate` for what the plan sells")
    ]
    included = [one for one in plan.allowances if not one.addon]
    if included:
        found.append(
            Entry(
                "Included",
                tuple(_allowance(one, prices) for one in included),
                tuple(at for one in included for at in (one.grants[0].at, one.after.at)),
            )
        )
    free = [one for one in rates if is_free(one)]
    if free:
        titles = ", ".join(one.title or one.id for one in free)
        found.append(Entry("Without a charge", (titles,), tuple(one.at for one in free)))
    return found


def _allowance(one: Allowance, prices: Prices) -> str:
    grant = one.grants[0]
    amount = (
        prices.money(grant.money)
        if grant.money is not None
        else prices.measures.show(grant.quantity, one.dimension, grant.unit)
    )
    span = prices.span(one.span)
    often = f"per {span}" if one.count == 1 else f"per {one.count} {span}s"
    names = ("usage", one.id, *(cover.match.service for cover in one.covers))
    after = {
        "own rate": "then at the price below",
        "blocked": "then stopped",
        "slowed": f"then slowed to {one.after.speed}",
    }.get(one.after.kind)
    if one.after.price is not None:
        after = f"then {prices.unit_price(one.after.price, names)}"
    shared = {"account": ", shared by all lines", "pool": ", shared"}.get(one.scope, "")
    # A title such as `10 GB` says no more than the amount.
    title = "" if one.title == amount else f"{one.title or one.id}: "
    return f"{title}{amount} {often}{shared}, {after}"


def _equipment(stated: Stated) -> Entry:
    contract = stated.plan.contract
    said = "" if contract is None or contract.equipment is None else contract.equipment or "None"
    return stated.entry(
        "Equipment", "contract", "equipment", (said,), 'equipment "TEXT"` or `equipment none'
    )


# ---- speeds ----------------------------------------------------------------------------------


def _speeds(stated: Stated) -> tuple[Entry, ...]:
    contract = stated.plan.contract
    access = contract.access if contract is not None else ""
    if not access:
        missing = "write `access fixed` or `access mobile` in the plan's `contract` record"
        return (Entry("Speeds", missing=missing),)
    assert contract is not None
    found = []
    for kind, label in _SPEEDS[access]:
        said = {one.way: one for one in contract.speeds if one.kind == kind}
        lacking = [way for way in ("download", "upload") if way not in said]
        if lacking:
            facts = " and ".join(f"`{way} N Mbit/s {kind}`" for way in lacking)
            found.append(Entry(label, missing=f"write {facts} in the plan's `contract` record"))
            continue
        down, up = said["download"], said["upload"]
        words = f"{down.amount:f} {down.unit} download, {up.amount:f} {up.unit} upload"
        found.append(Entry(label, (words,), (down.at, up.at)))
    found.append(
        stated.entry("Remedies", "contract", "remedies", (contract.remedies,), 'remedies "TEXT"')
    )
    return tuple(found)


# ---- price -----------------------------------------------------------------------------------


def _price(plan: Plan) -> tuple[Entry, ...]:
    prices = Prices(plan, taxed=True)
    found = []
    for fee in sorted(plan.fees, key=lambda one: (is_option(one), not recurs(one), one.id)):
        label = fee.title or fee.id
        if is_option(fee):
            label += " (option)"
        rows = prices.fee(fee)
        if fee.conditions:
            rows = (*rows, when_words(fee.conditions))
        found.append(Entry(label, rows, tuple(one.at for one in fee.amounts)))
    if not plan.fees:
        found.append(Entry("Fees", ("None",), (plan.at,)))
    found += [
        Entry(one.title or one.id, (_discount(one, prices),), _places(one))
        for one in plan.discounts
    ]
    for commitment in plan.commitments:
        least = prices.money(commitment.amounts[0].amount)
        words = f"at least {least} per {prices.span(commitment.span)}, without taxes"
        label = commitment.title or commitment.id
        found.append(Entry(label, (words,), (commitment.amounts[0].at,)))
    for rate in plan.rates:
        if not at_home(rate) or is_free(rate):
            continue
        found.append(Entry(rate.title or rate.id, ("; ".join(prices.usage(rate)),), (rate.at,)))
    taxes, clauses = prices.tax_words()
    if taxes:
        found.append(Entry("Taxes", taxes, clauses))
    if any(one.match.roaming for one in plan.rates):
        found.append(_price_list(plan))
    return tuple(found)


def _price_list(plan: Plan) -> Entry:
    """Prices of usage abroad are many: the terms hold them, and the summary says where."""
    stated = Stated(plan)
    terms = plan.contract.terms if plan.contract is not None else ""
    words = f"In the full price list: {terms}" if terms else ""
    return stated.entry("Prices abroad", "contract", "terms", (words,), 'terms "TEXT"')


def _discount(one: Discount, prices: Prices) -> str:
    steps = []
    for step in one.steps:
        if step.percent is not None:
            steps.append(f"{step.percent:f}% off")
        elif step.amount is not None:
            # What is off before tax takes its tax with it.
            names = ("fees", *step.of) if one.applies == "before" else ()
            steps.append(f"{prices.money(prices.gross(step.amount, names, rounded=True))} off")
    words = [", ".join(steps) or "by tiers"]
    if one.code:
        words.append(f"with the code {one.code}")
    if one.conditions:
        words.append(when_words(one.conditions))
    if one.lasts is not None:
        unit = "bill" if one.lasts_in == "cycle" else one.lasts_in
        words.append(f"for {counted(one.lasts, unit)}")
    if one.limit is not None:
        words.append(f"at most {prices.money(one.limit)} per {one.limit_per}")
    return ", ".join(words)


def _places(one: Discount) -> tuple[Span, ...]:
    return tuple(step.at for step in one.steps) or (one.at,)


# ---- the rest --------------------------------------------------------------------------------


def _duration(stated: Stated) -> tuple[Entry, ...]:
    plan, contract = stated.plan, stated.plan.contract
    prices = Prices(plan, taxed=False)
    terms = [(fee, fee.term) for fee in plan.fees if fee.term is not None and not is_option(fee)]
    found = []
    for fee, term in terms:
        about = f" ({fee.title or fee.id})" if len(terms) > 1 else ""
        length = counted(term.count, term.span)
        then = f"renews for {length}" if term.renews else "goes on without a minimum"
        rows = [f"{length}, then it {then}{about}"]
        found.append(Entry("Duration", tuple(rows), (term.at,)))
        leaving = "no charge"
        if term.leaving is not None:
            leaving = prices.money(term.leaving)
        elif term.share is not None:
            leaving = f"{term.share:f}% of the fees that are left"
        found.append(Entry("Leaving before that", (f"{leaving}{about}",), (term.leaving_at,)))
    if not terms:
        found.append(Entry("Duration", ("Without a minimum",), (plan.at,)))
    notice = ""
    if contract is not None and contract.notice is not None:
        notice = counted(contract.notice, contract.notice_span) if contract.notice else "none"
    found.append(stated.entry("Notice", "contract", "notice", (notice,), "notice 1 month"))
    if contract is not None and contract.ending:
        found.append(Entry("Ending it", (contract.ending,), stated.place("contract", "ending")))
    return tuple(found)


def _accessibility(stated: Stated) -> Entry:
    issuer = stated.plan.issuer
    said = issuer.accessibility if issuer is not None else ()
    return stated.entry("Features", "issuer", "accessibility", said, 'accessibility "TEXT"')


def _others(stated: Stated) -> tuple[Entry, ...]:
    plan, contract = stated.plan, stated.plan.contract
    prices = Prices(plan, taxed=False)
    found = []
    for cap in plan.caps:
        then = {"blocked": "then usage stops", "free": "then usage is free"}.get(cap.then, "")
        words = f"{prices.money(cap.amounts[0].amount)} per {prices.span(cap.span)}, without taxes"
        if then:
            words += f", {then}"
        found.append(Entry(cap.title or cap.id, (words,), (cap.amounts[0].at,)))
    if contract is not None and contract.information:
        place = stated.place("contract", "information")
        found.append(Entry("Information", contract.information, place))
    terms = contract.terms if contract is not None else ""
    found.append(stated.entry("Complete terms", "contract", "terms", (terms,), 'terms "TEXT"'))
    return tuple(found)
