"""Several plans on one invoice: what is told apart, what is taxed together, what adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ratedsl.billing.invoice import Outcomes, PlanMove, PlanNamed
from ratedsl.billing.part import PlanPart


def other_plans(parts: Sequence[PlanPart]) -> tuple[PlanNamed, ...]:
    """The plans of the invoice beside the one that leads, each once."""
    named = {part.plan.id: part.plan for part in parts}
    del named[parts[-1].plan.id]
    return tuple(
        PlanNamed(plan=one.id, title=one.title, plan_hash=one.content_hash)
        for one in named.values()
    )


def tell_apart(parts: Sequence[PlanPart]) -> None:
    """Name the plan of each charge, and make keys differ where plans have records of one name."""
    for number, part in enumerate(parts):
        again = any(part.plan.id == one.plan.id for one in parts[:number])
        for charge in (*part.charges, *part.discounts):
            charge.plan = part.plan.id
            charge.key = f"{part.plan.id}{f'#{number}' if again else ''}/{charge.key}"


def taxed_together(parts: Sequence[PlanPart]) -> list[list[PlanPart]]:
    """The parts grouped by taxes and their rounding: the same tax stands once on an invoice."""
    if len(parts) == 1:
        return [list(parts)]
    groups: dict[str, list[PlanPart]] = {}
    for part in parts:
        plan = part.plan
        roundings = [one for one in plan.rounding if one.scope.startswith("tax")]
        records = (*plan.taxes, *roundings, *plan.sources, *plan.jurisdictions)
        others = (*plan.exemptions, *plan.bundles)
        same = repr([one.model_dump(mode="json") for one in (*records, *others)])
        groups.setdefault(same, []).append(part)
    return list(groups.values())


def moves_of(part: PlanPart) -> tuple[PlanMove, ...]:
    """The changes of plan that the invoice tells of: those in its cycle, its close included."""
    cycle = part.cycle
    return tuple(
        PlanMove(line=line.id, day=one.joined.day, left=one.joined.left, joined=one.plan)
        for line in part.whole.lines
        for one in line.subscriptions
        if one.joined is not None and cycle.start < one.joined.day <= cycle.end
    )


def outcomes_of(parts: Sequence[PlanPart]) -> Outcomes:
    """How all events ended, whichever plan rated them."""
    found = [part.rows.outcomes() for part in parts]
    if len(found) == 1:
        return found[0]
    reasons: Counter[str] = Counter()
    for one in found:
        reasons.update(dict(one.reasons))
    return Outcomes(
        events=sum(one.events for one in found),
        rated=sum(one.rated for one in found),
        free=sum(one.free for one in found),
        covered=sum(one.covered for one in found),
        rejected=sum(one.rejected for one in found),
        reasons=tuple(sorted(reasons.items())),
    )
