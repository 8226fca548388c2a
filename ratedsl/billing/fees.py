"""The fees that an invoice charges: in advance for what starts, in arrears for what ended.

A period of a fee in advance is charged on the first invoice that closes on or after the day
on which the period starts for the line; one in arrears on the first that closes on or after
its end (language reference, "fee").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.exchange import exchanged
from ratedsl.billing.invoice import Section
from ratedsl.plan.calendar import DAYS, MONTHS, BillCycle, BillCycles, Calendar, moved
from ratedsl.plan.model import Cycle, Fee, FeeAmount, Plan
from ratedsl.plan.proration import PartPeriod, share_of
from ratedsl.rating.events import Account
from ratedsl.rating.exchange import ExchangeTable
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.trace import Step


@dataclass(frozen=True, slots=True)
class Holding:
    """That a line (or the account, where it is empty) holds something for some time."""

    line: str
    start: date
    end: date | None
    quantity: int = 1


def holdings(account: Account, plan: str) -> list[Holding]:
    """Who holds the plan and when, line by line."""
    return [
        Holding(line.id, one.start, one.end)
        for line in account.lines
        for one in line.subscriptions
        if one.plan == plan
    ]


def charged_holdings(tables: PlanTables, account: Account) -> list[Holding]:
    """Who is charged for the plan and when: who holds it, without the time of a trial."""
    held = holdings(account, tables.plan.id)
    if tables.plan.trial is None:
        return held
    ends = {line.id: tables.trial_end(line) for line in account.lines}
    charged = []
    for one in held:
        end = ends[one.line]
        start = one.start if end is None else max(one.start, end)
        if one.end is None or start < one.end:
            charged.append(replace(one, start=start))
    return charged


def account_holding(held: list[Holding]) -> list[Holding]:
    """The account's own holding: from its first line's start to its last line's end."""
    if not held:
        return []
    ends = [one.end for one in held]
    last = None if None in ends else max(end for end in ends if end is not None)
    return [Holding("", min(one.start for one in held), last)]


def item_holdings(account: Account, held: list[Holding], item: str) -> list[Holding]:
    """How many of an item each line holds and when, as far as it holds the plan."""
    found = []
    for line in account.lines:
        for one in line.items:
            for whole in held:
                if one.item != item or whole.line != line.id:
                    continue
                start = max(one.start, whole.start)
                end = min((e for e in (one.end, whole.end) if e is not None), default=None)
                if end is None or start < end:
                    found.append(Holding(line.id, start, end, one.quantity))
    return found


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
            for credit, part in _due(fee, holding, cycle, cycles, plan.cancel):
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
        yield holding.start, holding.start + timedelta(days=1)
        return
    if amount.span == "cycle" or _as_long(amount, cycles.cycle):
        for one in (cycle, cycles.after(cycle)):
            yield one.start, one.end
        return
    number = 0
    while (start := moved(holding.start, amount.span, number)) <= cycle.end:
        number += 1
        end = moved(holding.start, amount.span, number)
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
    return cycles.count(holding.start, part.period_start)


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
