"""What it costs to leave a fee before its term ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.fee_periods import periods, spans_of
from ratedsl.billing.fee_prices import stepped
from ratedsl.billing.holding import Holding, stays
from ratedsl.billing.invoice import Section
from ratedsl.plan.calendar import BillCycle, BillCycles, moved
from ratedsl.plan.model import Fee, Plan, Term
from ratedsl.plan.proration import PartPeriod, share_of
from ratedsl.rating.trace import Step
from ratedsl.rating.words import show_amount


def leaving_charges(
    plan: Plan, fee: Fee, holders: list[Holding], cycle: BillCycle, cycles: BillCycles
) -> Iterator[Charge]:
    """The charges for who left within the term, on the invoice that closes from then on."""
    term = fee.term
    if term is None or (term.leaving is None and term.share is None):
        return
    for number, holding in enumerate(stays(holders)):
        end = holding.end
        if end is None or not cycle.start < end <= cycle.end:
            continue
        until = _term_end(term, holding.start, end)
        if until is None:
            continue
        words = f"left on {end}, the term runs to {until}"
        steps = [Step(words, term.at)]
        if term.leaving is not None:
            exact = Fraction(term.leaving) * holding.quantity
            formula = f"{term.leaving}" + (f" x {holding.quantity}" if fee.scope == "item" else "")
            steps.append(Step(f"leaving costs {formula}", term.leaving_at))
        else:
            assert term.share is not None
            left, since = _left(plan, fee, holders, holding, until, cycles)
            exact = left * Fraction(term.share) / 100
            formula = f"{term.share}% of the fees from {since} to {until}"
            steps.append(Step(f"{formula}, which are {show_amount(left)}", term.leaving_at))
        yield Charge(
            key=f"leaving:{fee.id}:{holding.line}:{end}:{number}",
            section=Section.FEES,
            record=fee.id,
            title=f"Early termination, {fee.title or fee.id}",
            at=term.leaving_at,
            supplied=end,
            line=holding.line,
            detail=words,
            formula=formula,
            exact=exact,
            steps=tuple(steps),
        )


def _term_end(term: Term, start: date, end: date) -> date | None:
    """The end of the term in which `end` lies; None where nothing was left of one."""
    number = 1
    while (until := moved(start, term.span, term.count * number)) < end and term.renews:
        number += 1
    return until if until > end else None


def _left(
    plan: Plan,
    fee: Fee,
    holders: Sequence[Holding],
    holding: Holding,
    until: date,
    cycles: BillCycles,
) -> tuple[Fraction, date]:
    """The fees from the end of the holding, or of what is paid for, to that of the term."""
    assert holding.end is not None
    total, since = Fraction(0), holding.end
    for span in spans_of(fee):
        for start, end in periods(fee, span, holding.start, cycles, holding.end, until):
            first = max(start, holding.end, span.start or start)
            last = min(end, until, span.end or end)
            amount = next((one for one in fee.amounts if one.period.holds(first)), None)
            if amount is None or first >= last:
                continue
            running = start < holding.end
            if running and amount.timing == "advance" and _kept(plan, fee, holding):
                since = end
                continue
            share, _ = share_of(PartPeriod(first, last, start, end), fee.proration, cycles.calendar)
            if fee.tier_mode:
                still = [
                    one for one in holders if one.end != holding.end or one.line != holding.line
                ]
                still.append(_open(holding))
                price = stepped(fee, still, _open(holding), first)[0]
            else:
                price = Fraction(amount.amount) * holding.quantity
            total += price * share
    return total, since


def _kept(plan: Plan, fee: Fee, holding: Holding) -> bool:
    """Whether the running period was paid for to its end."""
    whole = fee.proration is None or fee.proration.method == "not"
    return (holding.cancel or plan.cancel) == "without credit" or whole


def _open(holding: Holding) -> Holding:
    return Holding(holding.line, holding.start, None, holding.quantity)
