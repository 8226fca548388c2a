"""An invoice says why usage was rejected, also in a rate that adds to another."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from ratedsl.billing.bill import bill_cycle
from ratedsl.plan.load import load
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.tables import PlanTables

PLAN = Path(__file__).parent / "cases" / "good" / "measures" / "charging.rate"


@pytest.mark.parametrize(("parking", "reasons"), [("50", ()), ("soon", (("no-value", 1),))])
def test_what_an_adding_rate_rejects_is_among_the_reasons(
    parking: str, reasons: tuple[tuple[str, int], ...]
) -> None:
    plan = load(PLAN).plan
    assert plan is not None
    tables = PlanTables(plan)
    cycle = tables.cycles.on(date(2026, 3, 1))
    attributes = MappingProxyType({"connector": "ac", "parking": parking, "charged": "2"})
    event = Event("1", "1", "charging", cycle.start_ms, 20_000, attributes=attributes)
    account = Account("a", (Line("1", subscriptions=(Subscription(plan.id, cycle.start),)),))
    outcomes = bill_cycle(tables, account, [event], cycle).invoice.outcomes
    assert outcomes.reasons == reasons
    assert (outcomes.events, outcomes.rated, outcomes.rejected) == (1, 1, 0)
