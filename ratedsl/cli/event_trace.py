"""How one stored event came to its charge, after all that was rated before it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ratedsl.cli.bill_forms import shown_width
from ratedsl.cli.problem import Problem
from ratedsl.usage.privacy import mask_text

if TYPE_CHECKING:
    from ratedsl.billing.sides import Plans
    from ratedsl.rating.events import Account, Event
    from ratedsl.rating.parts import RatedEvent
    from ratedsl.rating.tables import PlanTables
    from ratedsl.usage.store import Store


def print_event(plans: list[Plans], store: Store, wanted: str) -> None:
    """Print how one event came to its charge, with all that was rated before it."""
    from ratedsl.billing.replay import each_of  # noqa: PLC0415
    from ratedsl.rating.trace import Why  # noqa: PLC0415
    from ratedsl.rating.words import event_row  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415
    from ratedsl.report.trace_text import render_trace  # noqa: PLC0415

    with store.snapshot():
        event = store.event(wanted)
        if event is None:
            raise Problem(f"no event `{mask_text(wanted)}` in `{store.path}`")
        account = next(
            one for one in store.accounts() if any(line.id == event.line for line in one.lines)
        )
        events = store.events_of(account.id)
    for one in plans:
        found = _rated(one, account, events, event)
        if found is None:
            continue
        rated, tables = found
        row = event_row(rated, tables)
        where = " ".join(part for part in (event.service, row.number) if part)
        title = f"{mask_text(wanted)}: {where}, {row.start}, {row.outcome}"
        formula = f"{row.quantity} used, {row.billed} billed"
        why = Why(title, row.amount, formula, row.steps)
        colour = wants_colour(sys.stdout)
        currency = tables.plan.currency
        sys.stdout.write(render_trace(why, currency, colour=colour, width=shown_width()))
        return
    names = ", ".join(f"`{one.plan.id}`" for one in each_of(plans))
    raise Problem(f"the line of event `{mask_text(wanted)}` does not hold {names}")


def _rated(
    plans: Plans, account: Account, events: list[Event], wanted: Event
) -> tuple[RatedEvent, PlanTables] | None:
    """The event as rated after all before it, and the tables that rated it."""
    from ratedsl.billing.replay import by_clock_of, on_plans  # noqa: PLC0415
    from ratedsl.billing.sides import cycles_for, sides_of  # noqa: PLC0415
    from ratedsl.billing.since import first_of  # noqa: PLC0415
    from ratedsl.rating.several import SeveralRater  # noqa: PLC0415

    plans = by_clock_of(plans, account)
    held = on_plans(account, plans)
    names = {line.id for line in held.lines}
    if wanted.line not in names:
        return None
    mine = [one for one in events if one.line in names]
    sides = sides_of(plans, held)
    first = first_of(sides, mine, cycles_for(plans, held).at(wanted.start))
    rater = SeveralRater(sides, first)
    for one in mine:
        if one.start >= first.start_ms:
            side, rated = rater.rate(one)
            if one.id == wanted.id:
                return rated, sides[side].tables
    return None
