"""Which places a called number and a visited network belong to."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import repeat
from typing import NamedTuple

from ratedsl.plan.matching import ANYWHERE, OWN_LINES, all_matches, atlas_of
from ratedsl.plan.model import Match, Plan
from ratedsl.plan.reserved import RELATIVE
from ratedsl.rating.conditions import Numbers, Subscriber
from ratedsl.rating.events import Event

Places = frozenset[str]
_NONE: Places = frozenset()
_MOST_CACHED = 200_000


class Called(NamedTuple):
    """What is known of a called number.

    Numbers of one `key` belong to the same `places`; `prefix` is the one by which they do.
    `countries` are looked for only where `home` or `visited` is asked for.
    """

    key: str
    prefix: str
    places: Places
    countries: Places


class PlaceIndex:
    """Looks up places by longest prefix, among those that matches of one service name.

    The matches are those of the plan's rates and allowances, unless others are given.

    A number belongs to every place that holds its longest known prefix; a place that excepts
    it leaves it to those of a shorter one. A visited network belongs to every place that holds
    its longest known front digits, a visited country to those that name it; both belong to
    `anywhere`. `relative` says whether `home` and `visited` are asked for, `own` which places
    hold the lines of the account or of the plan.
    """

    def __init__(self, plan: Plan, service: str, matches: Iterable[Match] | None = None) -> None:
        self._atlas = atlas = atlas_of(plan)
        self._called: dict[str, tuple[str, Places]] = {}
        self._visited: dict[str, set[str]] = {}
        self.relative = False
        self.own: dict[str, Places] = {}
        named: set[str] = set()
        for match in all_matches(plan) if matches is None else matches:
            if match.service != service:
                continue
            self.relative = self.relative or not RELATIVE.isdisjoint(match.to)
            named |= {*match.to} - RELATIVE
            for place in match.roaming:
                for network in atlas.visited(place):
                    self._visited.setdefault(network, set()).add(place)
        for place in sorted(named):
            # A deck may hold hundreds of thousands of prefixes, of which nearly all are its alone.
            alone, prefixes = frozenset({place}), atlas.prefixes(place)
            called = self._called
            if called.keys().isdisjoint(prefixes):
                called.update(zip(prefixes, zip(prefixes, repeat(alone)), strict=True))
                prefixes = _NONE
            for prefix in prefixes:
                known = called.get(prefix)
                called[prefix] = (prefix, alone if known is None else known[1] | alone)
            for whose in atlas.own_lines(place):
                self.own[whose] = self.own.get(whose, _NONE) | {place}
        self._except(named)
        self._countries = atlas.countries() if self.relative else {}
        self._networks_of = atlas.visited_countries() if self.relative else {}
        self._longest = max(map(len, (*self._called, *self._countries)), default=0)
        self._numbers: dict[str, Called] = {}
        self._networks: dict[str, Places] = {}

    def _except(self, named: Iterable[str]) -> None:
        """Give each excepted prefix to the places of the next shorter one that do not except it."""
        excepting: dict[str, set[str]] = {}
        for place in named:
            for prefix in self._atlas.excepted(place):
                excepting.setdefault(prefix, set()).add(place)
        for prefix in sorted(excepting, key=len):
            gone: Places = _NONE
            for length in range(len(prefix), 0, -1):
                front = prefix[:length]
                gone |= excepting.get(front, _NONE)
                known = self._called.get(front)
                if known is None or known[0] != front:
                    continue
                left = known[1] - gone if length < len(prefix) else known[1]
                if left:
                    self._called.setdefault(prefix, (front, left))
                    break
            else:
                self._called.setdefault(prefix, ("", _NONE))

    @property
    def prefixes(self) -> AbstractSet[str]:
        """Every prefix by which called numbers are told apart, those excepted too."""
        return self._called.keys() | self._countries.keys()

    def holding(self, prefix: str) -> Places:
        """The places of numbers whose longest known prefix it is."""
        return self._called[prefix][1]

    @property
    def networks(self) -> AbstractSet[str]:
        """The visited networks, by their front digits, and countries that are told apart."""
        return self._visited.keys() | self._networks_of.keys()

    def of(self, event: Event, subscriber: Subscriber, day: date, numbers: Numbers) -> Called:
        """What is known of an event's called number; `numbers` are those of the plan's lines."""
        number = event.called
        if self.own and number:
            found = self._own_line(number, subscriber.lines_with(number, day, numbers))
            if found is not None:
                return found
        return self.called(number)

    def at(self, called: Called, visited: str) -> Places:
        """The places of a called number, `home` or `visited` among them, for who is there."""
        return called.places | self._relation(called.countries, visited)

    def called(self, number: str) -> Called:
        """The longest known prefix of a number, the places that hold it, and its countries."""
        found = self._numbers.get(number)
        if found is None:
            if len(self._numbers) > _MOST_CACHED:
                self._numbers.clear()
            found = self._numbers[number] = self._find_called(number)
        return found

    def _find_called(self, number: str) -> Called:
        for length in range(min(self._longest, len(number)), 0, -1):
            known = self._called.get(number[:length])
            if known is not None:
                prefix, places = known
                return Called(number[:length], prefix, places, self._country(number))
        return Called("", "", _NONE, self._country(number))

    def _own_line(self, number: str, whose: Iterable[str]) -> Called | None:
        """What is known of the number of a line of the account or the plan, where that counts."""
        names = [one for one in whose if one in self.own]
        if not names:
            return None
        places = _NONE.union(*(self.own[one] for one in names))
        return Called(f"{OWN_LINES} {names}", OWN_LINES, places, self._country(number))

    def _country(self, number: str) -> Places:
        if self._countries:
            for length in range(min(self._longest, len(number)), 0, -1):
                codes = self._countries.get(number[:length])
                if codes is not None:
                    return codes
        return _NONE

    def _relation(self, countries: Places, visited: str) -> Places:
        """`home` or `visited`, if a number of these countries is called from there."""
        if not countries:
            return _NONE
        if countries & self._atlas.home:
            return frozenset({"home"})
        return frozenset({"visited"}) if countries & self.countries_of(visited) else _NONE

    def countries_of(self, network: str) -> Places:
        """The countries that a visited network is in, or the country itself."""
        digits = network.replace("-", "")
        if not digits.isdigit():
            return frozenset({network})
        for length in range(len(digits), 0, -1):
            codes = self._networks_of.get(digits[:length])
            if codes is not None:
                return codes
        return _NONE

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
