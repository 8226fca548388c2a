"""The broadband label of 47 CFR 8.1(a), made from a plan.

Fields, their words and their order are those of the template in paragraph (a)(1) of the rule.
Its row about the Affordable Connectivity Program is left out: the programme has ended, and
labels need not name it (DA 24-195). Prices hold no government taxes.
"""

from __future__ import annotations

import re
from datetime import date

from ratedsl.documents.label_prices import monthly_fee, monthly_price, other_charges
from ratedsl.documents.label_service import data_included, speeds
from ratedsl.documents.paper import Entry, Paper, Part, Stated
from ratedsl.plan.model import Plan

TITLE = "Broadband Facts"
CLOSING = (
    "Learn more about the terms used on this label by visiting the Federal Communications "
    "Commission's Consumer Resource Center.",
    "fcc.gov/consumer",
)
_IDENTIFIER = re.compile(r"[FM]\d{10}[A-Za-z0-9]{15}")


def broadband_label(plan: Plan, day: date) -> Paper:
    """The label of `plan`, which holds only what is in force on `day`."""
    stated = Stated(plan)
    contract, issuer = plan.contract, plan.issuer
    name = contract.title if contract is not None and contract.title else plan.title or plan.id
    base = monthly_fee(plan)
    parts = (
        Part("Monthly Price", tuple(monthly_price(stated, base))),
        Part("Additional Charges & Terms", tuple(other_charges(plan, base))),
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
        Part("Speeds Provided with Plan", tuple(speeds(stated))),
        Part("Data Included with Monthly Price", tuple(data_included(plan))),
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
