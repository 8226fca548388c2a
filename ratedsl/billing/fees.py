"""The fees that an invoice charges: in advance for what starts, in arrears for what ended.

A period of a fee in advance is charged on the first invoice that closes on or after the day
on which the period starts for the line; one in arrears on the first that closes on or after
its end (language reference, "fee").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.exchange import exchanged
from ratedsl.billing.fee_periods import Span, periods, spans_of
from ratedsl.billing.fee_prices import introductory, stepped
from ratedsl.billing.holding import Holding, account_holding, item_holdings
from ratedsl.billing.instalment import instalments
from ratedsl.billing.invoice import Section
from ratedsl.billing.term import leaving_charges
from ratedsl.plan.calendar import BillCycle, BillCycles, Calendar, moved
from ratedsl.plan.model import Fee, FeeAmount, Plan
from ratedsl.plan.proration import PartPeriod, share_of
from ratedsl.rating.conditions import applies_to
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
        for charge in _of_fee(plan, fee, account, holders, cycle, cycles):
            yield exchanged(charge, fee.currency, plan, exchange) if fee.currency else charge


def _of_fee(
    plan: Plan,
    fee: Fee,
    account: Account,
    holders: list[Holding],
    cycle: BillCycle,
    cycles: BillCycles,
) -> Iterator[Charge]:
    """What one fee charges, in its own currency."""
    if fee.spread is not None:
        yield from instalments(plan, fee, holders, cycle, cycles)
        return
    yield from _fee_charges(plan, fee, account, holders, cycle, cycles)
    if fee.term is not None:
        yield from leaving_charges(plan, fee, holders, cycle, cycles)


def _fee_charges(
    plan: Plan,
    fee: Fee,
    account: Account,
    holders: list[Holding],
    cycle: BillCycle,
    cycles: BillCycles,
) -> Iterator[Charge]:
    since = min((one.start for line in account.lines for one in line.subscriptions), default=None)
    due: dict[tuple[str, int, bool, PartPeriod], _Due] = {}
    for holding in holders:
        for credit, part in _due(fee, holding, cycle, cycles, holding.cancel or plan.cancel):
            if fee.conditions and not _applies(fee, holding, account, since, part.start):
                continue
            number = _number(fee, holding, part, cycles)
            one = due.setdefault((holding.line, number, credit, part), _Due())
            one.quantity += holding.quantity
            if fee.tier_mode:
                amount, words = stepped(fee, holders, holding, part.start)
                one.stepped += amount
                one.words.append(words)
    for (line, number, credit, part), one in due.items():
        charge = _charge(fee, line, part, one, cycles.calendar, number=number, credit=credit)
        if charge is not None:
            yield charge


@dataclass(slots=True)
class _Due:
    """How many things fall due for one part of a period, and what tiers make of them."""

    quantity: int = 0
    stepped: Fraction = Fraction(0)
    words: list[str] = field(default_factory=list)


def _applies(fee: Fee, holding: Holding, account: Account, since: date | None, day: date) -> bool:
    """Whether the fee's conditions hold on a day: of its own line, where one is charged."""
    own = [line for line in account.lines if line.id == holding.line]
    of_account = ("tenure", "lines", "segment")
    return all(
        applies_to(
            [test],
            replace(account, lines=tuple(own))
            if own and test.attribute not in of_account
            else account,
            since,
            day,
        )
        for test in fee.conditions
    )


def _due(
    fee: Fee, holding: Holding, cycle: BillCycle, cycles: BillCycles, cancel: str
) -> Iterator[tuple[bool, PartPeriod]]:
    """The periods that fall due for the holding on this invoice, and whether as a credit.

    Where the plan says what an early end means, a period in advance is charged to its end as
    long as the end is not known, which is until the bill that closes after it.
    """
    if fee.amounts[0].span == "once":
        start = holding.start
        back = holding.anchor < start
        if not back and cycle.start < start <= cycle.end and in_force(fee, start) is not None:
            day = timedelta(days=1)
            yield False, PartPeriod(start, start + day, start, start + day)
        return
    lasting = _while_agreed(fee, holding)
    for span in spans_of(fee):
        clipped = _clip(lasting, span)
        if clipped is not None:
            yield from _due_in(fee, holding, clipped, span, cycle, cycles, cancel)


