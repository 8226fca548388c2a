"""Charges of another currency, brought into the plan's at the rate of their day."""

from __future__ import annotations

from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.plan.model import Plan
from ratedsl.rating.exchange import ExchangeTable
from ratedsl.rating.rounding import round_money
from ratedsl.rating.trace import Step
from ratedsl.rating.words import show_amount


def exchanged(charge: Charge, currency: str, plan: Plan, exchange: ExchangeTable) -> Charge:
    """The charge in the plan's currency; without a rate on its day it stays open, at nothing."""
    found = exchange.on(currency, plan.currency, charge.supplied)
    charge.foreign, charge.foreign_currency = charge.exact, currency
    if found is None:
        charge.exact = Fraction(0)
        charge.open = f"no exchange rate for {currency} on {charge.supplied}"
        return charge
    charge.conversion = found
    rounding = plan.rounding_for("exchange")
    charge.exact = round_money(charge.exact * found.factor, rounding)
    words = f"{show_amount(charge.foreign)} {currency} at {found.words}"
    if rounding is not None:
        words += f", rounded {rounding.mode} to {rounding.quantum}"
    charge.steps += (Step(f"{words}: {show_amount(charge.exact)}", found.fact.at),)
    return charge
