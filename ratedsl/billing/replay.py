"""Real usage against one plan: which accounts it bills, in which cycles, and their bills."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ratedsl.billing.commitment import span_of
from ratedsl.billing.holding import holdings
from ratedsl.billing.late import arrival
from ratedsl.billing.sides import Plans, cycles_for
from ratedsl.plan.calendar import BillCycle, BillCycles, moved
from ratedsl.plan.model import Plan
from ratedsl.rating.events import ARRIVED, Account, Event, Line, Subscription, taken_up
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


def on_plans(account: Account, plans: Plans) -> Account:
    """The account as one plan bills it; as several do, with the lines that ever hold one."""
    if isinstance(plans, PlanTables):
        return on_plan(account, plans.plan)
    named = {one.plan.id for one in plans}
    holding = (one for one in account.lines if any(s.plan in named for s in one.subscriptions))
    return replace(account, lines=tuple(holding))


def each_of(groups: Sequence[Plans]) -> Iterator[PlanTables]:
    """Each plan of some groups."""
    for group in groups:
        yield from (group,) if isinstance(group, PlanTables) else group


def by_clock_of(plans: Plans, account: Account) -> Plans:
    """The plans by the clock of the account's own zone, where they follow that."""
    if isinstance(plans, PlanTables):
        return plans.of(account)
    return [one.of(account) for one in plans]


def billed_together(found: Sequence[PlanTables]) -> list[Plans]:
    """The plans in groups that can share a bill: of one currency, clock and bill cycle."""
    groups: dict[str, list[PlanTables]] = {}
    for one in found:
        plan = one.plan
        frame = repr((plan.currency, plan.timezone, plan.cycle.model_dump()))
        groups.setdefault(frame, []).append(one)
    return list(groups.values())


def cycles_with_usage(plans: Plans, account: Account, events: Sequence[Event]) -> list[BillCycle]:
    """The account's bill cycles from the first event's to the last one's, without gaps.

    `events` are in order of start.
    """
    if not events:
        return []
    day = plans.day if isinstance(plans, PlanTables) else plans[0].day
    return cycles_for(plans, account).between(day(events[0].start), day(events[-1].start))


def cycles_held(
    plans: Plans, account: Account, events: Sequence[Event], first: date, last: date
) -> list[BillCycle]:
    """The cycles between two days in which a line of the account holds a plan, or has usage.

    `events` are in order of start.
    """
    each = [plans] if isinstance(plans, PlanTables) else plans
    held = [one for tables in each for one in holdings(account, tables.plan.id)]
    used = [each[0].day(event.start) for event in (*events[:1], *events[-1:])]
    used += [day for event in events if ARRIVED in event.attributes if (day := arrival(event))]
    low = min([*(one.start for one in held), *used], default=first)
    ends = [one.end for one in held]
    # What is committed over a quarter or a year is compared at its end, also after leaving.
    spans = {one.span for tables in each for one in tables.plan.commitments} - {"cycle"}
    left = [end - timedelta(days=1) for end in ends if end]
    used += [span_of(span, day)[1] - timedelta(days=1) for span in spans for day in left]
    high = max([*(end for end in ends if end), *used], default=last) if None not in ends else last
    low, high = max(low, first), min(high, last)
    return cycles_for(plans, account).between(low, high) if low <= high else []


def sold_outside(account: Account, plan: Plan) -> list[tuple[str, date]]:
    """The lines that took the plan up on a day on which it was not sold, and that day."""
    taken = ((line.id, taken_up(line, plan.id)) for line in account.lines)
    return [(line, day) for line, day in taken if day is not None and not plan.sold.holds(day)]


def cycles_labelled(cycles: BillCycles, label: str) -> list[BillCycle]:
    """The cycles that start in the month `2026-05`, or the one that holds the day `2026-05-17`.

    There is none where the label is neither.
    """
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", label):
            return [cycles.on(date.fromisoformat(label))]
        if not re.fullmatch(r"\d{4}-\d{2}", label):
            return []
        first = date.fromisoformat(f"{label}-01")
    except (ValueError, OverflowError):
        return []
    last = moved(first, "month", 1) - timedelta(days=1)
    return [one for one in cycles.between(first, last) if one.start >= first]
