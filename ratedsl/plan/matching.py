"""Which usage a `MATCH` means, and when two of them can mean the same usage.

The called number belongs to the places that hold its longest prefix, among all places that
the plan's rates and allowances name for that service. A match without `to` takes every
number, one without `roaming` takes usage at home only, and `roaming anywhere` every visited
network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from ratedsl.plan.model import Match, Plan, Rate, Test

ANYWHERE = "anywhere"


def all_matches(plan: Plan) -> Iterable[Match]:
    """Every match of the plan's rates and allowances."""
    for rate in plan.rates:
        yield rate.match
    for allowance in plan.allowances:
        for covers in allowance.covers:
            yield covers.match


class Atlas:
    """What the places of a plan stand for: its zones, the prefixes of its decks, bare digits."""

    def __init__(self, plan: Plan) -> None:
        self._zones = {zone.id: zone for zone in plan.zones}
        self._decks: dict[str, AbstractSet[str]] = {
            rate.id: rate.deck.table.rows.keys() for rate in plan.rates if rate.deck is not None
        }

    def prefixes(self, place: str) -> AbstractSet[str]:
        """The prefixes of the called number that a place stands for."""
        if place in self._decks:
            return self._decks[place]
        zone = self._zones.get(place)
        return {place} if zone is None else {digits for digits, _ in zone.prefixes}

    def visited(self, place: str) -> AbstractSet[str]:
        """The networks (as digits, matched from the front) and countries of a place."""
        zone = self._zones.get(place)
        return {place} if zone is None else {*zone.networks, *zone.countries}


def may_meet(plan: Plan, one: Match, two: Match) -> bool:
    """Whether some usage can match both."""
    atlas = Atlas(plan)
    if one.service != two.service or bool(one.roaming) != bool(two.roaming):
        return False
    if one.to and two.to and not _shared(one.to, two.to, atlas.prefixes):
        return False
    if not one.roaming or ANYWHERE in (*one.roaming, *two.roaming):
        return True
    return _shared(one.roaming, two.roaming, atlas.visited)


def _shared(one: Iterable[str], two: Iterable[str], of: Callable[[str], AbstractSet[str]]) -> bool:
    # Whichever is smaller is walked: a deck may hold hundreds of thousands of prefixes.
    for first in one:
        for second in two:
            small, large = sorted((of(first), of(second)), key=len)
            if any(what in large for what in small):
                return True
    return False


def specificity(rate: Rate) -> tuple[bool, bool]:
    """How special a rate is: one that names places wins over one that takes all of them."""
    return bool(rate.match.to), bool(rate.match.roaming) and ANYWHERE not in rate.match.roaming


def direction_of(conditions: Iterable[Test]) -> str:
    """`incoming` where the conditions ask for it; usage is outgoing otherwise."""
    for test in conditions:
        if test.attribute == "direction":
            return "any" if test.operator != "is" else test.values[0]
    return "outgoing"


def exclusive_conditions(one: Iterable[Test], two: Iterable[Test]) -> bool:
    """Whether the two sets of conditions can never hold together, as far as words show."""
    if {direction_of(one), direction_of(two)} == {"incoming", "outgoing"}:
        return True
    for a in one:
        for b in two:
            if a.attribute != b.attribute:
                continue
            positive = {"is", "in"}
            if a.operator in positive and b.operator in positive and not {*a.values} & {*b.values}:
                return True
            if {a.operator, b.operator} == {"is", "is not"} and a.values == b.values:
                return True
    return False
