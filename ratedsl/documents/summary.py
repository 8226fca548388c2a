"""The contract summary of Implementing Regulation (EU) 2019/2243, made from a plan.

Headings and their order are those of part A of its annex. What each holds follows part B, and
for speeds article 4(1)(d) of Regulation (EU) 2015/2120: four ways of promising a speed for a
fixed network, two for a mobile one. Prices hold the taxes that a consumer pays.
"""

from __future__ import annotations

from datetime import date

from ratedsl.documents.paper import Entry, Paper, Part, Stated
from ratedsl.documents.prices import Prices, is_option
from ratedsl.documents.summary_price import price_entries
from ratedsl.documents.summary_services import equipment, service_names, services, speeds
from ratedsl.plan.model import Plan
from ratedsl.report.show.words import counted

TITLE = "Contract summary"
OPENING = (
    "This contract summary provides the main elements of this service offer as required by EU "
    "law (1). It helps to make a comparison between service offers.",
    "Complete information about the service is provided in other documents.",
)
CLOSING = ("(1) Article 102(3) of Directive (EU) 2018/1972.",)


def contract_summary(plan: Plan, day: date) -> Paper:
    """The summary of `plan`, which holds only what is in force on `day`."""
    stated = Stated(plan)
    contract = plan.contract
    name = contract.title if contract is not None and contract.title else plan.title or plan.id
    parts = [Part("Services and equipment", (*services(plan), equipment(stated)))]
    if any(one == "data" for one in service_names(plan)):
        parts.append(Part("Speeds of the internet service and remedies", speeds(stated)))
    parts += [
        Part("Price", price_entries(plan)),
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
