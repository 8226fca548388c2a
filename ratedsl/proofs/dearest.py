"""Which numbers can be charged least beside what they cost, where decks hold very many of them.

Prefixes whose rows say the same but for the prices differ by these alone: what a call is
charged, and what it costs, is a straight line in them. So of all such prefixes only those can
be the worst of which no other one is cheaper and costs more as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ratedsl.plan.deck import DeckRow
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.numbers import Numbers
from ratedsl.rating.places import PlaceIndex

Alike = tuple[object, ...]
Prices = tuple[tuple[Decimal, ...], tuple[Decimal, ...]]
"""What the rows of a prefix ask of the customer, and what those of its costs do."""


def dearest(ground: Ground, service: str, costs: Sequence[PlaceIndex]) -> list[str] | None:
    """The numbers to rate; None where no deck has prices of its own for each prefix."""
    plan = ground.plan
    decks = {
        rate.id: rate.deck.table.rows
        for rate in (*plan.rates, *plan.costs)
        if rate.deck is not None and rate.match.service == service
    }
    if not decks:
        return None
    own = ground.choices.places_of(service)
    numbers = Numbers({prefix for one in (own, *costs) for prefix in one.prefixes})
    groups: dict[Alike, list[tuple[Prices, str]]] = {}
    for prefix in numbers.known:
        asked, alike = _rows(own, prefix, decks)
        paid: list[Decimal] = []
        for index in costs:
            prices, shape = _rows(index, prefix, decks)
            paid += prices
            alike += shape
        groups.setdefault(alike, []).append(((tuple(asked), tuple(paid)), prefix))
    found = (numbers.of(prefix) for group in groups.values() for prefix in _worst(group))
    return [*dict.fromkeys(one for one in found if one), numbers.of("+"), ""]


def _rows(
    index: PlaceIndex, prefix: str, decks: Mapping[str, Mapping[str, list[DeckRow]]]
) -> tuple[list[Decimal], Alike]:
    """The prices that decks have for a prefix, and all else by which it is told apart."""
    known = index.called(prefix)
    prices: list[Decimal] = []
    alike: list[object] = [known.places, known.countries]
    for place in sorted(known.places & decks.keys()):
        for row in decks[place].get(known.prefix, ()):
            prices.append(row.price)
            alike.append(row._replace(price=Decimal(0), line=0, name=""))
    return prices, tuple(alike)


def _worst(group: Sequence[tuple[Prices, str]]) -> Iterator[str]:
    """The prefixes of which no other one is asked less for and costs more, row by row."""
    (asked, paid), first = group[0]
    yield first
    for one in range(max(len(asked), 1)):
        for two in range(max(len(paid), 1)):
            points = sorted(
                (
                    (prices[0][one] if asked else Decimal(0)),
                    -(prices[1][two] if paid else Decimal(0)),
                    prefix,
                )
                for prices, prefix in group
            )
            most: Decimal | None = None
            for _, cost, prefix in points:
                if most is None or cost < most:
                    most = cost
                    yield prefix
