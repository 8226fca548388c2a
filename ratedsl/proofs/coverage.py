"""W530: usage that the plan speaks of, and that no rate prices.

What speaks of usage is a claim (`ratedsl.proofs.claims`). All holes that one claim leaves are
told together, and a claim whose holes are told already stands beside the one that told them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Span
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.claims import claims
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import Usage, rejecting
from ratedsl.proofs.words import describe, difference

_SHOWN = 4
"""So many holes are described, and have a witness each."""

_HELP = (
    "add a rate for it; of what is not offered, say so with a rate of "
    "`tiers graduated per event counting all usage` and `tier above rejected`"
)

Hole = tuple[tuple[str, str, str, str], tuple[tuple[str, str], ...]]
"""The service, direction, called number and visited network of usage without a rate, and what
attributes it has."""


@dataclass
class _Told:
    """A claim with the holes that nothing before it told, the plainest usage of each."""

    at: Span
    why: str
    holes: dict[Hole, Usage] = field(default_factory=dict)
    also: list[Label] = field(default_factory=list)


def prove_coverage(ground: Ground) -> Iterator[Finding]:
    """One finding for each claim that leaves holes which no other has told."""
    told: dict[Span, _Told] = {}
    whose: dict[Hole, _Told] = {}
    for at, why, usage in claims(ground):
        hole = _hole(usage, whose)
        mine = told.setdefault(at, _Told(at, why))
        first = whose.setdefault(hole, mine)
        if first is mine:
            mine.holes.setdefault(hole, usage)
        elif all(label.span != at for label in first.also):
            first.also.append(Label(at, why))
    for one in told.values():
        if one.holes:
            yield _finding(ground, one)


def _hole(usage: Usage, known: Container[Hole]) -> Hole:
    """The usage as a hole; a known one that asks less of attributes stands for it."""
    attributes = dict(usage.attributes)
    place = (usage.service, attributes.pop("direction", ""), usage.to, usage.roaming)
    pairs = tuple(attributes.items())
    plainer = ((place, part) for part in ((), *((one,) for one in pairs)))
    return next((one for one in plainer if one in known), (place, pairs))


def _finding(ground: Ground, told: _Told) -> Finding:
    holes = [ground.beyond(usage) for usage in told.holes.values()]
    shown, more = holes[:_SHOWN], len(holes) - _SHOWN
    words = f"{describe(shown[0], ground.units)} has no rate"
    others = [difference(shown[0], one) for one in shown[1:]]
    if more > 0:
        others.append(f"{more} more {'kind' if more == 1 else 'kinds'} of it")
    if others:
        listed = " or ".join([part for part in (", ".join(others[:-1]), others[-1]) if part])
        words += f", nor has any {listed}"
    return Finding(
        Diagnostic("W530", words, told.at, told.why, _HELP, tuple(told.also[:_SHOWN])),
        tuple(rejecting("usage without a rate", usage, "no-rate") for usage in shown),
    )
