"""W560: records of the plan's own file that nothing in the plan names."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Element, Match, Plan
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.times import windows_of


def prove_records_used(ground: Ground) -> Iterator[Finding]:
    """One finding for each; what a `use` lends is there for other plans as well."""
    plan = ground.plan
    kinds: tuple[tuple[str, tuple[Element, ...]], ...] = (
        *(("zone", plan.zones), ("window", plan.windows), ("holidays", plan.holidays)),
        *(("service", plan.services), ("unit", plan.units), ("pool", plan.pools)),
        ("party", plan.parties),
    )
    own = {
        (kind, getattr(one, "id", "")): one
        for kind, records in kinds
        for one in records
        if one.at.path == plan.at.path
    }
    # Most are named where usage is priced, so that the whole plan is seldom walked.
    if own.keys() - _priced(plan):
        for kind, name in sorted(own.keys() - _named(plan)):
            yield Finding(
                Diagnostic(
                    "W560",
                    f"nothing uses {kind} `{name}`",
                    own[kind, name].at,
                    help=f"name it where it is meant, or take the {kind} out",
                )
            )


def _priced(plan: Plan) -> set[tuple[str, str]]:
    """What rates and allowances name."""
    matches = [rate.match for rate in (*plan.rates, *plan.costs)]
    matches += [covers.match for allowance in plan.allowances for covers in allowance.covers]
    found = {("zone", name) for match in matches for name in (*match.to, *match.roaming)}
    found |= {("service", match.service) for match in matches}
    return (
        found
        | _of_rows(plan)
        | {("window", name) for rate in (*plan.rates, *plan.costs) for name in windows_of(rate)}
    )


def _of_rows(plan: Plan) -> set[tuple[str, str]]:
    """The zones that rows of decks name."""
    decks = [rate.deck.table for rate in (*plan.rates, *plan.costs) if rate.deck is not None]
    return {("zone", name) for deck in decks for name in deck.zones}


def _named(plan: Plan) -> set[tuple[str, str]]:
    """What is named, by the kind of record that it can be."""
    found: set[tuple[str, str]] = set()
    for element in _below(plan):
        if isinstance(element, Match):
            found |= {("zone", name) for name in (*element.to, *element.roaming)}
            found.add(("service", element.service))
        for name, value in element:
            if isinstance(value, str) and value:
                _word(found, name, value)
            elif isinstance(value, tuple):
                for one in value:
                    if isinstance(one, str):
                        _word(found, name, one)
    found |= _of_rows(plan)
    for rate in (*plan.rates, *plan.costs):
        found |= {("window", name) for name in windows_of(rate)}
    found |= {("zone", name) for zone in plan.zones for name in zone.includes}
    found |= {("holidays", name) for one in plan.holidays for name in one.includes}
    for service in plan.services:
        found |= {("unit", service.unit)} | {("unit", one.unit) for one in service.attributes}
    by_dimension = {one.dimension for one in plan.units if ("unit", one.id) in found}
    for unit in plan.units:
        # Of a family of units any one keeps the base that the others are told in.
        if unit.dimension in by_dimension or unit.dimension not in {one.id for one in plan.units}:
            found.add(("unit", unit.id))
    return found


_KIND_OF = {
    "window": "window",
    "holidays": "holidays",
    "except_holidays": "holidays",
    "pool": "pool",
    "payer": "party",
    "payee": "party",
    "roaming": "zone",
    "to": "zone",
    "unit": "unit",
    "dimension": "unit",
}


def _word(found: set[tuple[str, str]], name: str, value: str) -> None:
    kind = _KIND_OF.get(name)
    if kind is not None:
        found.add((kind, value))
    if name == "text":
        found.add(("unit", value.rpartition(" ")[2]))


def _below(element: Element) -> Iterator[Element]:
    yield element
    for _, value in element:
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Element):
                yield from _below(one)
