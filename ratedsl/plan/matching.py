"""Which usage a `MATCH` means, and when two of them can mean the same usage.

The called number belongs to the places that hold its longest prefix, among all places that
the plan's rates and allowances name for that service. A match without `to` takes every
number, one without `roaming` takes usage at home only, and `roaming anywhere` every visited
network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

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
            rate.id: rate.deck.table.rows.keys()
            for rate in (*plan.rates, *plan.costs)
            if rate.deck is not None
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
    """Whether the two sets of conditions can never hold together, as far as they show."""
    first, second = direction_of(one), direction_of(two)
    if first != second and "any" not in (first, second):
        return True
    by_attribute: dict[tuple[str, str], list[Test]] = {}
    for test in (*one, *two):
        by_attribute.setdefault((test.attribute, test.dimension or test.unit), []).append(test)
    return any(not _possible(tests) for tests in by_attribute.values())


def _possible(tests: Sequence[Test]) -> bool:
    """Whether one value can pass all tests of an attribute."""
    allowed: set[str] | None = None
    refused: set[str] = set()
    for test in tests:
        if test.operator in ("is", "in"):
            allowed = {*test.values} if allowed is None else allowed & {*test.values}
        elif test.operator in ("is not", "not in"):
            refused.update(test.values)
    if allowed is not None and not allowed - refused:
        return False
    least: tuple[Decimal, bool] | None = None
    most: tuple[Decimal, bool] | None = None
    for test in tests:
        number = Decimal(test.base) if test.base is not None else test.number
        if number is None:
            continue
        # Open bounds come after closed ones of the same number: (5, open) is more than (5, closed).
        bound = (number, test.operator in (">", "<"))
        if test.operator in (">=", ">"):
            least = bound if least is None else max(least, bound)
        elif most is None or (bound[0], not bound[1]) < (most[0], not most[1]):
            most = bound
    if least is None or most is None:
        return True
    return least[0] < most[0] or (least[0] == most[0] and not (least[1] or most[1]))
