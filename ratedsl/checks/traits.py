"""What records are about, so that only those that may clash are compared (`checks.rivals`).

Each trait says no more than the comparison itself would: two records that share no word of it
can never apply to the same usage or the same money.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from ratedsl.checks.rivals import Trait
from ratedsl.plan.matching import ANYWHERE, atlas_of
from ratedsl.plan.model import Match, Plan, Test

_LISTED = 1_000
"""A place of more prefixes is compared with all others: few places are so large."""

Found = dict[Hashable, "set[Hashable] | Trait"]


def of_order(order: int | None) -> Found:
    """Two that state their orders clash only in the same one."""
    return {} if order is None else {"order": {order}}


def of_matches(plan: Plan, matches: Sequence[Match]) -> Found:
    """Services, called prefixes and visited networks of some usage."""
    traits: Found = {"service": {(one.service, bool(one.roaming)) for one in matches}}
    atlas = atlas_of(plan)
    if all(one.to for one in matches):
        places = {(one.service, place) for one in matches for place in one.to}
        if sum(len(atlas.prefixes(place)) for _, place in places) <= _LISTED:
            traits["to"] = {
                (service, prefix) for service, place in places for prefix in atlas.prefixes(place)
            }
    if all(one.roaming and ANYWHERE not in one.roaming for one in matches):
        traits["roaming"] = {
            (one.service, network)
            for one in matches
            for place in one.roaming
            for network in atlas.visited(place)
        }
    return traits


def of_conditions(conditions: Iterable[Test]) -> Found:
    """The values that each attribute has to be one of."""
    traits: dict[Hashable, set[Hashable]] = {}
    for test in conditions:
        if test.operator in ("is", "in"):
            name = ("when", test.attribute, test.dimension or test.unit)
            values: set[Hashable] = {*test.values}
            traits[name] = traits[name] & values if name in traits else values
    return {**traits}


def of_charges(plan: Plan, names: Iterable[str]) -> Found:
    """The charges that are named; a group stands for its members, `charges` for all."""
    named = {*names}
    if "charges" in named:
        return {}
    groups = atlas_of(plan).groups
    within = {groups[name] for name in named if name in groups}
    filed = {*named, *(("in", group) for group in within)}
    meets = {*named, *within, *(("in", name) for name in named)}
    return {"charges": Trait(filed, meets)}
