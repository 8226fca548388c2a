"""Changes of plan settled: from when until when each line really holds each plan.

What the data say is the day on which a change was asked for. The plan that is joined says
what the change means (language, "Changing plans"): when it takes effect, what becomes of fees
in advance, and what of allowances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from ratedsl.plan.calendar import BillCycles
from ratedsl.plan.model import Plan
from ratedsl.rating.counterparts import with_counterparts
from ratedsl.rating.events import Account, Line, Move, Subscription


def settle(account: Account, plans: Mapping[str, Plan], cycles: BillCycles) -> Account:
    """The account with the moves of its lines among `plans`, which share their bill `cycles`.

    A line holds one of the plans at a time: the later subscription ends the one before it.
    """
    lines = tuple(_settled(line, plans, cycles) for line in account.lines)
    return with_counterparts(replace(account, lines=lines), plans, cycles)


def _settled(line: Line, plans: Mapping[str, Plan], cycles: BillCycles) -> Line:
    found: list[Subscription] = []
    others = [one for one in line.subscriptions if one.plan not in plans]
    for asked in sorted(line.subscriptions, key=lambda one: (one.start, one.plan)):
        if asked.plan not in plans or asked.end == asked.start:
            continue
        before = _before(found, asked.start)
        if before is None or (before.end is not None and before.end < asked.start):
            found.append(asked)
            continue
        start = _effective(plans[asked.plan], asked.start, before, cycles)
        if asked.end is not None and asked.end <= start:
            # Given up before the change took effect: the plan before it ends instead.
            found[-1] = replace(found[-1], end=asked.end, left=None)
            continue
        while found and found[-1].start >= start:
            found.pop()
        if not found:
            found.append(asked)
            continue
        if found[-1].plan == asked.plan:
            found[-1] = replace(found[-1], end=asked.end, left=None)
            continue
        move = _move(plans[found[-1].plan], plans[asked.plan], start)
        found[-1] = replace(found[-1], end=start, left=move)
        since = _since(found, asked.plan, start)
        found.append(replace(asked, start=start, joined=move, since=since))
    return replace(line, subscriptions=(*others, *found))


def _before(found: list[Subscription], day: date) -> Subscription | None:
    """What the line holds just before a day, a change that has not yet taken effect aside."""
    return next((one for one in reversed(found) if one.start <= day), None)


def _effective(plan: Plan, day: date, before: Subscription, cycles: BillCycles) -> date:
    """The day on which a change asked for on a day takes effect."""
    if plan.change is None or plan.change.when == "once" or before.plan == plan.id:
        return day
    cycle = cycles.on(day)
    return day if cycle.start == day else cycle.end


def _move(left: Plan, joined: Plan, day: date) -> Move | None:
    change = joined.change
    if change is None:
        return None
    kept: tuple[tuple[str, str], ...] = ()
    if change.allowances == "kept":
        there = {one.id for one in left.allowances}
        kept = tuple((one.id, one.id) for one in joined.allowances if one.id in there)
    return Move(day, left.id, joined.id, change.credit or left.cancel, change.allowances, kept)


def _since(found: list[Subscription], plan: str, start: date) -> date:
    """When the line first took up the plan that a chain of moves leads to."""
    since = start
    for number in range(len(found) - 1, -1, -1):
        one = found[number]
        if one.plan == plan:
            since = one.since or one.start
        if one.joined is None:
            break
    return since
