"""What an invoice says beside its amounts: caps reached, usage slowed, charges left out."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import Alert
from ratedsl.billing.part import PlanPart
from ratedsl.plan.currencies import CURRENCIES
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Owed
from ratedsl.rating.parts import AlertRaised
from ratedsl.rating.rounding import to_decimal
from ratedsl.rating.tables import PlanTables

ZERO = Fraction(0)


def alerts_of(part: PlanPart) -> Iterable[Alert]:
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


def _not_charged(charge: Charge) -> Alert:
    words = f"{charge.title} of {charge.original} is not charged: {charge.open}"
    return Alert(record=charge.record, words=words, when=str(charge.supplied), at=charge.at)


def unplaced(plan: Plan, charge: Charge) -> Alert:
    """A charge on which no tax by place can stand, since nobody says where it belongs."""
    of = f"of line {charge.line}" if charge.line else "of the account"
    amount = f"{to_decimal(charge.net)} {plan.currency}"
    return Alert(
        record=charge.record,
        words=f"no place is known for {charge.title} {of}: taxes by place leave out {amount}",
        when=charge.supplied.isoformat(),
        at=charge.at,
    )


def issued_otherwise(plan: Plan, issued: Owed) -> Alert:
    """That the bill was issued, and came to something else than it does now."""
    digits = CURRENCIES.get(issued.currency, 0)
    exponent = issued.amount.as_tuple().exponent
    places = max(digits, -exponent if isinstance(exponent, int) else 0)
    words = f"issued as {issued.number} with {issued.amount:.{places}f} {issued.currency}"
    return Alert(record="", words=words, when=str(issued.day), at=plan.at)
