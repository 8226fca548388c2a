"""W540: a rate that never applies, since others take all usage that it matches.

A rate is found where the sweep meets no cell of it. The witness is usage that it matches, and
what another rate charges for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Span
from ratedsl.plan.matching import atlas_of, never_hold
from ratedsl.plan.model import Discount, Fee, Rate, Tax
from ratedsl.plan.reserved import RELATIVE
from ratedsl.proofs.cells import Cell, Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import charging
from ratedsl.proofs.words import describe
from ratedsl.rating.choice import meets


def prove_rates_apply(ground: Ground) -> Iterator[Finding]:
    """One finding for each rate that no kind of usage is rated by."""
    met = {
        rate.id
        for service in ground.services
        for cell in ground.cells(service)
        for rate in (cell.chosen.rate, *(one.rate for one in cell.chosen.beside))
        if rate is not None
    }
    atlas = atlas_of(ground.plan)
    for rate in ground.plan.rates:
        if rate.id in met or rate.match.service in ground.bounded:
            continue
        if any(atlas.own_lines(place) for place in rate.match.to):
            # Which numbers those are only usage tells.
            continue
        if rate.deck is not None and len(rate.deck.table.rows) == 0:
            continue
        yield _finding(ground, rate)


def prove_conditions_can_hold(ground: Ground) -> Iterator[Finding]:
    """One finding for each fee, discount, tax and exemption whose own conditions exclude each
    other."""
    plan = ground.plan
    records: tuple[Fee | Discount | Tax, ...] = (*plan.fees, *plan.discounts, *plan.taxes)
    for record in records:
        if never_hold(record.conditions):
            yield _never(record.id, record.at)


def _never(name: str, at: Span) -> Finding:
    return Finding(
        Diagnostic(
            "W540",
            f"`{name}` never applies: its conditions never all hold",
            at,
            help="write two of it, or `in` with both values",
        )
    )


def _finding(ground: Ground, rate: Rate) -> Finding:
    if never_hold(rate.conditions):
        return _never(rate.id, rate.at)
    taken = next(_taken(ground, rate), None)
    if taken is None or taken.chosen.rate is None:
        places = [one for one in (*rate.match.to, *rate.match.roaming) if one not in RELATIVE]
        carved = f": longer prefixes take all of `{places[0]}`" if places else ""
        return Finding(
            Diagnostic(
                "W540",
                f"`{rate.id}` never applies{carved}",
                rate.at,
                help="price a place that is not taken by others, or take the rate out",
            )
        )
    other, usage = taken.chosen.rate, taken.usage
    charged = ground.priced(usage)
    return Finding(
        Diagnostic(
            "W540",
            f"`{rate.id}` never applies: {describe(usage, ground.units)} is rated by `{other.id}`",
            rate.at,
            "matches it too",
            "change their order or their `when`, or take the rate out",
            (Label(other.at, "comes first"),),
        ),
        () if charged is None else (charging(f"rated by {other.id}", [charged[0]], charged[1]),),
    )


def _taken(ground: Ground, rate: Rate) -> Iterator[Cell]:
    """Cells that the rate matches, and another one takes."""
    index = ground.choices.places_of(rate.match.service)
    for cell in ground.cells(rate.match.service):
        usage = cell.usage
        called = index.at(index.called(usage.to), usage.roaming)
        if meets(rate.match, called, index.visited(usage.roaming)) and ground.hold(
            rate.conditions, usage
        ):
            yield cell
