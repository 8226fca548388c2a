"""Portfolio totals for programs: JSON with a version, amounts as text."""

from __future__ import annotations

from ratedsl.billing.portfolio import PlanTotals
from ratedsl.report.json_text import json_text
from ratedsl.usage.privacy import mask_words

SCHEMA = "ratedsl.portfolio/1"


def render_json(totals: tuple[PlanTotals, ...]) -> str:
    """One JSON object with the totals of each plan; `end` is exclusive."""
    return json_text({"schema": SCHEMA, "plans": [_plan(one) for one in totals]})


def _plan(one: PlanTotals) -> dict[str, object]:
    return {
        "plan": one.plan,
        "plan_title": one.plan_title,
        "plan_hash": one.plan_hash,
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "accounts": len(one.accounts),
        "invoices": one.invoices,
        "events": one.events,
        "rated": one.rated,
        "free": one.free,
        "covered": one.covered,
        "rejected": one.rejected,
        "reasons": {mask_words(reason): many for reason, many in one.reasons.most_common()},
        "currency": one.currency,
        "net": f"{one.net:f}",
        "cost": None if one.cost is None else f"{one.cost:f}",
        "margin": None if one.margin is None else f"{one.margin:f}",
        "cost_unknown": [
            {"service": service, "reason": reason, "events": many}
            for (service, reason), many in sorted(one.unknown.items())
        ],
        "taxes": f"{one.taxes:f}",
        "after_tax": f"{one.after_tax:f}",
        "total": f"{one.total:f}",
    }
