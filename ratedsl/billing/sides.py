"""The plans by which one account is billed, and what its lines hold of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ratedsl.plan.calendar import BillCycles
from ratedsl.rating.changes import settle
from ratedsl.rating.corrections import credited, with_corrections
from ratedsl.rating.events import Account, Event, Subscription
from ratedsl.rating.several import Side, by_signup, side_of
from ratedsl.rating.tables import PlanTables

Plans = PlanTables | Sequence[PlanTables]
"""One plan, or several whose lines move between them."""


def sides_of(plans: Plans, account: Account) -> list[Side]:
    """What the account's lines hold of each plan, their changes settled.

    The lines hold a plan that stands alone already; of several, those that they never hold are
    left out, and the one that they took up last comes last.
    """
    if isinstance(plans, PlanTables):
        return by_signup(Side(plans, account))
    account = replace(account, activated=_activated(plans, account))
    by_id = {one.plan.id: one.plan for one in plans}
    settled = settle(account, by_id, plans[0].cycles_of(account))
    sides = [each for one in plans for each in by_signup(side_of(one, settled))]
    held = [side for side in sides if any(line.subscriptions for line in side.account.lines)]
    return sorted(held, key=_taken_up) or [Side(plans[-1], account)]


def cycles_for(plans: Plans, account: Account) -> BillCycles:
    """The bill cycles of an account under one plan, or those that several plans share."""
    if isinstance(plans, PlanTables):
        return plans.cycles_of(account)
    return plans[0].cycles_of(replace(account, activated=_activated(plans, account)))


def as_corrected(plans: Plans, account: Account, events: Sequence[Event]) -> Sequence[Event]:
    """The events with usage below zero taken off the usage before it, where all plans say so."""
    each = [plans] if isinstance(plans, PlanTables) else plans
    services = credited(one.plan for one in each)
    return with_corrections(events, services, cycles_for(plans, account)) if services else events


def whole_of(sides: Sequence[Side]) -> Account:
    """The account with what its lines hold of all the plans that it is billed by."""
    held: dict[str, list[Subscription]] = {}
    for side in sides:
        for line in side.account.lines:
            held.setdefault(line.id, []).extend(line.subscriptions)
    account = sides[0].account
    return replace(
        account,
        lines=tuple(
            replace(line, subscriptions=tuple(sorted(held[line.id], key=lambda one: one.start)))
            for line in account.lines
        ),
    )


def _activated(plans: Sequence[PlanTables], account: Account) -> date | None:
    """The first day of any of the plans, or the end of the trial that starts there."""
    by_id = {one.plan.id: one for one in plans}
    days = [
        (one.start, by_id[one.plan].trial_end(line) or one.start)
        for line in account.lines
        for one in line.subscriptions
        if one.plan in by_id
    ]
    return min(days)[1] if days else None


def _taken_up(side: Side) -> tuple[date, str]:
    held = (one.start for line in side.account.lines for one in line.subscriptions)
    return max(held), side.tables.plan.id
