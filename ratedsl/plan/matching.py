"""Which usage a `MATCH` means, and when two of them can mean the same usage.

The called number belongs to the places that hold its longest prefix, among all places that
the plan's rates and allowances name. A match without `to` takes every number, one without
`roaming` takes usage at home only, and `roaming anywhere` every visited network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ratedsl.plan.model import Match, Plan, Rate, Test, Zone

ANYWHERE = "anywhere"


def all_matches(plan: Plan) -> Iterable[Match]:
    """Every match of the plan's rates and allowances."""
    for rate in plan.rates:
        yield rate.match
    for allowance in plan.allowances:
        for covers in allowance.covers:
            yield covers.match


def prefixes_of(place: str, zones: Mapping[str, Zone]) -> set[str]:
    """The prefixes of the called number that a place stands for."""
    zone = zones.get(place)
    return {place} if zone is None else {digits for digits, _ in zone.prefixes}


def visited_of(place: str, zones: Mapping[str, Zone]) -> set[str]:
    """The networks (as digits, matched from the front) and countries that a place stands for."""
    zone = zones.get(place)
    return {place} if zone is None else {*zone.networks, *zone.countries}


def may_meet(plan: Plan, one: Match, two: Match) -> bool:
    """Whether some usage can match both."""
    zones = {zone.id: zone for zone in plan.zones}
    if one.service != two.service or bool(one.roaming) != bool(two.roaming):
        return False
    if one.to and two.to and not _shared(one.to, two.to, zones, prefixes_of):
        return False
    if not one.roaming or ANYWHERE in (*one.roaming, *two.roaming):
        return True
    return _shared(one.roaming, two.roaming, zones, visited_of)


def _shared(one: Iterable[str], two: Iterable[str], zones: Mapping[str, Zone], of) -> bool:  # type: ignore[no-untyped-def]
    first = {what for place in one for what in of(place, zones)}
    second = {what for place in two for what in of(place, zones)}
    return bool(first & second)


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
