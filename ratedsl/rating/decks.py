"""What the rows of a deck say for one prefix on one day, as a rate of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ratedsl.lang.source import Span
from ratedsl.plan.deck import DeckRow
from ratedsl.plan.model import Deck, EventFee, Increments, IncrementStep, Price, Rate


def rate_of_rows(rate: Rate, prefix: str, day: date) -> Rate:
    """The deck's rate with the prices, fees and increments that its rows give a prefix on a day.

    Where it has no row there is no price. A fee in a row stands in the place of the deck's own.
    """
    deck = rate.deck
    assert deck is not None
    rows: list[DeckRow] = deck.table.on(prefix, day)
    if not rows:
        return rate
    prices, fees, increments = [], [], []
    for row in rows:
        at = Span(deck.table.path, row.line, 1, len(prefix) + 1)
        text = f"{row.price} {deck.unit.text}"
        unit = deck.unit.model_copy(update={"amount": row.price, "text": text})
        prices.append(Price(price=unit, window=row.window, at=at))
        for kind, amount in row.fees:
            fees.append(EventFee(kind=kind, amount=amount, window=row.window, at=at))  # type: ignore[arg-type]
        if row.first:
            increments.append(_increments(deck, row, at))
    stated = {fee.kind for fee in fees}
    kept = [fee for fee in rate.fees if fee.kind not in stated]
    least = max(_base(deck, row.minimum) for row in rows)
    return rate.model_copy(
        update={
            "prices": tuple(prices),
            "fees": (*kept, *fees),
            "increments": tuple(increments) or rate.increments,
            "minimum_units": least or rate.minimum_units,
        }
    )


def _increments(deck: Deck, row: DeckRow, at: Span) -> Increments:
    first, following = _base(deck, row.first), _base(deck, row.next)
    steps = [IncrementStep(size=following)]
    if first != following:
        steps.insert(0, IncrementStep(size=first, until=first))
    return Increments(steps=tuple(steps), window=row.window, at=at)


def _base(deck: Deck, number: Decimal) -> int:
    return int(number * (deck.block or 1))
