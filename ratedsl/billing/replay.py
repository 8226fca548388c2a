"""Real usage against one plan: which accounts it bills, in which cycles, and their bills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.tables import PlanTables

_ALWAYS = date(1970, 1, 1)


def subscribes(account: Account, plan: str) -> bool:
    """Whether any line of the account ever held the plan."""
    return any(one.plan == plan for line in account.lines for one in line.subscriptions)


def as_if_held(account: Account, plan: str) -> Account:
    """The account as if all its lines had held the plan, for what-if work.

    A line keeps the dates of what it really held: from the first start to the last end. One
    that never held anything holds the plan since ever.
    """
    return replace(account, lines=tuple(_as_if(line, plan) for line in account.lines))


def _as_if(line: Line, plan: str) -> Line:
    held = line.subscriptions
    start = min((one.start for one in held), default=_ALWAYS)
    ends = [one.end for one in held]
    end = None if None in ends else max((end for end in ends if end), default=None)
    return replace(line, subscriptions=(Subscription(plan, start, end),))


def on_plan(account: Account, plan: Plan) -> Account:
    """The account as the plan bills it: the lines that ever hold it, by their own dates.

    Where none does, all lines, as if they held it.
    """
    if not subscribes(account, plan.id):
        return as_if_held(account, plan.id)
    holding = (line for line in account.lines if any(s.plan == plan.id for s in line.subscriptions))
    return replace(account, lines=tuple(holding))


def cycles_with_usage(tables: PlanTables, events: Sequence[Event]) -> list[BillCycle]:
    """The bill cycles from the first event's to the last one's, without gaps.

    `events` are in order of start.
    """
    if not events:
        return []
    cycle, last = tables.cycles.at(events[0].start), tables.cycles.at(events[-1].start)
    found = [cycle]
    while cycle.start < last.start:
        cycle = tables.cycles.after(cycle)
        found.append(cycle)
    return found


def cycle_labelled(tables: PlanTables, label: str) -> BillCycle | None:
    """The cycle that starts in the month `2026-05`, or None where the label is no month."""
    try:
        year, month = (int(part) for part in label.split("-"))
        middle = date(year, month, 28)
    except ValueError:
        return None
    for cycle in (tables.cycles.on(middle), tables.cycles.after(tables.cycles.on(middle))):
        if cycle.label == f"{year:04}-{month:02}":
            return cycle
    return None
