"""What an event costs whoever carries it: for each flow of money the cost that applies.

Costs compete as rates do, but only with those of the same flow, which is who pays whom. So one
event may be rated for several parties at once. The places of a flow are its own: a fine
wholesale deck takes no usage from a coarse retail zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ratedsl.plan.model import Match, Party, Plan, Rate, Rounding
from ratedsl.rating.parts import ZERO, CostOfEvent, Flow, Outcome, RatedEvent
from ratedsl.rating.places import PlaceIndex


class FlowIndex:
    """The costs of one flow by service, and the places that they name."""

    def __init__(self, plan: Plan, flow: Flow, costs: Sequence[Rate], party: Party | None) -> None:
        self.plan = plan
        self.flow = flow
        self.rounding: Rounding | None = party.rounding_for("event") if party else None
        self.costs: dict[str, list[Rate]] = {}
        for cost in costs:
            self.costs.setdefault(cost.match.service, []).append(cost)
        self._places: dict[str, PlaceIndex] = {}

    def places(self, service: str) -> PlaceIndex:
        """The places that costs of a service name."""
        found = self._places.get(service)
        if found is None:
            matches: list[Match] = [cost.match for cost in self.costs.get(service, ())]
            found = self._places[service] = PlaceIndex(self.plan, service, matches)
        return found


def flow_indexes(plan: Plan) -> tuple[FlowIndex, ...]:
    """An index for each flow of the plan's costs, in a fixed order."""
    parties = {party.id: party for party in plan.parties}
    by_flow: dict[Flow, list[Rate]] = {}
    for cost in plan.costs:
        by_flow.setdefault(Flow(cost.payer, cost.payee), []).append(cost)
    return tuple(
        FlowIndex(plan, flow, costs, parties.get(flow.payee) or parties.get(flow.payer))
        for flow, costs in sorted(by_flow.items())
    )


NOT_CARRIED = ("blocked", "not-subscribed", "suspended", "negative")
"""Reasons for which nothing of an event was carried."""


def cost_of(index: FlowIndex, rated: RatedEvent) -> CostOfEvent:
    """What an event costs as rated by one cost, in its currency and in the plan's."""
    reasons = [part.reason for part in rated.parts if part.outcome is Outcome.REJECTED]
    if reasons:
        return CostOfEvent(index.flow, rated, ZERO, ZERO, missing=reasons[0])
    if rated.foreign is None:
        return CostOfEvent(index.flow, rated, rated.charge, rated.charge)
    return CostOfEvent(index.flow, rated, rated.foreign, rated.charge, rated.conversion)


def did_not_happen(rated: RatedEvent) -> bool:
    """Whether nothing of an event took place, so that there was nothing to carry."""
    return all(part.reason in NOT_CARRIED for part in rated.parts)


def own_cost(rated: RatedEvent) -> Fraction:
    """What an event costs the operator of the plan, in the plan's currency: paid less earned."""
    return sum((one.flow.sign * one.converted for one in rated.costs), Fraction(0))


def unknown_cost(rated: RatedEvent) -> str:
    """Why it is not known what an event costs; empty where it is, or where nothing took place."""
    if did_not_happen(rated):
        return ""
    mine = [one for one in rated.costs if one.flow.sign]
    if not mine:
        return "no-cost"
    return next((one.missing for one in mine if one.missing), "")
