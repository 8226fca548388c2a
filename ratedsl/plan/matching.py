"""Which usage a `MATCH` means, and when two of them can mean the same usage.

The called number belongs to the places that hold its longest prefix, among all places that
the plan's rates and allowances name for that service. A match without `to` takes every
number, one without `roaming` takes usage at home only, and `roaming anywhere` every visited
network. `to home` takes the numbers of the plan's home country, `to visited` those of the
visited country where that is not home too; which numbers a country has is told by the zones
that name that country alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

from ratedsl.plan.model import Match, Plan, Rate, Test, Zone
from ratedsl.plan.reserved import RELATIVE

ANYWHERE = "anywhere"
OWN_LINES = "own lines"


def all_matches(plan: Plan) -> Iterable[Match]:
    """Every match of the plan's rates and allowances."""
    for rate in plan.rates:
        yield rate.match
    for allowance in plan.allowances:
        for covers in allowance.covers:
            yield covers.match
    for cap in plan.caps:
        if cap.roaming:
            for service in {rate.match.service for rate in plan.rates}:
                yield Match(service=service, roaming=cap.roaming)


class Atlas:
    """What the places of a plan stand for: its zones, the prefixes of its decks, bare digits.

    A zone that names exactly one country holds numbers and networks of that country; these
    make up what `home` and `visited` mean.
    """

    def __init__(self, plan: Plan) -> None:
        self.home = frozenset(plan.home)
        self._zones = {zone.id: zone for zone in plan.zones}
        self._decks: dict[str, AbstractSet[str]] = {
            rate.id: rate.deck.table.rows.keys()
            for rate in (*plan.rates, *plan.costs)
            if rate.deck is not None
        }
        self._not_of_decks: dict[str, AbstractSet[str]] = {
            rate.id: rate.deck.table.excepted
            for rate in (*plan.rates, *plan.costs)
            if rate.deck is not None
        }
        self._known: dict[str, AbstractSet[str]] = {}
        self.groups = {fee.id: "fees" for fee in plan.fees}
        """Which group of charges, `fees` or `usage`, each charge is of."""
        self.groups |= {rate.id: "usage" for rate in plan.rates}
        self.groups |= {allowance.id: "usage" for allowance in plan.allowances}

    def prefixes(self, place: str) -> AbstractSet[str]:
        """The prefixes of the called number that a place stands for.

        For own lines, whose numbers only usage tells, it is a word that no number begins with.
        """
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = self._prefixes(place)
        return found

    def _prefixes(self, place: str) -> AbstractSet[str]:
        if place in self._decks:
            return self._decks[place]
        if place in RELATIVE:
            return {
                prefix
                for prefix, codes in self.countries().items()
                if place == "visited" or codes & self.home
            }
        zone = self._zones.get(place)
        if zone is None:
            return {place}
        own = {OWN_LINES} if zone.lines else set()
        return zone.all_prefixes() | own if own else zone.all_prefixes()

    def excepted(self, place: str) -> AbstractSet[str]:
        """The prefixes that a place does not stand for though it does for shorter ones."""
        zone = self._zones.get(place)
        if zone is not None:
            return zone.all_excepted()
        return self._not_of_decks.get(place, frozenset())

    def own_lines(self, place: str) -> Sequence[str]:
        """Whose lines a place holds: `account`, `plan`, both or none."""
        zone = self._zones.get(place)
        return zone.lines if zone else ()

    def visited(self, place: str) -> AbstractSet[str]:
        """The networks (as digits, matched from the front) and countries of a place."""
        zone = self._zones.get(place)
        return {place} if zone is None else {*zone.networks, *zone.countries}

    def countries(self) -> dict[str, frozenset[str]]:
        """The countries that have each prefix."""
        return self._by_country(lambda zone: zone.all_prefixes())

    def visited_countries(self) -> dict[str, frozenset[str]]:
        """The countries in which each network is, by its front digits."""
        return self._by_country(lambda zone: zone.networks)

    def _by_country(self, of: Callable[[Zone], Iterable[str]]) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for zone in self._zones.values():
            if len(zone.countries) == 1:
                code = frozenset(zone.countries)
                for one in of(zone):
                    found[one] = found[one] | code if one in found else code
        return found


