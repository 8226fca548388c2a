"""A plan as it is on one day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from ratedsl.plan.model import Dated, Discount, Plan, Rate
from ratedsl.plan.timeline import cuts

D = TypeVar("D", bound=Dated)


def as_of(plan: Plan, day: date) -> Plan:
    """The plan with only what is in force on `day`; records of which nothing is are left out."""

    def held(found: Sequence[D]) -> tuple[D, ...]:
        return tuple(one for one in found if one.period.holds(day))

    def rates_on(found: Sequence[Rate]) -> tuple[Rate, ...]:
        rates = []
        for rate in found:
            tiers = rate.tiers
            if tiers is not None:
                tiers = tiers.model_copy(update={"tiers": held(tiers.tiers)})
            matrix = rate.matrix
            if matrix is not None:
                matrix = matrix.model_copy(update={"cells": held(matrix.cells)})
            parts = {
                "prices": held(rate.prices),
                "fees": held(rate.fees),
                "matrix": matrix if matrix is not None and matrix.cells else None,
                "tiers": tiers if tiers is not None and tiers.tiers else None,
            }
            if rate.deck is not None or any(parts[name] for name in ("prices", "matrix", "tiers")):
                rates.append(rate.model_copy(update=parts))
        return tuple(rates)

    def discounts_on(found: Sequence[Discount]) -> tuple[Discount, ...]:
        discounts = []
        for one in found:
            tiers = one.tiers
            if tiers is not None:
                tiers = tiers.model_copy(update={"tiers": held(tiers.tiers)})
            steps = held(one.steps)
            if steps or (tiers is not None and tiers.tiers):
                discounts.append(one.model_copy(update={"steps": steps, "tiers": tiers}))
        return tuple(discounts)

    return plan.model_copy(
        update={
            "fees": tuple(
                one.model_copy(update={"amounts": held(one.amounts), "tiers": held(one.tiers)})
                for one in plan.fees
                if held(one.amounts)
            ),
            "exchange": held(plan.exchange),
            "rates": rates_on(plan.rates),
            "costs": rates_on(plan.costs),
            "commissions": tuple(
                one.model_copy(update={"steps": held(one.steps)})
                for one in plan.commissions
                if held(one.steps)
            ),
            "allowances": tuple(
                one.model_copy(update={"grants": held(one.grants), "charges": held(one.charges)})
                for one in plan.allowances
                if held(one.grants)
            ),
            "caps": tuple(
                one.model_copy(update={"amounts": held(one.amounts)})
                for one in plan.caps
                if held(one.amounts)
            ),
            "commitments": tuple(
                one.model_copy(update={"amounts": held(one.amounts)})
                for one in plan.commitments
                if held(one.amounts)
            ),
            "discounts": discounts_on(plan.discounts),
            "taxes": tuple(
                one.model_copy(
                    update={
                        "steps": held(one.steps),
                        "base": held(one.base),
                        "first": held(one.first),
                        "caps": held(one.caps),
                    }
                )
                for one in plan.taxes
                if held(one.steps)
            ),
        }
    )


def version_dates(plan: Plan) -> list[date]:
    """The dates on which anything in the plan changes, in order: its versions start there."""
    found: list[Dated] = []
    found += plan.exchange
    for commission in plan.commissions:
        found += commission.steps
    for rate in (*plan.rates, *plan.costs):
        found += [*rate.prices, *rate.fees, *(rate.tiers.tiers if rate.tiers else ())]
        found += rate.matrix.cells if rate.matrix else ()
    for fee in plan.fees:
        found += [*fee.amounts, *fee.tiers]
    for allowance in plan.allowances:
        found += allowance.grants
        found += allowance.charges
    for cap in plan.caps:
        found += cap.amounts
    for commitment in plan.commitments:
        found += commitment.amounts
    for discount in plan.discounts:
        found += [*discount.steps, *(discount.tiers.tiers if discount.tiers else ())]
    for tax in plan.taxes:
        found += (*tax.steps, *tax.base, *tax.first, *tax.caps)
    return cuts(one.period for one in found)
