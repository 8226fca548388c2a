"""How one stored event came to its charge, after all that was rated before it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ratedsl.cli.bill_forms import shown_width
from ratedsl.cli.problem import Problem
from ratedsl.usage.privacy import mask_text

if TYPE_CHECKING:
    from ratedsl.billing.sides import Plans
    from ratedsl.usage.store import Store


def print_event(plans: list[Plans], store: Store, wanted: str) -> None:
    """Print how one event came to its charge, with all that was rated before it."""
    from ratedsl.billing.event_why import explain_event  # noqa: PLC0415
    from ratedsl.billing.replay import each_of  # noqa: PLC0415
    from ratedsl.rating.trace import Why  # noqa: PLC0415
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
        found = explain_event(one, account, events, event)
        if found is None:
            continue
        row, currency = found.row, found.tables.plan.currency
        where = " ".join(part for part in (event.service, row.number) if part)
        title = f"{mask_text(wanted)}: {where}, {row.start}, {row.outcome}"
        formula = f"{row.quantity} used, {row.billed} billed"
        why = Why(title, row.amount, formula, (*row.steps, *found.billing))
        colour = wants_colour(sys.stdout)
        sys.stdout.write(render_trace(why, currency, colour=colour, width=shown_width()))
        return
    names = ", ".join(f"`{one.plan.id}`" for one in each_of(plans))
    raise Problem(f"the line of event `{mask_text(wanted)}` does not hold {names}")
