"""The fees that an invoice charges: in advance for what starts, in arrears for what ended.

A period of a fee in advance is charged on the first invoice that closes on or after the day
on which the period starts for the line; one in arrears on the first that closes on or after
its end (language reference, "fee").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.exchange import exchanged
from ratedsl.billing.holding import Holding, account_holding, item_holdings
from ratedsl.billing.invoice import Section
from ratedsl.plan.calendar import DAYS, MONTHS, BillCycle, BillCycles, Calendar, moved
from ratedsl.plan.model import Cycle, Fee, FeeAmount, Plan
from ratedsl.plan.proration import PartPeriod, share_of
from ratedsl.rating.events import Account
from ratedsl.rating.exchange import ExchangeTable
from ratedsl.rating.trace import Step


def fee_charges(
    plan: Plan,
    account: Account,
    held: list[Holding],
    cycle: BillCycle,
    cycles: BillCycles,
    exchange: ExchangeTable,
) -> Iterator[Charge]:
    """The fees of the invoice that closes at the end of `cycle`, and credits of earlier ones.

    A fee in another currency is exchanged at the rate of the first day of its period.
    """
    for fee in plan.fees:
        if fee.scope == "item":
            holders = item_holdings(account, held, fee.item)
        else:
            holders = account_holding(held) if fee.scope == "account" else held
        due: dict[tuple[str, int, bool, PartPeriod], int] = {}
        for holding in holders:
            for credit, part in _due(fee, holding, cycle, cycles, holding.cancel or plan.cancel):
                number = _number(fee, holding, part, cycles)
                key = (holding.line, number, credit, part)
                due[key] = due.get(key, 0) + holding.quantity
        for (line, number, credit, part), quantity in due.items():
            charge = _charge(
                fee, line, part, quantity, cycles.calendar, number=number, credit=credit
            )
            if charge is not None:
                yield exchanged(charge, fee.currency, plan, exchange) if fee.currency else charge


def _due(
    fee: Fee, holding: Holding, cycle: BillCycle, cycles: BillCycles, cancel: str
) -> Iterator[tuple[bool, PartPeriod]]:
    """The periods that fall due for the holding on this invoice, and whether as a credit.

    Where the plan says what an early end means, a period in advance is charged to its end as
    long as the end is not known, which is until the bill that closes after it.
    """
    close = cycle.end
    for start, end in _periods(fee.amounts[0], holding, cycle, cycles):
        first = max(start, holding.start)
        last = end if holding.end is None else min(end, holding.end)
        amount = _in_force(fee, first)
        if _paid_before(fee, holding, start, cancel):
            continue
        counted = first == last == holding.end and holding.start < first and _counts_last(fee)
        if amount is None or (first >= last and not counted):
            continue
        if amount.span == "once":
            due = holding.start
        else:
            # A last day that is all there is of a period has ended with the day after.
            ended = last + timedelta(days=1) if counted else last
            due = first if amount.timing == "advance" else ended
        early = last < end and amount.timing == "advance" and bool(cancel)
        if cycle.start < due <= close:
            known = last <= close and cancel == "crediting unused"
            yield False, PartPeriod(first, last if known or not early else end, start, end)
        elif early and cancel == "crediting unused" and cycle.start < last <= close:
            yield True, PartPeriod(first, last, start, end)


def _paid_before(fee: Fee, holding: Holding, start: date, cancel: str) -> bool:
    """Whether an earlier stay has paid for the rest of the period, to which a line comes back."""
    before = holding.previous
    if before is None or before.end is None or before.end <= start:
        return False
    whole = fee.proration is None or fee.proration.method == "not"
    kept = (before.cancel or cancel) == "without credit" and fee.amounts[0].timing == "advance"
    return whole or kept


def _counts_last(fee: Fee) -> bool:
    """Whether the day on which the fee's holding ends counts as one of its days."""
    proration = fee.proration
    return (
        proration is not None
        and proration.method in ("day", "30-day actual")
        and proration.counting in ("last", "both")
    )


