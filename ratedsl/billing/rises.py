"""Price rises that reach a bill: what a line pays more than it would have one period before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ratedsl.billing.assemble import Billed
from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import Section
from ratedsl.billing.part import PlanPart
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.calendar import DAYS, MONTHS, moved
from ratedsl.plan.model import Fee, Price, Rate


def rises_of(billed: Billed) -> Iterator[Diagnostic]:
    """One finding for each fee and price that rose, of lines that held the plan before."""
    for part in billed.parts:
        fees = {fee.id: fee for fee in part.plan.fees}
        rates = {rate.id: rate for rate in part.plan.rates}
        for charge in part.charges:
            if charge.section is Section.FEES and charge.record in fees:
                yield from _of_fee(part, charge, fees[charge.record])
            elif charge.section is Section.USAGE and charge.record in rates:
                yield from _of_rate(part, charge, rates[charge.record])


def _of_fee(part: PlanPart, charge: Charge, fee: Fee) -> Iterator[Diagnostic]:
    day = charge.supplied
    new = next((one for one in fee.amounts if one.period.holds(day)), None)
    if new is None or new.span == "once" or fee.tier_mode:
        return
    before = _earlier(part, day, new.span, new.every)
    old = next((one for one in fee.amounts if one.period.holds(before)), None)
    if old is None or (old.span, old.every) != (new.span, new.every):
        return
    if old.amount < new.amount and _held(part, charge.line, before):
        currency = fee.currency or part.plan.currency
        yield Diagnostic(
            "W529",
            f"`{fee.title or fee.id}` rises from {old.amount} to {new.amount} {currency}"
            f" a {new.span}, from {new.period.start}",
            new.at,
            help="check that the customer was told in time",
        )


def _of_rate(part: PlanPart, charge: Charge, rate: Rate) -> Iterator[Diagnostic]:
    """A rate's plain prices; those of tables, decks and tiers are not compared."""
    day = charge.supplied
    before = _earlier(part, day, "cycle", 1)
    if not _held(part, charge.line, before):
        return
    earlier = {_key(one): one for one in rate.prices if one.period.holds(before)}
    for new in rate.prices:
        old = earlier.get(_key(new))
        if not new.period.holds(day) or old is None or new.at != charge.at:
            continue
        if old.price.amount < new.price.amount:
            yield Diagnostic(
                "W529",
                f"`{rate.title or rate.id}` rises from {old.price.amount} to"
                f" {new.price.amount} {rate.currency or part.plan.currency},"
                f" from {new.period.start}",
                new.at,
                help="check that the customer was told in time",
            )


def _key(price: Price) -> str:
    """What two prices have in common that stand for the same at two times."""
    unit = price.price.model_dump(exclude={"amount", "text", "at"})
    return repr((price.window, price.first, unit))


def _earlier(part: PlanPart, day: date, span: str, every: int) -> date:
    """The day one period of the fee before."""
    if span in DAYS or span in MONTHS:
        return moved(day, span, -every)
    within, cycle = day - part.cycle.start, part.cycle
    for _ in range(every):
        cycle = part.rater.cycles.before(cycle)
    return min(cycle.start + within, cycle.end - timedelta(1))


def _held(part: PlanPart, line: str, day: date) -> bool:
    """Whether the line, or for the account any line, held the plan on the day."""
    return any(
        held.plan == part.plan.id and held.start <= day and (held.end is None or day < held.end)
        for one in part.whole.lines
        if line in ("", one.id)
        for held in one.subscriptions
    )
