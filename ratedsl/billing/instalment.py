"""A single fee that is paid in instalments, which add up to it to the last cent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.holding import Holding, stays
from ratedsl.billing.invoice import Section
from ratedsl.plan.calendar import BillCycle, BillCycles
from ratedsl.plan.model import Fee, Plan
from ratedsl.rating.rounding import round_money
from ratedsl.rating.trace import Step


def instalments(
    plan: Plan, fee: Fee, holders: list[Holding], cycle: BillCycle, cycles: BillCycles
) -> Iterator[Charge]:
    """The instalments that fall due on the invoice that closes at the end of `cycle`.

    The first is due on the first bill from the day of take-up on, the others on the bills
    after it; at an early end the rest is due at once, or waived.
    """
    for number, holding in enumerate(stays(holders)):
        charge = _instalment(plan, fee, holding, cycle, cycles)
        if charge is not None:
            charge.key += f":{number}"
            yield charge


def _instalment(
    plan: Plan, fee: Fee, holding: Holding, cycle: BillCycle, cycles: BillCycles
) -> Charge | None:
    spread = fee.spread
    amount = next((one for one in fee.amounts if one.period.holds(holding.start)), None)
    opening = cycles.on(holding.start - timedelta(days=1))
    if spread is None or amount is None or cycle.start < opening.start:
        return None
    paid = cycles.count(opening.start, cycle.start)
    upto = paid + 1
    if holding.end is not None and holding.end <= cycle.end:
        if holding.end <= cycle.start and paid:
            return None
        upto = spread.cycles if spread.rest_due else paid
    if paid >= spread.cycles or upto <= paid:
        return None
    whole = Fraction(amount.amount) * holding.quantity
    rounding = plan.rounding_for("item")

    def part(count: int) -> Fraction:
        # What was paid so far is rounded, not each instalment: so they add up.
        if count >= spread.cycles:
            return whole
        return round_money(whole * count / spread.cycles, rounding)

    which = f"{upto}" if upto == paid + 1 else f"{paid + 1} to {upto}"
    words = f"instalment {which} of {spread.cycles}"
    counted = f"{holding.quantity} {fee.item}" if fee.scope == "item" else ""
    return Charge(
        key=f"fee:{fee.id}:{holding.line}:{holding.start}",
        section=Section.FEES,
        record=fee.id,
        title=fee.title or fee.id,
        at=amount.at,
        supplied=max(holding.start, cycle.start),
        line=holding.line,
        detail=words,
        quantity=counted if holding.quantity > 1 else "",
        formula=f"{words} of {amount.amount}" + (f" x {counted}" if counted else ""),
        exact=part(upto) - part(paid),
        steps=(
            Step(f"{fee.title or fee.id}: {amount.amount} once", amount.at),
            Step(words, spread.at),
        ),
    )
