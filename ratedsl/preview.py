"""The live preview's one door: a plan's text and an account's usage in, an invoice out.

The app and other front ends talk to this module only. Nothing here touches a screen, and
a user's mistake is a diagnostic, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ratedsl.billing.bill import Cancelled, bill_cycle
from ratedsl.billing.invoice import Invoice
from ratedsl.billing.replay import cycles_labelled, cycles_with_usage, on_plan
from ratedsl.billing.why import explain_row
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Account, Event
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.trace import Why


@dataclass(frozen=True, slots=True)
class Cycle:
    """A bill cycle: local dates, `end` exclusive. `label` is `2026-05`."""

    label: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan's text after check: its findings, and the plan if none of them is an error."""

    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice and, on demand, the reasons for its rows."""

    invoice: Invoice
    explain: Callable[[str], Why | None]


def check_text(path: str, text: str) -> Checked:
    """Check `text` as the content of the file `path`, whether or not it is saved yet.

    Files that the plan uses are read from disk.
    """
    loaded = load(path, {Path(path).resolve(): text})
    return Checked(loaded.plan if loaded.ok else None, loaded.diagnostics)


@lru_cache(maxsize=4)
def _tables_of(_content_hash: str, plan: _ByIdentity) -> PlanTables:
    return PlanTables(plan.plan)


class _ByIdentity:
    """A plan as a cache key: hashing a whole model costs more than looking it up."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.plan is self.plan


def tables_of(plan: Plan) -> PlanTables:
    """The plan's tables; the same ones as long as the plan is the same object."""
    return _tables_of(plan.content_hash, _ByIdentity(plan))


def cycles_of(plan: object, account: Account, events: list[Event]) -> tuple[Cycle, ...]:
    """The cycles in which the account has usage, oldest first, in the plan's calendar."""
    assert isinstance(plan, Plan)
    found = cycles_with_usage(tables_of(plan).of(account), on_plan(account, plan), events)
    return tuple(Cycle(one.label, one.start, one.end) for one in found)


def bill_account(
    plan: object,
    account: Account,
    events: list[Event],
    cycle: str,
    cancelled: Callable[[], bool] = lambda: False,
) -> Bill | None:
    """The account's bill of the cycle labelled `cycle` (`2026-05`), or None if cancelled.

    Lines are billed by their own subscriptions to the plan; where the account has none, all
    its lines are billed as if they held it. A label that is no month gives None too.
    """
    assert isinstance(plan, Plan)
    tables = tables_of(plan).of(account)
    held = on_plan(account, plan)
    wanted = cycles_labelled(tables.cycles_of(held), cycle)
    if not wanted:
        return None
    try:
        billed = bill_cycle(tables, held, events, wanted[0], keep_events=True, cancelled=cancelled)
    except Cancelled:
        return None
    return Bill(billed.invoice, lambda key: explain_row(billed, tables, key))
