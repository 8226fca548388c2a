"""A rate's prices, fees and tiers in force on a day, each looked for once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ratedsl.plan.model import Price, Rate, Tier
from ratedsl.rating.choice import Chosen
from ratedsl.rating.decks import rate_of_rows
from ratedsl.rating.events import Event
from ratedsl.rating.parts import FeeCharged
from ratedsl.rating.pricing import exact


class DatedFacts:
    """What has been looked up of one plan's rates by day and window."""

    def __init__(self) -> None:
        self._prices: dict[tuple[str, str, date], tuple[Price, ...]] = {}
        self._fees: dict[tuple[str, str, date], tuple[FeeCharged, ...]] = {}
        self._tiers: dict[tuple[str, date], tuple[Tier, ...]] = {}
        self._of_rows: dict[tuple[int, date], tuple[Chosen, Chosen]] = {}

    def prices(self, rate: Rate, window: str, day: date) -> tuple[Price, ...]:
        """The prices of a window (or of all times) in force on a day, those of first units
        first."""
        key = (rate.id, window, day)
        found = self._prices.get(key)
        if found is None:
            found = self._prices[key] = _prices_in(rate, window, day)
        return found

    def fees(self, rate: Rate, window: str, day: date) -> tuple[FeeCharged, ...]:
        """The fees in force on a day for an event that starts in a window."""
        if rate.deck is not None:
            return _fees_in(rate, window, day)
        key = (rate.id, window, day)
        found = self._fees.get(key)
        if found is None:
            found = self._fees[key] = _fees_in(rate, window, day)
        return found

    def tiers(self, rate: Rate, day: date) -> tuple[Tier, ...]:
        """The tiers in force on a day, lowest first."""
        key = (rate.id, day)
        found = self._tiers.get(key)
        if found is None:
            found = self._tiers[key] = tiers_on(rate, day)
        return found

    def of_rows(self, chosen: Chosen, day: date) -> Chosen:
        """What was chosen, with the rate that the deck's rows of the prefix make on a day."""
        rate = chosen.rate
        assert rate is not None
        found = self._of_rows.get((id(chosen), day))
        if found is None:
            if len(self._of_rows) > 100_000:
                self._of_rows.clear()
            of_row = replace(chosen, rate=rate_of_rows(rate, chosen.prefix, day))
            # Kept beside what it is of, whose identity is the key.
            found = self._of_rows[id(chosen), day] = (chosen, of_row)
        return found[1]

    def cell(self, rate: Rate, event: Event, day: date) -> tuple[Price, ...]:
        """The price of a matrix for the values of an event on a day; none where it has no cell."""
        assert rate.matrix is not None
        values = tuple(event.attributes.get(name, "") for name in rate.matrix.attributes)
        for wanted in (values, ()):
            for cell in rate.matrix.cells:
                if cell.values == wanted and cell.period.holds(day):
                    return (Price(price=cell.price, at=cell.at),)
        return ()


def _prices_in(rate: Rate, window: str, day: date) -> tuple[Price, ...]:
    return tuple(
        price for price in rate.prices if price.window in ("", window) and price.period.holds(day)
    )


def _fees_in(rate: Rate, window: str, day: date) -> tuple[FeeCharged, ...]:
    return tuple(
        FeeCharged(fee.kind, exact(fee.amount), fee.at)
        for fee in rate.fees
        if fee.window in ("", window) and fee.period.holds(day)
    )


def tiers_on(rate: Rate, day: date) -> tuple[Tier, ...]:
    """The tiers in force on a day, lowest first."""
    assert rate.tiers is not None
    return tuple(tier for tier in rate.tiers.tiers if tier.period.holds(day))
