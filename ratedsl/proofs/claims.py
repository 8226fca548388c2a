"""What of a plan speaks of usage, so that a rate for it is expected.

A plan need not offer everything. It speaks of usage where it says that it offers it; where an
allowance covers it and leaves the rest to its own rate; where messages may go and calls may not,
or the other way round; where calls come in at home and go out abroad, and nothing is said of
those that come in abroad, or in one place there; and where two rates tell values of an attribute
apart and a third value has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ratedsl.lang.source import Span
from ratedsl.plan.matching import atlas_of
from ratedsl.plan.model import Offer, Rate
from ratedsl.plan.reserved import RELATIVE
from ratedsl.proofs.cells import Cell, Ground
from ratedsl.proofs.witness import Usage
from ratedsl.rating.choice import meets
from ratedsl.rating.places import PlaceIndex

Claim = tuple[Span, str, Usage]
"""Where usage is spoken of, in a few words how, and usage of that kind which has no rate."""

_NUMBERED = ("voice", "sms")
# Of a place that another service names so many prefixes are tried.
_MOST_PREFIXES = 5_000


def claims(ground: Ground) -> Iterator[Claim]:
    """Every claim for every kind of usage that has no rate; the strongest claims come first."""
    for offer in ground.plan.offers:
        yield from _offered(ground, offer)
    spoken = [cover.match.service for one in ground.plan.allowances for cover in one.covers]
    for service in dict.fromkeys((*ground.services, *spoken)):
        holes = [cell for cell in ground.cells(service) if cell.chosen.rate is None]
        for cell in holes:
            yield from _included(cell)
        if not holes or service not in ground.services:
            continue
        priced = _Priced(ground.cells(service))
        for cell in holes:
            yield from _expected(ground, cell, priced)
    for service in ground.services:
        yield from _siblings(ground, service)


# ---- what the plan, or an allowance, promises ---------------------------------------------------


def _offered(ground: Ground, offer: Offer) -> Iterator[Claim]:
    """Usage that is offered: places are those of the offer, so that it takes none from a rate."""
    match = offer.match
    index = PlaceIndex(ground.plan, match.service, [match])
    beside = [index] if match.to or match.roaming else []
    for cell in ground.sweep(match.service, beside):
        usage = cell.usage
        if cell.chosen.rate is not None or _ended(cell):
            continue
        called = index.at(index.called(usage.to), usage.roaming)
        if meets(match, called, index.visited(usage.roaming)) and ground.hold(
            offer.conditions, usage
        ):
            yield offer.at, "the plan offers it", usage


def _ended(cell: Cell) -> bool:
    """Whether all of it is an allowance's, which says itself what comes after it."""
    return any(one.after.kind != "own rate" for one in cell.included)


def _included(cell: Cell) -> Iterator[Claim]:
    for allowance, covers in cell.chosen.allowances:
        if allowance.after.kind == "own rate" and not _ended(cell):
            words = f"`{allowance.id}` leaves what is over to its rate"
            yield covers[0].at, words, cell.usage


# ---- what the other rates of the service let expect ---------------------------------------------


def _expected(ground: Ground, cell: Cell, priced: _Priced) -> Iterator[Claim]:
    named = [name for name, _ in cell.usage.attributes if name != "direction"]
    other = None if named else priced.other_way(cell)
    if other is not None:
        where = f"from {cell.usage.roaming}" if cell.abroad else "at home"
        way = "the other way" if cell.direction != "outgoing" else "what comes in"
        yield other.at, f"{way} has a rate {where}", cell.usage
    if cell.usage.given or len(named) > 1:
        return
    for name, rates in sorted(priced.telling_apart(cell).items()):
        listed = not named and ground.lists(cell.usage.service, name)
        if len(rates) > 1 and name in (named or [name]) and not listed:
            at = min(rate.at for rate in rates.values())
            yield at, f"{len(rates)} rates tell values of `{name}` apart", cell.usage


class _Priced:
    """What of a service has a rate: looked up for each of the cells that have none."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._ways: set[tuple[bool, str]] = set()
        self._from: set[tuple[str, str]] = set()
        self._first: dict[tuple[str, str, str], Rate] = {}
        self._asking: dict[tuple[str, str, str], dict[str, dict[str, Rate]]] = {}
        for cell in cells:
            rate = cell.chosen.rate
            if rate is None:
                continue
            key = (cell.usage.to, cell.usage.roaming, cell.direction)
            if not cell.usage.given:
                self._ways.add((cell.abroad, cell.direction))
                self._from.add((cell.usage.roaming, cell.direction))
                self._first.setdefault(key, rate)
            asking = self._asking.setdefault(key, {})
            for test in rate.conditions:
                if test.attribute != "direction":
                    asking.setdefault(test.attribute, {})[rate.id] = rate

    def other_way(self, cell: Cell) -> Rate | None:
        """The rate of the other direction in the same place, where of home and abroad, in and
        out, three have rates and the cell's is the fourth; or abroad, where others of the visited
        places have a rate in the cell's direction."""
        mine, opposite = (cell.abroad, cell.direction), (not cell.abroad, cell.direction)
        turned = {"incoming": "outgoing", "outgoing": "incoming"}.get(cell.direction, "")
        if not turned or opposite not in self._ways or (mine in self._ways and not cell.abroad):
            return None
        if (cell.usage.roaming, cell.direction) in self._from:
            return None
        return self._first.get((cell.usage.to, cell.usage.roaming, turned))

    def telling_apart(self, cell: Cell) -> dict[str, dict[str, Rate]]:
        """The rates for the same place and direction by the attributes that they ask for."""
        return self._asking.get((cell.usage.to, cell.usage.roaming, cell.direction), {})


# ---- what the other of calls and messages lets expect -------------------------------------------


def _siblings(ground: Ground, service: str) -> Iterator[Claim]:
    """Places to which calls or messages go, while this service goes to others only."""
    own = [rate for rate in ground.plan.rates if rate.match.service == service and _goes(rate)]
    if service not in _NUMBERED or not own:
        return
    atlas, numbers = atlas_of(ground.plan), ground.numbers(service)
    index = ground.choices.places_of(service)
    # What belongs to the same places has the same rate.
    seen: set[tuple[frozenset[str], frozenset[str]]] = set()
    for rate in ground.plan.rates:
        if rate.match.service not in _NUMBERED or rate.match.service == service or not _goes(rate):
            continue
        for place in rate.match.to if rate.deck is None else ():
            if place in RELATIVE or atlas.own_lines(place):
                continue
            for prefix in sorted(atlas.prefixes(place))[:_MOST_PREFIXES]:
                number = numbers.of(prefix)
                known = index.called(number)
                if not number or (known.places, known.countries) in seen:
                    continue
                seen.add((known.places, known.countries))
                usage = Usage(service, ground.times.first, ground.usual(service), to=number)
                if ground.chosen(usage).rate is None:
                    yield rate.at, f"what goes to `{place}` here has a rate", usage


def _goes(rate: Rate) -> bool:
    """Whether it prices what goes out from home to named places."""
    incoming = any(test.attribute == "direction" for test in rate.conditions)
    return bool(rate.match.to) and not rate.match.roaming and not incoming and not rate.adds_to