_atlases: dict[int, tuple[Plan, Atlas]] = {}


def atlas_of(plan: Plan) -> Atlas:
    """The plan's atlas, the same one as long as the plan is the same object."""
    known = _atlases.get(id(plan))
    if known is None or known[0] is not plan:
        _atlases.clear()
        known = _atlases[id(plan)] = (plan, Atlas(plan))
    return known[1]


def may_meet(plan: Plan, one: Match, two: Match) -> bool:
    """Whether some usage can match both."""
    atlas = atlas_of(plan)
    if one.service != two.service or bool(one.roaming) != bool(two.roaming):
        return False
    if one.to and two.to and shared_place(atlas, one, two) is None:
        return False
    if not one.roaming or ANYWHERE in (*one.roaming, *two.roaming):
        return True
    return _shared(one.roaming, two.roaming, atlas.visited) is not None


def shared_place(atlas: Atlas, one: Match, two: Match) -> tuple[str, str, str] | None:
    """A called place of each that have a prefix in common, and that prefix."""
    relative = {"home", "visited"}
    if {*one.to} <= relative and {*two.to} <= relative and not {*one.to} & {*two.to}:
        # The visited country is never the one at home.
        return None
    return _shared(one.to, two.to, atlas.prefixes)


def _shared(
    one: Iterable[str], two: Iterable[str], of: Callable[[str], AbstractSet[str]]
) -> tuple[str, str, str] | None:
    # Whichever is smaller is walked: a deck may hold hundreds of thousands of prefixes.
    for first in one:
        for second in two:
            small, large = of(first), of(second)
            if small.isdisjoint(large):
                continue
            if len(small) > len(large):
                small, large = large, small
            for what in small:
                if what in large:
                    return first, second, what
    return None


def specificity(rate: Rate) -> tuple[bool, bool]:
    """How special a rate is: one that names places wins over one that takes all of them."""
    return bool(rate.match.to), bool(rate.match.roaming) and ANYWHERE not in rate.match.roaming


def direction_of(conditions: Iterable[Test]) -> str:
    """`incoming` where the conditions ask for it; usage is outgoing otherwise."""
    for test in conditions:
        if test.attribute == "direction":
            return "any" if test.operator != "is" else test.values[0]
    return "outgoing"


def passing_directions(conditions: Iterable[Test]) -> AbstractSet[str]:
    """The directions that conditions let pass; outgoing alone where they are silent."""
    tests = [test for test in conditions if test.attribute == "direction"]
    if not tests:
        return {"outgoing"}
    found = {"outgoing", "incoming", "forwarded"}
    for test in tests:
        named = {*test.values}
        found = found - named if "not" in test.operator else found & named
    return found


def never_hold(conditions: Iterable[Test]) -> bool:
    """Whether the conditions of one record exclude each other, as far as they show."""
    tests = [*conditions]
    return not passing_directions(tests) or _exclude_each_other(tests)


def exclusive_conditions(one: Iterable[Test], two: Iterable[Test]) -> bool:
    """Whether the two sets of conditions can never hold together, as far as they show."""
    if not passing_directions(one) & passing_directions(two):
        return True
    return _exclude_each_other((*one, *two))


def _exclude_each_other(tests: Iterable[Test]) -> bool:
    by_attribute: dict[tuple[str, str], list[Test]] = {}
    for test in tests:
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


def name_the_same(plan: Plan, one: Iterable[str], two: Iterable[str]) -> bool:
    """Whether two lists of charges can mean the same charge."""
    groups = atlas_of(plan).groups
    second = [*two]
    return any(
        a == b or "charges" in (a, b) or groups.get(a) == b or groups.get(b) == a
        for a in one
        for b in second
    )