def _periods(
    amount: FeeAmount, holding: Holding, cycle: BillCycle, cycles: BillCycles
) -> Iterator[tuple[date, date]]:
    """Periods around the invoice: the bill cycles, or the fee's own from the plan's take-up."""
    if amount.span == "once":
        yield holding.anchor, holding.anchor + timedelta(days=1)
        return
    if amount.span == "cycle" or _as_long(amount, cycles.cycle):
        for one in (cycle, cycles.after(cycle)):
            yield one.start, one.end
        return
    number = 0
    while (start := moved(holding.anchor, amount.span, number)) <= cycle.end:
        number += 1
        end = moved(holding.anchor, amount.span, number)
        if end > cycle.start:
            yield start, end


def _as_long(amount: FeeAmount, cycle: Cycle) -> bool:
    """Whether the fee's period is as long as the bill cycle."""
    if cycle.days:
        return DAYS.get(amount.span) == cycle.days
    return MONTHS.get(amount.span) == cycle.months


def _in_force(fee: Fee, day: date) -> FeeAmount | None:
    return next((amount for amount in fee.amounts if amount.period.holds(day)), None)


def _charge(
    fee: Fee,
    line: str,
    part: PartPeriod,
    quantity: int,
    calendar: Calendar,
    *,
    number: int,
    credit: bool,
) -> Charge | None:
    """The charge for a part of a period, or the credit for the rest of it."""
    amount = _in_force(fee, part.start)
    assert amount is not None
    share, words = share_of(part, fee.proration, calendar)
    if credit:
        charged, _ = share_of(replace(part, end=part.period_end), fee.proration, calendar)
        share -= charged
        words = f"all but {words}" if words else ""
    price = _introductory(fee, amount, number)
    exact = Fraction(price) * quantity * share
    if not exact:
        return None
    first = part.end if credit else part.start
    last_day = (part.period_end if credit else part.end) - timedelta(days=1)
    span = "" if amount.span == "once" else f"{first} to {last_day}"
    counted = f"{quantity} {fee.item}" if fee.scope == "item" and fee.item != fee.id else ""
    steps = [
        Step(
            f"{fee.title or fee.id}: {amount.amount} {_how_often(amount)}, "
            f"in force on {part.start}",
            amount.at,
        )
    ]
    if price != amount.amount:
        steps.append(Step(f"{price} in period {number + 1} of the introduction", fee.at))
    if words:
        at = fee.proration.at if fee.proration else fee.at
        steps.append(Step(f"part period {span}: {words}", at))
    formula = " × ".join(
        word for word in (counted, str(price), words if share != 1 else "") if word
    )
    return Charge(
        key=f"{'credit' if credit else 'fee'}:{fee.id}:{line}:{first}",
        section=Section.CREDITS if credit else Section.FEES,
        record=fee.id,
        title=f"Credit, {fee.title or fee.id}" if credit else fee.title or fee.id,
        at=amount.at,
        supplied=part.start,
        line=line,
        detail=f"{span}, {words}" if words and span else span,
        quantity=counted,
        unit_price=str(price),
        formula=formula,
        exact=exact,
        steps=tuple(steps),
    )


def _number(fee: Fee, holding: Holding, part: PartPeriod, cycles: BillCycles) -> int:
    """How many periods of the holding lie before this one; the part at its start counts."""
    if not (fee.waived or fee.reduced_for):
        return 0
    return cycles.count(holding.anchor, part.period_start)


def _introductory(fee: Fee, amount: FeeAmount, number: int) -> Decimal:
    """The fee's amount in its period of that number, waived or reduced at first."""
    if number < fee.waived:
        return Decimal(0)
    if fee.reduced is not None and number < fee.waived + fee.reduced_for:
        return fee.reduced
    return amount.amount


def _how_often(amount: FeeAmount) -> str:
    if amount.span == "once":
        return "once"
    return f"per {amount.span} in {amount.timing}"
