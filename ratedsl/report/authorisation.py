"""What of a request is allowed, as text for people and as JSON for programs."""

from __future__ import annotations

from fractions import Fraction

from ratedsl.billing.request import Asked
from ratedsl.plan.units import MONEY
from ratedsl.rating.rounding import to_decimal
from ratedsl.rating.words import REASONS, brief_amount
from ratedsl.report.json_text import json_text
from ratedsl.report.money import format_amount
from ratedsl.report.safe import safe_text
from ratedsl.usage.privacy import mask_text

SCHEMA = "ratedsl.authorisation/1"


def authorisation_text(asked: Asked, line: str, request: str) -> str:
    """What is allowed, what it reserves from which balance, and why not more."""
    found, plan = asked.authorisation, asked.tables.plan
    rows = [
        ("line", mask_text(safe_text(line))),
        ("request", mask_text(safe_text(request))),
        ("plan", f"{safe_text(plan.title or plan.id)} ({safe_text(plan.id)})"),
        ("allowed", f"{_units(asked, found.allowed)} of {_units(asked, found.requested)}"),
        ("reserved", _money(found.reserved, plan.currency)),
    ]
    for name, units in found.units:
        rows.append(("", f"{_covered(asked, name, units)} from allowance `{name}`"))
    paid = _paid(asked)
    for name, held in asked.wallets:
        amount = _money(paid.get(name, Fraction(0)), plan.currency)
        rows.append(
            ("", f"{amount} from wallet `{name}`, which holds {_money(held, plan.currency)}")
        )
    if found.reason:
        rows.append(("not more", REASONS.get(found.reason, found.reason)))
    width = max(len(name) for name, _ in rows)
    return "".join(f"{name:<{width}}  {value}\n" for name, value in rows)


def authorisation_json(asked: Asked, line: str, request: str) -> str:
    """As `authorisation_text`, for a program. Quantities are base units, money exact."""
    found, plan = asked.authorisation, asked.tables.plan
    paid = _paid(asked)
    return json_text(
        {
            "schema": SCHEMA,
            "plan": plan.id,
            "plan_hash": plan.content_hash,
            "line": mask_text(line),
            "request": mask_text(request),
            "requested": found.requested,
            "allowed": found.allowed,
            "currency": plan.currency,
            "reserved": _exact(found.reserved),
            "allowances": [{"id": name, "units": units} for name, units in found.units],
            "wallets": [
                {
                    "id": name,
                    "reserved": _exact(paid.get(name, Fraction(0))),
                    "held": _exact(held),
                }
                for name, held in asked.wallets
            ],
            "reason": found.reason or None,
        }
    )


def _units(asked: Asked, units: int) -> str:
    tables = asked.tables
    return tables.units.show(units, tables.dimension(asked.request.service))


def _covered(asked: Asked, name: str, units: int) -> str:
    """Units that an allowance covers, as it counts them; usage, where it pays with money."""
    found = next(one for one in asked.tables.plan.allowances if one.id == name)
    if found.dimension == MONEY:
        return _units(asked, units)
    return asked.tables.units.show(units, found.dimension)


def _paid(asked: Asked) -> dict[str, Fraction]:
    """What each wallet pays of the part that is allowed."""
    found: dict[str, Fraction] = {}
    rated = asked.authorisation.rated
    for one in (rated, *rated.beside) if rated is not None else ():
        for payment in one.payments:
            found[payment.wallet] = found.get(payment.wallet, Fraction(0)) + payment.amount
    return found


def _money(amount: Fraction, currency: str) -> str:
    try:
        return f"{format_amount(to_decimal(amount), currency)} {currency}"
    except ValueError:
        return f"{brief_amount(amount)} {currency}"


def _exact(amount: Fraction) -> str:
    """The amount as a decimal; as a rational where it has no end as one."""
    try:
        return str(to_decimal(amount))
    except ValueError:
        return f"{amount.numerator}/{amount.denominator}"