def _due_in(
    fee: Fee,
    holding: Holding,
    clipped: Holding,
    span: Span,
    cycle: BillCycle,
    cycles: BillCycles,
    cancel: str,
) -> Iterator[tuple[bool, PartPeriod]]:
    """What falls due within a span of one rhythm, to which the holding was clipped."""
    close = cycle.end
    for start, end in periods(fee, span, holding.anchor, cycles, cycle.start, close):
        if _paid_before(fee, holding, start, cancel):
            continue
        first = max(start, clipped.start)
        last = end if clipped.end is None else min(end, clipped.end)
        amount = in_force(fee, first)
        # An end of the agreement or of the rhythm is known; that of the holding is not.
        left = last == holding.end
        counted = first == last and left and holding.start < first and _counts_last(fee)
        if amount is None or (first >= last and not counted):
            continue
        # A last day that is all there is of a period has ended with the day after.
        ended = last + timedelta(days=1) if counted else last
        due = first if amount.timing == "advance" else ended
        early = last < end and left and amount.timing == "advance" and bool(cancel)
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


def _while_agreed(fee: Fee, holding: Holding) -> Holding:
    """The holding until the fee's term ends, if it ends."""
    if fee.term is None or fee.term.renews:
        return holding
    end = moved(holding.anchor, fee.term.span, fee.term.count)
    return replace(holding, end=end if holding.end is None else min(end, holding.end))


def _clip(holding: Holding, span: Span) -> Holding | None:
    start = holding.start if span.start is None else max(holding.start, span.start)
    ends = [end for end in (holding.end, span.end) if end is not None]
    end = min(ends, default=None)
    if end is not None and end < start:
        return None
    return replace(holding, start=start, end=end)


def _counts_last(fee: Fee) -> bool:
    """Whether the day on which the fee's holding ends counts as one of its days."""
    proration = fee.proration
    return (
        proration is not None
        and proration.method in ("day", "30-day actual")
        and proration.counting in ("last", "both")
    )


def in_force(fee: Fee, day: date) -> FeeAmount | None:
    """What the fee costs on a day, if it is in force."""
    return next((amount for amount in fee.amounts if amount.period.holds(day)), None)


def _charge(
    fee: Fee,
    line: str,
    part: PartPeriod,
    due: _Due,
    calendar: Calendar,
    *,
    number: int,
    credit: bool,
) -> Charge | None:
    """The charge for a part of a period, or the credit for the rest of it."""
    amount = in_force(fee, part.start)
    assert amount is not None
    quantity = due.quantity
    share, words = share_of(part, fee.proration, calendar)
    if credit:
        charged, _ = share_of(replace(part, end=part.period_end), fee.proration, calendar)
        share -= charged
        words = f"all but {words}" if words else ""
    price = introductory(fee, amount, number)
    by_tier = bool(fee.tier_mode) and price == amount.amount and number >= fee.waived
    exact = (due.stepped if by_tier else Fraction(price) * quantity) * share
    if not exact:
        return None
    first = part.end if credit else part.start
    last_day = (part.period_end if credit else part.end) - timedelta(days=1)
    span = "" if amount.span == "once" else f"{first} to {last_day}"
    counted = f"{quantity} {fee.item}" if fee.scope == "item" and fee.item != fee.id else ""
    steps = [
        Step(
            f"{fee.title or fee.id}: {'by tier' if by_tier else amount.amount} "
            f"{how_often(amount)}, in force on {part.start}",
            amount.at,
        )
    ]
    if amount.note:
        steps.append(Step(amount.note, amount.at))
    if by_tier:
        tier = next((one for one in fee.tiers if one.period.holds(part.start)), fee.tiers[0])
        steps += [Step(f"{fee.tier_mode}: {words}", tier.at) for words in due.words]
    if not by_tier and price != amount.amount:
        steps.append(Step(f"{price} in period {number + 1} of the introduction", fee.at))
    if words:
        at = fee.proration.at if fee.proration else fee.at
        steps.append(Step(f"part period {span}: {words}", at))
    formula = " × ".join(
        word
        for word in (
            "" if by_tier else counted,
            " + ".join(due.words) if by_tier else str(price),
            words if share != 1 else "",
        )
        if word
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
        unit_price="by tier" if by_tier else str(price),
        formula=formula,
        category=fee.category,
        description=fee.description,
        provider=fee.provider,
        exact=exact,
        steps=tuple(steps),
    )


def _number(fee: Fee, holding: Holding, part: PartPeriod, cycles: BillCycles) -> int:
    """How many periods of the holding lie before this one; the part at its start counts."""
    if not (fee.waived or fee.reduced_for):
        return 0
    return cycles.count(holding.anchor, part.period_start)


def how_often(amount: FeeAmount) -> str:
    """How often a fee is charged, and when, in words."""
    if amount.span == "once":
        return "once"
    span = f"{amount.every} {amount.span}s" if amount.every > 1 else amount.span
    return f"per {span} in {amount.timing}"
