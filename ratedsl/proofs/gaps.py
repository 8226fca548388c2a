"""W532: days between two facts of one record on which nothing of it holds.

A fee, a grant, a cap, a commitment, a discount or a tax that ends and begins again later was
most often meant to go on. What begins late or ends early is taken as it is said.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.model import Allowance, Dated, Expectation, Fee, Given, PlanTest
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import test_of

_DAY = timedelta(days=1)


def prove_no_gaps(ground: Ground) -> Iterator[Finding]:
    """One finding for each hole between two dated facts."""
    plan = ground.plan
    dated: list[tuple[object, str, Sequence[Dated]]] = [
        *((one, one.id, one.amounts) for one in plan.fees),
        *((one, one.id, one.grants) for one in plan.allowances),
        *((one, one.id, one.amounts) for one in plan.caps),
        *((one, one.id, one.amounts) for one in plan.commitments),
        *((one, one.id, one.steps) for one in plan.discounts),
        *((one, one.id, one.steps) for one in plan.taxes),
    ]
    for record, name, facts in dated:
        if len(facts) < 2:
            continue
        ordered = sorted(facts, key=lambda one: one.period.start or date.min)
        for before, after in itertools.pairwise(ordered):
            end, start = before.period.end, after.period.start
            if end is None or start is None or start <= end:
                continue
            yield Finding(
                Diagnostic(
                    "W532",
                    f"nothing of `{name}` holds from {end} through {start - _DAY}",
                    after.at,
                    "begins again here",
                    f"write `from {end}` here, or `through {start - _DAY}` before it",
                    (Label(before.at, f"ends on {end - _DAY}"),),
                ),
                tuple(_shown(ground, record, end, start)),
            )


def _shown(ground: Ground, record: object, end: date, start: date) -> Iterator[PlanTest]:
    cycles = ground.tables.cycles
    cycle = cycles.on(end)
    if cycle.start < end:
        cycle = cycles.after(cycle)
    if cycle.end > start:
        return
    title = f"nothing of it on {end}"
    if isinstance(record, Fee) and record.conditions == () and record.scope != "item":
        # A fee in advance stands on the bill that closes as its period starts.
        started, bill = cycle.start, cycle.end
        if any(one.timing == "advance" for one in record.amounts):
            bill = cycle.start
            started = cycles.before(cycles.before(cycle)).start
        yield PlanTest(
            title=title,
            given=(Given(kind="started", day=started),),
            bills=(bill,),
            expectations=(Expectation(what="item", record=record.id, money=Decimal(0), bill=bill),),
        )
    elif isinstance(record, Allowance) and not record.addon:
        for service in dict.fromkeys(one.match.service for one in record.covers):
            for cell in ground.cells(service):
                if [one.id for one in cell.included] == [record.id]:
                    usage = cell.usage.at(cycle.start)
                    left = Expectation(what="covered", quantity=0, record="")
                    yield test_of(title, [usage], left)
                    return
