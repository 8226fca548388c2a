"""What pieces of an event cost at a rate's prices, a deck's included."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ratedsl.plan.model import Price, Rate
from ratedsl.rating.conditions import number_of
from ratedsl.rating.counters import Counters
from ratedsl.rating.events import Event
from ratedsl.rating.parts import ZERO, Outcome, Part
from ratedsl.rating.pieces import Piece, rejected
from ratedsl.rating.pricing import cost, exact, share
from ratedsl.rating.tables import PlanTables

CHARGE = "charge"
"""What a cost in percent may be a share of beside attributes: what the event is charged."""


def at_price(
    tables: PlanTables,
    counters: Counters,
    rate: Rate,
    event: Event,
    piece: Piece,
    day: date,
    prefix: str,
    charged: Fraction | None = None,
) -> list[Part]:
    """The piece at its window's price, its first units at theirs.

    `charged` is what the event is charged, of which a cost may be a share.
    """
    if rate.deck is not None:
        # A deck's rate is that of its row: its prices are those of the day already.
        prices = tuple(one for one in rate.prices if one.window in ("", piece.window))
    elif rate.matrix is not None:
        prices = tables.dated.cell(rate, event, day)
    else:
        prices = tables.dated.prices(rate, piece.window, day)
    if not prices:
        return [rejected(piece, rate.id, rate.at, "no-price")]
    if prices[0].price.percent is not None:
        return [at_percentage(counters, rate, event, piece, prices[0], day, charged)]
    if rate.basis == "event":
        return [_priced(rate, piece.billed, piece.window, prices[0], units=1)]
    parts = []
    offset, left = piece.offset, piece.billed
    for price in prices:
        units = left if price.first is None else min(left, max(price.first - offset, 0))
        if units:
            parts.append(_priced(rate, units, piece.window, price, units=units))
            offset += units
            left -= units
    if left:
        parts.append(
            Part(Outcome.REJECTED, left, rate.id, rate.at, piece.window, reason="no-price")
        )
    return parts


def at_percentage(
    counters: Counters,
    rate: Rate,
    event: Event,
    piece: Piece,
    price: Price,
    day: date,
    charged: Fraction | None = None,
    *,
    first: bool = True,
) -> Part:
    """A share of the event's value; a wholly free value pays no fixed amount either.

    The fixed amount is that of the event, so a later leg of a session pays none.
    """
    unit = price.price
    if charged is not None and unit.of == CHARGE:
        value: Fraction | None = charged
    else:
        value = number_of(event.attributes.get(unit.of, ""))
    if value is None:
        return rejected(piece, rate.id, price.at, "no-value")
    free = ZERO
    freed: dict[int, Fraction] = {}
    for rule in rate.free:
        if rule.kind == "value" and rule.of == unit.of:
            free += counters.free(rule, rate, event, value - free, day, freed)
    amount = ZERO if free and free >= value else share(unit, value - free)
    if amount and not first:
        amount -= exact(unit.plus)
    outcome = Outcome.RATED if amount else Outcome.FREE
    return Part(outcome, piece.billed, rate.id, price.at, piece.window, unit.text, amount)


def _priced(rate: Rate, billed: int, window: str, price: Price, *, units: int) -> Part:
    """`billed` units with the cost of `units`, which is 1 for a price per event."""
    unit = price.price
    outcome = Outcome.RATED if unit.amount else Outcome.FREE
    return Part(outcome, billed, rate.id, price.at, window, unit.text, cost(unit, units))
