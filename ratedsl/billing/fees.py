"""The fees that an invoice charges: in advance for what starts, in arrears for what ended.

A period of a fee in advance is charged on the first invoice that closes on or after the day
on which the period starts for the line; one in arrears on the first that closes on or after
its end (language reference, "fee").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import Section
from ratedsl.billing.proration import PartPeriod, share_of
from ratedsl.plan.calendar import BillCycle, BillCycles, Calendar
from ratedsl.plan.model import Fee, FeeAmount, Plan
from ratedsl.rating.events import Account
from ratedsl.rating.trace import Step

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Holding:
    """That a line (or the account, where it is empty) holds the plan for some time."""

    line: str
    start: date
    end: date | None


def holdings(account: Account, plan: str) -> list[Holding]:
    """Who holds the plan and when, line by line."""
    return [
        Holding(line.id, one.start, one.end)
        for line in account.lines
        for one in line.subscriptions
        if one.plan == plan
    ]


def account_holding(held: list[Holding]) -> list[Holding]:
    """The account's own holding: from its first line's start to its last line's end."""
    if not held:
        return []
    ends = [one.end for one in held]
    last = None if None in ends else max(end for end in ends if end is not None)
    return [Holding("", min(one.start for one in held), last)]


def fee_charges(
    plan: Plan, held: list[Holding], cycle: BillCycle, cycles: BillCycles
) -> Iterator[Charge]:
    """The fees of the invoice that closes at the end of `cycle`."""
    for fee in plan.fees:
        holders = account_holding(held) if fee.scope == "account" else held
        for holding in holders:
            for part in _due(fee, holding, cycle, cycles):
                charge = _charge(fee, holding, part, cycles.calendar)
                if charge is not None:
                    yield charge


def _due(fee: Fee, holding: Holding, cycle: BillCycle, cycles: BillCycles) -> Iterator[PartPeriod]:
    """The periods of the fee that fall due for the holding on this invoice."""
    close = cycle.end
    for start, end in _periods(fee.amounts[0], holding, cycle, cycles):
        first = max(start, holding.start)
        last = end if holding.end is None else min(end, holding.end)
        amount = _in_force(fee, first)
        if amount is None or first >= last:
            continue
        if amount.span == "once":
            due = holding.start
        else:
            due = first if amount.timing == "advance" else last
        if cycle.start < due <= close:
            yield PartPeriod(first, last, start, end)


def _periods(
    amount: FeeAmount, holding: Holding, cycle: BillCycle, cycles: BillCycles
) -> Iterator[tuple[date, date]]:
    """Periods around the invoice: the bill cycles, or the fee's own from the plan's take-up."""
    if amount.span == "once":
        yield holding.start, holding.start + timedelta(days=1)
        return
    if amount.span == "cycle" or _MONTHS.get(amount.span) == cycles.cycle.months:
        for one in (cycle, cycles.after(cycle)):
            yield one.start, one.end
        return
    number = 0
    while (start := _step(holding.start, amount.span, number)) <= cycle.end:
        number += 1
        end = _step(holding.start, amount.span, number)
        if end > cycle.start:
            yield start, end


def _step(anchor: date, span: str, number: int) -> date:
    """The anchor moved by whole periods, clamped to short months without drifting."""
    if span in _DAYS:
        return anchor + timedelta(days=_DAYS[span] * number)
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + _MONTHS[span] * number, 12)
    for day in (anchor.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day, anchor.day))
        except ValueError:
            continue
    raise AssertionError("every month has a day 28")


def _in_force(fee: Fee, day: date) -> FeeAmount | None:
    return next((amount for amount in fee.amounts if amount.period.holds(day)), None)


def _charge(fee: Fee, holding: Holding, part: PartPeriod, calendar: Calendar) -> Charge | None:
    amount = _in_force(fee, part.start)
    assert amount is not None
    share, words = share_of(part, fee.proration, calendar)
    exact = Fraction(amount.amount) * share
    if not exact:
        return None
    last_day = part.end - timedelta(days=1)
    span = "" if amount.span == "once" else f"{part.start} to {last_day}"
    price = f"{amount.amount}"
    steps = [
        Step(
            f"{fee.title or fee.id}: {price} {_how_often(amount)}, in force on {part.start}",
            amount.at,
        )
    ]
    if words:
        at = fee.proration.at if fee.proration else fee.at
        steps.append(Step(f"part period {span}: {words}", at))
    return Charge(
        key=f"fee:{fee.id}:{holding.line}:{part.start}",
        section=Section.FEES,
        record=fee.id,
        title=fee.title or fee.id,
        at=amount.at,
        supplied=part.start,
        line=holding.line,
        detail=f"{span}, {words}" if words and span else span,
        unit_price=price,
        formula=f"{price} × {words}" if words and share != 1 else price,
        exact=exact,
        steps=tuple(steps),
    )


def _how_often(amount: FeeAmount) -> str:
    if amount.span == "once":
        return "once"
    return f"per {amount.span} in {amount.timing}"
