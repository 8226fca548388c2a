"""Which bill cycles the arguments of a verb ask for."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ratedsl.cli.problem import Problem

if TYPE_CHECKING:
    from datetime import date

    from ratedsl.billing.sides import Plans
    from ratedsl.plan.calendar import BillCycle
    from ratedsl.rating.events import Account, Event
    from ratedsl.rating.tables import PlanTables
    from ratedsl.usage.store import Store


def judge_cycle(tables: PlanTables, label: str | None) -> None:
    """Refuse a cycle that no account can have."""
    from ratedsl.billing.replay import cycles_labelled  # noqa: PLC0415

    found = cycles_labelled(tables.cycles, label) if label is not None else [None]
    # Cycles from activation start in other months for each account, so only the form counts.
    if not found and (not tables.plan.cycle.from_activation or not _is_month(label)):
        raise Problem(
            f"`{label}` is no bill cycle of this plan; write a month such as 2026-08, or a day"
        )


def _is_month(label: str | None) -> bool:
    from datetime import date  # noqa: PLC0415

    try:
        date.fromisoformat(f"{label}-01")
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Wanted:
    """Which cycles to bill: the labelled ones, or all that have to do with a span of days."""

    label: str | None = None
    span: tuple[date, date] | None = None

    def cycles(self, plans: Plans, account: Account, events: list[Event]) -> list[BillCycle]:
        """The account's cycles among them."""
        from ratedsl.billing.replay import cycles_held, cycles_labelled  # noqa: PLC0415
        from ratedsl.billing.sides import cycles_for  # noqa: PLC0415

        if self.label is not None:
            return cycles_labelled(cycles_for(plans, account), self.label)
        return cycles_held(plans, account, events, *self.span) if self.span else []


def wanted_cycles(plans: list[Plans], store: Store, arguments: argparse.Namespace) -> Wanted:
    """What the arguments ask for; without a word of it, the time that the usage spans."""
    from datetime import date  # noqa: PLC0415

    from ratedsl.billing.replay import each_of  # noqa: PLC0415

    days = []
    for name in ("since", "through"):
        text = getattr(arguments, name, None)
        try:
            days.append(date.fromisoformat(text) if text else None)
        except ValueError:
            raise Problem(f"--{name} takes a day such as 2026-08-31, not `{text}`") from None
    since, through = days
    if arguments.cycle is not None:
        if since or through:
            raise Problem("--cycle names the cycles; leave --since and --through out")
        return Wanted(label=arguments.cycle)
    extent = store.extent()
    if extent is not None:
        tables = next(each_of(plans))
        since, latest = since or tables.day(extent[0]), tables.day(extent[1])
        arrivals = store.arrivals()
        if arrivals is not None:
            latest = max(latest, date.fromisoformat(arrivals[1]))
        through = through or latest
    if since is None or through is None:
        return Wanted()
    if through < since:
        raise Problem(f"--through {through} lies before {since}")
    return Wanted(span=(since, through))
