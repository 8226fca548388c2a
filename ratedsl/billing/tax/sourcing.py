"""Where each charge is taxed: the places that the account and its usage carry.

Places are ids of the plan's jurisdictions. They are taken as they stand: nothing is worked
out from an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import Section
from ratedsl.plan.model import Plan, Source
from ratedsl.rating.events import Account, Event

# Attributes by which an event says where it took place, started and ended.
PLACE, ORIGIN, TERMINATION = "place", "origin", "termination"
HOME = "primary-use"
ADDRESS = "service-address"

Places = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """The places of a charge, each with all around it, and how many have to lie in a place."""

    places: tuple[frozenset[str], ...] = ()
    needed: int = 1

    def lies_in(self, names: Iterable[str]) -> bool:
        """Whether the charge lies in any of the places."""
        return any(sum(name in place for place in self.places) >= self.needed for name in names)

    @property
    def known(self) -> bool:
        """Whether enough places are known to say where the charge lies."""
        return sum(bool(place) for place in self.places) >= self.needed


def places_by_event(plan: Plan) -> Callable[[Event], Places] | None:
    """What of an event's places decides on its taxes; None where no tax depends on them."""
    if not any(tax.within for tax in plan.taxes):
        return None
    ways = {source.of: source.by for source in plan.sources}
    if not {"event-place", "two-of-three"} & set(ways.values()):
        return None
    general = ways.get("usage") or ways.get("taxes") or ""

    def places(event: Event) -> Places:
        way = ways.get(event.service) or general
        if way == "event-place":
            return (event.visited or event.attributes.get(PLACE, ""),)
        if way == "two-of-three":
            return (event.attributes.get(ORIGIN, ""), event.attributes.get(TERMINATION, ""))
        return ()

    return places


def source_of(plan: Plan, charge: Charge) -> Source | None:
    """The fact that says how the place of a charge is found: the most special one."""
    by = {one.of: one for one in plan.sources}
    names = (charge.service, "usage") if charge.section is Section.USAGE else ("fees",)
    return next((by[name] for name in (*names, "taxes") if name in by), None)


class Sourcing:
    """Finds the site of each charge of one account."""

    def __init__(self, plan: Plan, account: Account) -> None:
        self.plan = plan
        self.account = account
        self.lines = {line.id: line for line in account.lines}
        self.ways: dict[str, str] = {one.of: one.by for one in plan.sources}
        self.around = {one.id: frozenset((one.id, *one.within)) for one in plan.jurisdictions}
        self.countries = {code: one.id for one in plan.jurisdictions for code in one.countries}
        self.networks = {code: one.id for one in plan.jurisdictions for code in one.networks}

    def site(self, charge: Charge) -> Site:
        """The site of a charge."""
        source = source_of(self.plan, charge)
        way: str = source.by if source is not None else HOME
        if way == "two-of-three" and charge.section is Section.USAGE and charge.places:
            ends = [self._around(self._place(one)) for one in charge.places]
            return Site((*ends, self._around(self._of_line(charge.line, ADDRESS))), 2)
        if way == "event-place" and charge.section is Section.USAGE and any(charge.places):
            return Site((self._around(self._place(charge.places[0])),))
        return self.of_line(charge.line, way)

    def of_line(self, line: str, way: str = "") -> Site:
        """The site of what is charged for a line, or (empty) for the account."""
        way = way or self.ways.get("fees", "") or self.ways.get("taxes", HOME)
        name = HOME if way == "event-place" else ADDRESS if way == "two-of-three" else way
        return Site((self._around(self._of_line(line, name)),))

    def _of_line(self, line: str, name: str) -> str:
        if line in self.lines:
            return self.lines[line].attributes.get(name, "")
        carried = (one.attributes.get(name, "") for one in self.account.lines)
        return next((one for one in carried if one), "")

    def _place(self, text: str) -> str:
        """A jurisdiction from its id, a visited country, or the code of a visited network."""
        if text in self.around:
            return text
        if text in self.countries:
            return self.countries[text]
        codes = [code for code in self.networks if text.startswith(code)]
        return self.networks[max(codes, key=len)] if codes else ""

    def _around(self, place: str) -> frozenset[str]:
        return self.around.get(place, frozenset())
