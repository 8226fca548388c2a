"""W530: usage that the plan speaks of, and that no rate prices.

A plan need not offer everything. It speaks of usage where an allowance covers it and leaves the
rest to its own rate; where messages may go and calls may not, or the other way round; where calls
come in at home and go out abroad, and nothing is said of those that come in abroad; and where two
rates tell values of an attribute apart and a third value has none.
"""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Span
from ratedsl.plan.matching import atlas_of
from ratedsl.plan.model import Allowance, Covers, Rate
from ratedsl.plan.resolve import RELATIVE
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
        for cell in ground.cells(service):
            if cell.chosen.rate is None:
                for at, why, usage in _claims(ground, cell):
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


def _claims(ground: Ground, cell: Cell) -> Iterator[tuple[Span, str, Usage]]:
    promising = [
        (allowance, covers)
        for allowance, covers in cell.chosen.allowances
        if allowance.after.kind == "own rate" and not allowance.addon
    ]
    for allowance, covers in promising:
        words = f"`{allowance.id}` leaves what is over to its rate"
        yield covers[0].at, words, ground.beyond(cell.usage)
    if not cell.usage.attributes or [name for name, _ in cell.usage.attributes] == ["direction"]:
        other = _square(ground, cell)
        if other is not None:
            where = "abroad" if cell.abroad else "at home"
            way = "the other way" if cell.direction != "outgoing" else "what comes in"
            yield other.at, f"{way} has a rate {where}", cell.usage
    named = [(name, value) for name, value in cell.usage.attributes if name not in ("direction",)]
    if len(named) == 1 and not cell.usage.given:
        rates = _told_apart(ground, cell, named[0][0])
        if len(rates) > 1:
            yield (
                rates[0].at,
                f"{len(rates)} rates tell values of `{named[0][0]}` apart",
                cell.usage,
            )
    elif not named and not cell.usage.given:
        for name in sorted({t.attribute for r in ground.plan.rates for t in r.conditions}):
            if name != "direction" and len(rates := _told_apart(ground, cell, name)) > 1:
                yield rates[0].at, f"{len(rates)} rates tell values of `{name}` apart", cell.usage


def _square(ground: Ground, cell: Cell) -> Rate | None:
    """The rate for the other direction in the same place, if the same direction has one in the
    other place too: of home and abroad, in and out, three are priced and this one is not."""
    if cell.direction not in ("incoming", "outgoing"):
        return None
    mine: set[tuple[bool, str]] = set()
    found: Rate | None = None
    for other in ground.cells(cell.usage.service):
        if other.chosen.rate is None or other.usage.given:
            continue
        mine.add((other.abroad, other.direction))
        same = other.usage.to == cell.usage.to and other.usage.roaming == cell.usage.roaming
        if same and other.direction != cell.direction and found is None:
            found = other.chosen.rate
    opposite = (not cell.abroad, cell.direction)
    return found if opposite in mine and (cell.abroad, cell.direction) not in mine else None


def _told_apart(ground: Ground, cell: Cell, attribute: str) -> list[Rate]:
    """The rates for the same places and direction that ask for a value of an attribute."""
    found: dict[str, Rate] = {}
    for other in ground.cells(cell.usage.service):
        rate = other.chosen.rate
        if (
            rate is not None
            and (other.usage.to, other.usage.roaming) == (cell.usage.to, cell.usage.roaming)
            and other.direction == cell.direction
            and any(test.attribute == attribute for test in rate.conditions)
        ):
            found[rate.id] = rate
    return sorted(found.values(), key=lambda rate: rate.at)


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
