"""Usage that two rates both take, in words: what shows a person that they compete."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.plan.matching import (
    ANYWHERE,
    OWN_LINES,
    atlas_of,
    passing_directions,
    shared_place,
)
from ratedsl.plan.model import Match, Plan, Rate, Test

_NOUNS = {"voice": "call", "sms": "message", "mms": "picture message"}


def shared_usage(plan: Plan, one: Rate, two: Rate) -> str:
    """Such usage: `an incoming call to +351 from 214 with option night`."""
    tests = [*one.conditions, *two.conditions]
    ways = passing_directions(one.conditions) & passing_directions(two.conditions)
    noun = _NOUNS.get(one.match.service, one.match.service)
    words = [noun if "outgoing" in ways else f"{min(ways)} {noun}"]
    if one.match.service in _NOUNS:
        words[0] = f"{'an' if words[0][0] in 'aeiou' else 'a'} {words[0]}"
    number = _number(plan, one.match, two.match)
    if number:
        words.append(f"to {number}")
    if one.match.roaming:
        words.append(_visited(plan, one.match, two.match))
    asked = dict.fromkeys(_asked(tests))
    if asked:
        words.append(f"with {' and '.join(asked)}")
    return " ".join(words)


def _number(plan: Plan, one: Match, two: Match) -> str:
    """The first digits of a number that both hold; of lines that only usage tells none."""
    atlas = atlas_of(plan)
    if one.to and two.to:
        shared = shared_place(atlas, one, two)
        found = shared[2] if shared else ""
    else:
        places = one.to or two.to
        found = min(atlas.prefixes(places[0]), default="") if places else ""
    return "" if found == OWN_LINES else found


def _visited(plan: Plan, one: Match, two: Match) -> str:
    atlas = atlas_of(plan)
    sides = [
        {front for place in match.roaming for front in atlas.visited(place)}
        for match in (one, two)
        if ANYWHERE not in match.roaming
    ]
    common = set.intersection(*sides) if sides else set()
    return f"from {min(common)} abroad" if common else "abroad"


def _asked(tests: list[Test]) -> Iterator[str]:
    """What all tests together ask of attributes: one value where values are named."""
    for name in dict.fromkeys(test.attribute for test in tests if test.attribute != "direction"):
        mine = [test for test in tests if test.attribute == name]
        named = [{*test.values} for test in mine if test.operator in ("is", "in")]
        refused = {v for test in mine if test.operator in ("is not", "not in") for v in test.values}
        if named:
            yield f"{name} {min(set.intersection(*named) - refused, default='')}".rstrip()
        for test in mine:
            if test.number is not None:
                yield f"{name} {test.operator} {test.number} {test.unit}".rstrip()
