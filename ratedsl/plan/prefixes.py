"""The prefixes by which a plan tells numbers apart."""

from __future__ import annotations

from ratedsl.plan.matching import all_matches, atlas_of
from ratedsl.plan.model import Plan
from ratedsl.plan.reserved import RELATIVE


def prefixes_of(plan: Plan) -> set[str]:
    """Every prefix in a place that a rate, an allowance or another record of the plan names."""
    atlas = atlas_of(plan)
    named = {place for match in all_matches(plan) for place in match.to} - RELATIVE
    found = set(atlas.countries())
    for place in named:
        found.update(atlas.prefixes(place))
        found.update(atlas.excepted(place))
    return found
