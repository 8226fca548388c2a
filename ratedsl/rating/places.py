"""Which places a called number and a visited network belong to."""

from __future__ import annotations

from collections.abc import Iterable

from ratedsl.plan.matching import ANYWHERE, Atlas, all_matches
from ratedsl.plan.model import Match, Plan

Places = frozenset[str]
_NONE: Places = frozenset()
_MOST_CACHED = 200_000


class PlaceIndex:
    """Looks up places by longest prefix, among those that matches of one service name.

    The matches are those of the plan's rates and allowances, unless others are given.

    A number belongs to every place that holds its longest known prefix. A visited network
    belongs to every place that holds its longest known front digits, a visited country to
    those that name it; both belong to `anywhere`.
    """

    def __init__(self, plan: Plan, service: str, matches: Iterable[Match] | None = None) -> None:
        atlas = Atlas(plan)
        self._called: dict[str, set[str]] = {}
        self._visited: dict[str, set[str]] = {}
        for match in all_matches(plan) if matches is None else matches:
            if match.service != service:
                continue
            for place in match.to:
                for prefix in atlas.prefixes(place):
                    self._called.setdefault(prefix, set()).add(place)
            for place in match.roaming:
                for network in atlas.visited(place):
                    self._visited.setdefault(network, set()).add(place)
        self._longest = max((len(prefix) for prefix in self._called), default=0)
        self._numbers: dict[str, tuple[str, Places]] = {}
        self._networks: dict[str, Places] = {}

    def called(self, number: str) -> tuple[str, Places]:
        """The longest known prefix of a number, and the places that hold it."""
        found = self._numbers.get(number)
        if found is None:
            if len(self._numbers) > _MOST_CACHED:
                self._numbers.clear()
            found = self._numbers[number] = self._find_called(number)
        return found

    def _find_called(self, number: str) -> tuple[str, Places]:
        for length in range(min(self._longest, len(number)), 0, -1):
            places = self._called.get(number[:length])
            if places is not None:
                return number[:length], frozenset(places)
        return "", _NONE

    def visited(self, network: str) -> Places:
        """The places of a visited network (digits) or country (two letters)."""
        if not network:
            return _NONE
        found = self._networks.get(network)
        if found is None:
            found = self._networks[network] = self._find_visited(network)
        return found

    def _find_visited(self, network: str) -> Places:
        digits = network.replace("-", "")
        for length in range(len(digits), 0, -1):
            places = self._visited.get(digits[:length])
            if places is not None and (digits.isdigit() or length == len(digits)):
                return frozenset(places | {ANYWHERE})
        return frozenset({ANYWHERE})
