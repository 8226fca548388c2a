"""W551: a limit on charges below what is charged at least.

A maximum below the minimum of one event, a cap that the first event already reaches, and a cap
below the commitment of the same charges: whoever wrote the two did not see them side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Span
from ratedsl.plan.model import Cap, Commitment, Expectation, Given, PlanTest, Rate
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import charge_of, charging, test_of
from ratedsl.rating.dated import tiers_on
from ratedsl.rating.pricing import billed_units, cost, increments_in, tier_cost


def prove_limits_hold(ground: Ground) -> Iterator[Finding]:
    """One finding for each pair of limits that exclude each other."""
    for rate in ground.plan.rates:
        if rate.maximum is None:
            continue
        if rate.minimum and rate.maximum.amount < rate.minimum.amount:
            yield _of_event(ground, rate, rate.minimum.at, "minimum")
        elif rate.maximum.amount < _fees(rate):
            yield _of_event(ground, rate, rate.fees[0].at, "fees per event")
    rates = {rate.id: rate for rate in ground.plan.rates}
    for cap in ground.plan.caps:
        if cap.then == "continues":
            continue
        of = [*rates] if "usage" in cap.of else [name for name in cap.of if name in rates]
        amount = min((one.amount for one in cap.amounts), default=None)
        if amount is None:
            continue
        for name in of:
            finding = _first_event(ground, cap, amount, rates[name])
            if finding is not None:
                yield finding
                break
        for commitment in ground.plan.commitments:
            finding = _commitment(ground, cap, commitment, {*of})
            if finding is not None:
                yield finding


def _fees(rate: Rate) -> Decimal:
    """What each event costs before a unit of it, whatever the window and the day."""
    always = [
        one.amount
        for one in rate.fees
        if not one.window and one.kind != "attempt" and one.period.start is None
    ]
    return sum(always, Decimal(0))


def _of_event(ground: Ground, rate: Rate, least: Span, what: str) -> Finding:
    assert rate.maximum is not None
    cell = ground.cell_of(rate)
    tests: tuple[PlanTest, ...] = ()
    if cell is not None and not cell.included and not cell.chosen.caps:
        tests = (charging("held to the maximum", [cell.usage], rate.maximum.amount),)
    return Finding(
        Diagnostic(
            "W551",
            f"the maximum of `{rate.id}` is below its {what}",
            rate.maximum.at,
            "so every event costs this",
            "exchange the two amounts, or correct one",
            (Label(least, f"the {what}"),),
        ),
        tests,
    )


def _first_event(ground: Ground, cap: Cap, amount: Decimal, rate: Rate) -> Finding | None:
    """Where what one event costs at least is more than the cap."""
    cell = ground.cell_of(rate)
    if cell is None or cap not in cell.chosen.caps or rate.currency:
        return None
    fees = _fees(rate)
    least = Fraction(max(fees, rate.minimum.amount if rate.minimum else Decimal(0)))
    prices = [one.price for one in rate.prices if one.price.percent is None]
    if prices and len(prices) == len(rate.prices) and not rate.free:
        units = 1 if rate.basis == "event" else _block(rate)
        lowest = min(Fraction(cost(one, units)) for one in prices)
        least = max(least, Fraction(fees) + lowest)
    if (
        rate.tiers is not None
        and not rate.of
        and not (cell.included and rate.tiers.counting == "all")
    ):
        tiers = tiers_on(rate, ground.times.first)
        units = 1 if rate.basis == "event" else _block(rate)
        least = (
            max(least, Fraction(fees) + tier_cost(tiers, rate.tiers.mode, units))
            if tiers
            else least
        )
    if least <= amount:
        return None
    usage = ground.beyond(cell.usage)
    charge = charge_of(ground.tables, test_of("x", [usage]))
    tests = () if charge is None else (charging("one event reaches the cap", [usage], charge),)
    return Finding(
        Diagnostic(
            "W551",
            f"the first event of `{rate.id}` costs more than `{cap.id}` allows",
            cap.amounts[0].at,
            "less than one event",
            "raise the cap, or take the rate out of it",
            (Label(rate.at, "costs more"),),
        ),
        tests,
    )


def _block(rate: Rate) -> int:
    return billed_units(max(1, rate.minimum_units), increments_in(rate, ""))


def _commitment(ground: Ground, cap: Cap, commitment: Commitment, of: set[str]) -> Finding | None:
    """Where all that counts to the commitment is capped below it."""
    if commitment.span != "cycle" or cap.span != "cycle" or cap.roaming:
        return None
    usage = {rate.id for rate in ground.plan.rates}
    for amount in commitment.amounts:
        named = usage if amount.of == ("usage",) else {*amount.of}
        if not named <= of or commitment.scope != cap.scope:
            continue
        capped = next((one for one in cap.amounts), None)
        if capped is None or capped.amount >= amount.amount:
            continue
        cycle = ground.tables.cycles.after(ground.tables.cycles.on(ground.times.first))
        test = PlanTest(
            title="a true-up whatever is used",
            given=(Given(kind="started", day=cycle.start),),
            bills=(cycle.end,),
            expectations=(
                Expectation(what="item", record=commitment.id, money=amount.amount, bill=cycle.end),
            ),
        )
        return Finding(
            Diagnostic(
                "W551",
                f"`{cap.id}` holds charges below the commitment `{commitment.id}` of the same",
                capped.at,
                f"less than {amount.amount} {ground.plan.currency}",
                "raise the cap, or lower the commitment",
                (Label(amount.at, "what is paid at least"),),
            ),
            (test,),
        )
    return None
