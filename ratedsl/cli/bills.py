"""The plans that a verb names, and the bills of the accounts of a store by them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.plans import load_plan, load_plans

if TYPE_CHECKING:
    from ratedsl.billing.assemble import Billed
    from ratedsl.billing.sides import Plans
    from ratedsl.cli.cycles import Wanted
    from ratedsl.rating.events import Account, Event
    from ratedsl.rating.parts import RatedEvent
    from ratedsl.usage.store import Store


def plan_groups(path: Path) -> list[Plans]:
    """The plan of a file, or those of a folder in groups that can share a bill."""
    from ratedsl.billing.replay import billed_together  # noqa: PLC0415
    from ratedsl.rating.tables import PlanTables  # noqa: PLC0415

    if path.is_dir():
        return billed_together([PlanTables(plan) for plan in load_plans(path)])
    return [PlanTables(load_plan(path))]


def bills_of(
    plans: Plans,
    account: Account,
    events: list[Event],
    wanted: Wanted,
    *,
    keep_events: bool = False,
    heard: Callable[[RatedEvent], None] | None = None,
) -> Iterator[Billed]:
    """The bills of one account by one group of plans; none where it has nothing to do with it.

    `heard` is told each event that was rated for them, also those before the first cycle.
    """
    from ratedsl.billing.bill import bill_cycles  # noqa: PLC0415
    from ratedsl.billing.replay import by_clock_of, on_plans  # noqa: PLC0415

    plans = by_clock_of(plans, account)
    account = on_plans(account, plans)
    names = {line.id for line in account.lines}
    mine = [event for event in events if event.line in names]
    cycles = wanted.cycles(plans, account, mine) if names else []
    if cycles:
        yield from bill_cycles(plans, account, mine, cycles, keep_events=keep_events, heard=heard)


def billed_accounts(groups: Sequence[Plans], accounts: list[Account]) -> list[Account]:
    """The accounts that the plans bill: all, where no line holds the one plan that there is."""
    from ratedsl.billing.replay import each_of, subscribes  # noqa: PLC0415
    from ratedsl.rating.tables import PlanTables  # noqa: PLC0415

    names = [tables.plan.id for tables in each_of(groups)]
    billed = [one for one in accounts if any(subscribes(one, name) for name in names)]
    if billed or not accounts or not isinstance(groups[0], PlanTables):
        return billed
    sys.stderr.write(
        f"no line holds `{names[0]}`: {len(accounts)} accounts are billed as if they did\n"
    )
    return accounts


def tell(groups: Sequence[Plans], accounts: Sequence[Account]) -> None:
    """Say on stderr what of the accounts' data the bills by these plans do not take up."""
    from ratedsl.billing.notices import find_notices  # noqa: PLC0415
    from ratedsl.report.notices import notice_lines  # noqa: PLC0415

    for line in notice_lines(find_notices(groups, accounts)):
        sys.stderr.write(f"{line}\n")


def all_bills(
    plans: Plans,
    store: Store,
    accounts: Sequence[Account],
    wanted: Wanted,
    advance: Callable[[int, int], None],
    heard: Callable[[RatedEvent], None] | None = None,
) -> Iterator[Billed]:
    """The bills of accounts by one plan, or by several that share bills; one account at a time."""
    from ratedsl.billing.replay import by_clock_of, cycles_labelled, on_plans  # noqa: PLC0415
    from ratedsl.billing.sides import cycles_for, sides_of  # noqa: PLC0415
    from ratedsl.billing.since import first_of, with_earlier_legs  # noqa: PLC0415

    for number, account in enumerate(accounts):
        advance(number, len(accounts))
        own = by_clock_of(plans, account)
        held = on_plans(account, own)
        if not held.lines:
            continue
        if wanted.label is None:
            events = store.events_of(account.id)
        else:
            found = cycles_for(own, held)
            cycles = cycles_labelled(found, wanted.label)
            if not cycles:
                continue
            first = first_of(sides_of(own, held), [], cycles[0])
            load = partial(store.events_of, account.id)
            if store.arrivals(account.id) is not None:
                # What is late may change any bill before.
                events = load()
            else:
                events = load(first.start_ms, cycles[-1].end_ms)
                events = with_earlier_legs(found, events, first, load)
        yield from bills_of(plans, account, events, wanted, heard=heard)
