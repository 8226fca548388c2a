"""W543: a prefix that tells no numbers apart."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Zone
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.finding import Finding


def prove_prefixes_decide(ground: Ground) -> Iterator[Finding]:
    """W543: a prefix that changes nothing: longer ones take all of its numbers, or a shorter
    one of the same zone holds them already."""
    named: dict[str, set[str]] = {}
    for rate in ground.plan.rates:
        for place in rate.match.to:
            named.setdefault(place, set()).add(rate.match.service)
    zones = {zone.id: zone for zone in ground.plan.zones}
    for zone in ground.plan.zones:
        services = named.get(zone.id, set())
        if zone.at.path != ground.plan.at.path or zone.lists or not services:
            continue
        # What an included zone holds is that zone's matter.
        lent = {prefix for one in zone.includes for prefix, _ in zones[one].prefixes}
        for prefix, title in zone.prefixes:
            if prefix in lent:
                continue
            why = _idle_prefix(ground, zone, prefix, services)
            if why and not (title and "already" in why):
                yield Finding(
                    Diagnostic(
                        "W543",
                        f"prefix {prefix} of `{zone.id}` changes nothing: {why}",
                        zone.at,
                        help="take the prefix out, or correct it",
                    )
                )


def _idle_prefix(ground: Ground, zone: Zone, prefix: str, services: set[str]) -> str:
    if all(not ground.numbers(service).of(prefix) for service in services):
        return "longer prefixes take all of its numbers"
    own = {digits for digits, _ in zone.prefixes}
    for end in range(len(prefix) - 1, 0, -1):
        front = prefix[:end]
        if front in own:
            return f"{front} holds its numbers already"
        if any(front in ground.choices.places_of(service).prefixes for service in services):
            return ""
    return ""
