"""E316: a plan that tells calls home from others says where home is, and what its numbers are."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.matching import all_matches, atlas_of
from ratedsl.plan.model import Plan
from ratedsl.plan.reserved import RELATIVE


def check_home_country(plan: Plan) -> Iterator[Diagnostic]:
    """`to home` and `to visited` need a `home` in the plan, and zones of single countries.

    Without them they would match nothing, or take a call home for one within the visited country.
    """
    relative = [match for match in all_matches(plan) if not RELATIVE.isdisjoint(match.to)]
    if not relative:
        return
    first = min(relative, key=lambda match: match.at)
    if not plan.home:
        yield Diagnostic(
            "E316",
            f"plan `{plan.id}` does not say which country is home",
            first.at,
            "depends on it",
            "add `home PT` to the plan",
        )
        return
    known = frozenset().union(*atlas_of(plan).countries().values())
    for code in plan.home:
        if code not in known:
            yield Diagnostic(
                "E316",
                f"no zone says which numbers are those of {code}",
                first.at,
                "depends on it",
                f"give a zone `country {code}` and its `prefix`, and no other country",
            )
    if "visited" in {place for match in relative for place in match.to} and known <= {*plan.home}:
        yield Diagnostic(
            "E316",
            "no zone says which numbers are those of a visited country",
            first.at,
            "depends on it",
            "give a zone for each country: its `country`, `prefix` and `network`",
        )
