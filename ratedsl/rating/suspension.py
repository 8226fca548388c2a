"""Suspended lines: what they hold, without the days on which they are suspended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ratedsl.plan.model import Plan, Suspend
from ratedsl.rating.events import Account, Move, Subscription, Suspension

_UNSAID = Suspend(charging="fees")


def without_suspended(account: Account, plan: Plan) -> Account:
    """The account whose lines hold the plan on the days only on which they are not suspended."""
    if not any(line.suspensions for line in account.lines):
        return account
    suspend = plan.suspend or _UNSAID
    lines = []
    for line in account.lines:
        held: list[Subscription] = []
        for one in line.subscriptions:
            held += _stays(one, line.suspensions, suspend) if one.plan == plan.id else [one]
        lines.append(replace(line, subscriptions=tuple(held)))
    return replace(account, lines=tuple(lines))


def _stays(
    one: Subscription, suspensions: tuple[Suspension, ...], suspend: Suspend
) -> Iterator[Subscription]:
    """A subscription in pieces between suspensions; a pause credits what it leaves unused."""
    rest = one
    for pause in sorted(suspensions, key=lambda pause: pause.start):
        if rest.end is not None and pause.start >= rest.end:
            break
        if pause.end is not None and pause.end <= rest.start:
            continue
        first = max(pause.start, rest.start)
        stop = Move(first, one.plan, one.plan, "crediting unused", suspend.allowances)
        if rest.start < first:
            yield replace(rest, end=first, left=stop)
        if pause.end is None or (rest.end is not None and pause.end >= rest.end):
            return
        go_on = replace(stop, day=pause.end, paused=first)
        rest = replace(rest, start=pause.end, joined=go_on, since=one.since or one.start)
    yield rest
