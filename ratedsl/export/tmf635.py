"""Rated usage as TM Forum's TMF635 (4.0): one Usage an event, with what was charged for it.

The amounts of an account's events add up to the usage of its bills, before a bill rounds its
rows. Numbers of subscribers are masked unless they are to be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ratedsl.plan.model import Plan
from ratedsl.rating.parts import Outcome, Part, RatedEvent
from ratedsl.rating.rounding import to_decimal
from ratedsl.rating.shares import shares
from ratedsl.usage.privacy import mask_text

Resource = dict[str, Any]

_PLACES = Decimal(1).scaleb(-12)


def usage(rated: RatedEvent, plan: Plan, account: str) -> Resource:
    """The event and what it came to, ready for `exact_json`."""
    event = rated.event
    start = datetime.fromtimestamp(event.start // 1000, UTC)
    rejected = rated.outcome is Outcome.REJECTED
    made: Resource = {
        "id": mask_text(event.id),
        "usageDate": f"{start:%Y-%m-%dT%H:%M:%S}.{event.start % 1000:03}Z",
        "usageType": event.service,
        "status": "rejected" if rejected else "rated",
        "usageCharacteristic": list(_characteristics(rated)),
        "relatedParty": [
            _party(event.line, "line", "Product"),
            _party(account, "account", "BillingAccount"),
        ],
        "@type": "Usage",
    }
    products = [one for each in (rated, *rated.beside) for one in _products(each, plan)]
    if products:
        made["ratedProductUsage"] = products
    return made


def _characteristics(rated: RatedEvent) -> Iterator[Resource]:
    event = rated.event
    said: list[tuple[str, object]] = [
        ("quantity", event.quantity),
        ("billedQuantity", rated.billed),
        ("direction", event.direction),
        ("calling", mask_text(event.calling)),
        ("called", mask_text(event.called)),
        ("visited", event.visited),
        *((name, mask_text(value)) for name, value in sorted(event.attributes.items())),
        ("outcome", rated.outcome.value),
        *(("reason", part.reason) for part in rated.parts if part.outcome is Outcome.REJECTED),
    ]
    for name, value in said:
        if value not in ("", None):
            kind = "string" if isinstance(value, str) else "number"
            yield {"name": name, "valueType": kind, "value": value}


def _party(name: str, role: str, kind: str) -> Resource:
    return {"id": mask_text(name), "role": role, "@referredType": kind}


def _products(rated: RatedEvent, plan: Plan) -> Iterator[Resource]:
    covered = [part for part in rated.parts if part.outcome is Outcome.COVERED]
    tag = "non included usage" if covered else "usage"
    rate = rated.rate.id if rated.rate is not None else ""
    for share, amount, _ in shares(rated):
        kind = "unit" if isinstance(share, Part) else share.kind
        yield _product(share.record or rate, amount, tag, kind, plan)
    for part in covered:
        yield _product(part.record, Fraction(0), "included usage", "unit", plan)


def _product(record: str, amount: Fraction, tag: str, kind: str, plan: Plan) -> Resource:
    made: Resource = {
        "productRef": {"id": record or plan.id, "name": plan.title or plan.id},
        "ratingAmountType": kind,
        "usageRatingTag": tag,
        "taxExcludedRatingAmount": {"unit": plan.currency, "value": _exact(amount)},
        "isBilled": True,
        "offerTariffType": f"{plan.id} {plan.content_hash}",
        "@type": "RatedProductUsage",
    }
    return made


def _exact(amount: Fraction) -> Decimal:
    """The amount, to twelve decimals where a plan does not round an event and it has no end."""
    try:
        return to_decimal(amount)
    except ValueError:
        return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(_PLACES)
