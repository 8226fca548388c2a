"""W530: usage that the plan speaks of, and that no rate prices.

A plan need not offer everything. It speaks of usage where an allowance covers it and leaves the
rest to its own rate; where messages may go and calls may not, or the other way round; where calls
come in at home and go out abroad, and nothing is said of those that come in abroad; and where two
rates tell values of an attribute apart and a third value has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Span
from ratedsl.plan.matching import atlas_of
from ratedsl.plan.model import Allowance, Covers, Rate
from ratedsl.plan.reserved import RELATIVE
from ratedsl.proofs.cells import Cell, Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import Usage, rejecting
from ratedsl.proofs.words import describe

_NUMBERED = ("voice", "sms")
# Of a place that another service names so many prefixes are tried.
_MOST_PREFIXES = 5_000

_HELP = (
    "add a rate for it; of what is not offered, say so with a rate of "
    "`tiers graduated per event counting all usage` and `tier above rejected`"
)


def prove_coverage(ground: Ground) -> Iterator[Finding]:
    """One finding for each thing that speaks of usage without a rate."""
    said: set[Span] = set()
    for service in ground.services:
        priced = _Priced(ground.cells(service))
        for cell in ground.cells(service):
            if cell.chosen.rate is None:
                for at, why, usage in _claims(ground, cell, priced):
                    if at not in said:
                        said.add(at)
                        yield _finding(ground, at, why, usage)
        for at, why, usage in _siblings(ground, service):
            if at not in said:
                said.add(at)
                yield _finding(ground, at, why, usage)
    for allowance, covers in _unpriced(ground):
        found = _usage_of(ground, covers)
        if covers.at not in said and found is not None:
            words = f"`{allowance.id}` leaves what is over to its rate"
            yield _finding(ground, covers.at, words, ground.beyond(found))


def _finding(ground: Ground, at: Span, why: str, usage: Usage) -> Finding:
    words = describe(usage, ground.units)
    return Finding(
        Diagnostic("W530", f"{words} has no rate", at, why, _HELP),
        (rejecting("usage without a rate", usage, "no-rate"),),
    )


# ---- what an allowance, or the way that usage goes, promises ------------------------------------


def _claims(ground: Ground, cell: Cell, priced: _Priced) -> Iterator[tuple[Span, str, Usage]]:
    for allowance, covers in cell.chosen.allowances:
        if allowance.after.kind == "own rate" and not allowance.addon:
            words = f"`{allowance.id}` leaves what is over to its rate"
            yield covers[0].at, words, ground.beyond(cell.usage)
    named = [name for name, _ in cell.usage.attributes if name != "direction"]
    other = None if named else priced.other_way(cell)
    if other is not None:
        where = "abroad" if cell.abroad else "at home"
        way = "the other way" if cell.direction != "outgoing" else "what comes in"
        yield other.at, f"{way} has a rate {where}", cell.usage
    if cell.usage.given or len(named) > 1:
        return
    for name, rates in sorted(priced.telling_apart(cell).items()):
        if len(rates) > 1 and name in (named or [name]):
            at = min(rate.at for rate in rates.values())
            yield at, f"{len(rates)} rates tell values of `{name}` apart", cell.usage


class _Priced:
    """What of a service has a rate: looked up for each of the cells that have none."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._ways: set[tuple[bool, str]] = set()
        self._first: dict[tuple[str, str, str], Rate] = {}
        self._asking: dict[tuple[str, str, str], dict[str, dict[str, Rate]]] = {}
        for cell in cells:
            rate = cell.chosen.rate
            if rate is None:
                continue
            key = (cell.usage.to, cell.usage.roaming, cell.direction)
            if not cell.usage.given:
                self._ways.add((cell.abroad, cell.direction))
                self._first.setdefault(key, rate)
            asking = self._asking.setdefault(key, {})
            for test in rate.conditions:
                if test.attribute != "direction":
                    asking.setdefault(test.attribute, {})[rate.id] = rate

    def other_way(self, cell: Cell) -> Rate | None:
        """The rate of the other direction in the same place, where of home and abroad, in and
        out, three have rates and the cell's is the fourth."""
        mine, opposite = (cell.abroad, cell.direction), (not cell.abroad, cell.direction)
        turned = {"incoming": "outgoing", "outgoing": "incoming"}.get(cell.direction, "")
        if not turned or mine in self._ways or opposite not in self._ways:
            return None
        return self._first.get((cell.usage.to, cell.usage.roaming, turned))

    def telling_apart(self, cell: Cell) -> dict[str, dict[str, Rate]]:
        """The rates for the same place and direction by the attributes that they ask for."""
        return self._asking.get((cell.usage.to, cell.usage.roaming, cell.direction), {})


# ---- what the other of calls and messages promises ----------------------------------------------


def _siblings(ground: Ground, service: str) -> Iterator[tuple[Span, str, Usage]]:
    """Places to which calls or messages go, while this service goes to others only."""
    own = [rate for rate in ground.plan.rates if rate.match.service == service and _goes(rate)]
    if service not in _NUMBERED or not own:
        return
    atlas, numbers = atlas_of(ground.plan), ground.numbers(service)
    index = ground.choices.places_of(service)
    # What belongs to the same places has the same rate.
    seen: set[tuple[frozenset[str], frozenset[str]]] = set()
    for rate in ground.plan.rates:
        if rate.match.service not in _NUMBERED or rate.match.service == service or not _goes(rate):
            continue
        for place in rate.match.to if rate.deck is None else ():
            if place in RELATIVE or atlas.own_lines(place):
                continue
            for prefix in sorted(atlas.prefixes(place))[:_MOST_PREFIXES]:
                number = numbers.of(prefix)
                known = index.called(number)
                if not number or (known.places, known.countries) in seen:
                    continue
                seen.add((known.places, known.countries))
                usage = Usage(service, ground.times.first, ground.usual(service), to=number)
                if ground.chosen(usage).rate is None:
                    yield rate.at, f"what goes to `{place}` here has a rate", usage
                    return


def _goes(rate: Rate) -> bool:
    """Whether it prices what goes out from home to named places."""
    incoming = any(test.attribute == "direction" for test in rate.conditions)
    return bool(rate.match.to) and not rate.match.roaming and not incoming and not rate.adds_to


# ---- services without any rate -------------------------------------------------------------------


def _unpriced(ground: Ground) -> Iterator[tuple[Allowance, Covers]]:
    """Allowances that leave a service to its rate which has none at all."""
    priced = {*ground.services}
    for allowance in ground.plan.allowances:
        if allowance.after.kind == "own rate" and not allowance.addon:
            for covers in allowance.covers:
                if covers.match.service not in priced:
                    yield allowance, covers


def _usage_of(ground: Ground, covers: Covers) -> Usage | None:
    for cell in ground.cells(covers.match.service):
        if any(covers in found for _, found in cell.chosen.allowances):
            return cell.usage
    return None
