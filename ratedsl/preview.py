"""The live preview's one door: a plan's text and an account's usage in, an invoice out.

The app and other front ends talk to this module only. Nothing here touches a screen, and
a user's mistake is a diagnostic, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from ratedsl.billing.bill import Cancelled, bill_cycles
from ratedsl.billing.invoice import Invoice
from ratedsl.billing.replay import (
    cycles_held,
    cycles_labelled,
    cycles_with_usage,
    on_plan,
    subscribes,
)
from ratedsl.billing.why import explain_row
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Account, Event, Subscription
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.trace import Why
from ratedsl.report.money import format_amount


@dataclass(frozen=True, slots=True)
class Cycle:
    """A bill cycle: local dates, `end` exclusive. `label` is `2026-05`.

    A cycle after the account's last usage is `quiet`: there to choose, and not the first shown.
    """

    label: str
    start: date
    end: date
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan's text after check: its findings, and the plan if none of them is an error."""

    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What else a database holds: the time of all of its usage, and all of its accounts.

    Bills of quiet months lie in that time, and calls to lines of the plan go to those accounts.
    """

    span: tuple[int, int] | None = None
    accounts: Sequence[Account] = ()


ALONE = Around()


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice and, on demand, the reasons for its rows.

    `notes` say what a reader of the bill has to know beside it: what it does not hold.
    """

    invoice: Invoice
    explain: Callable[[str], Why | None]
    notes: tuple[str, ...] = ()


def check_text(path: str, text: str) -> Checked:
    """Check `text` as the content of the file `path`, whether or not it is saved yet.

    Files that the plan uses are read from disk.
    """
    loaded = load(path, {Path(path).resolve(): text}, prove=True)
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


def cycles_of(
    plan: object, account: Account, events: list[Event], around: Around = ALONE
) -> tuple[Cycle, ...]:
    """The cycles in which the account has usage, or a line holds the plan in the time of all
    usage; oldest first, in the plan's calendar."""
    assert isinstance(plan, Plan)
    tables, held = tables_of(plan).of(account), on_plan(account, plan)
    if around.span is None:
        found = cycles_with_usage(tables, held, events)
    else:
        first, end = (tables.day(instant) for instant in around.span)
        found = cycles_held(tables, held, events, first, end)
    last = tables.day(events[-1].start) if events else None
    return tuple(
        Cycle(one.label, one.start, one.end, quiet=last is not None and one.start > last)
        for one in found
    )


def bill_account(
    plan: object,
    account: Account,
    events: list[Event],
    cycle: str,
    cancelled: Callable[[], bool] = lambda: False,
    around: Around = ALONE,
) -> Bill | None:
    """The account's bill of the cycle labelled `cycle` (`2026-05`), or None if cancelled.

    Lines are billed by their own subscriptions to the plan; where the account has none, all
    its lines are billed as if they held it. A label that is no month gives None too.
    """
    assert isinstance(plan, Plan)
    tables = tables_of(plan).of(account)
    if any("plan" in zone.lines for zone in plan.zones):
        tables.choices.numbers = _numbers_of(plan, around)
    held = on_plan(account, plan)
    wanted = cycles_labelled(tables.cycles_of(held), cycle)
    if not wanted:
        return None
    try:
        *at_once, billed = bill_cycles(
            tables, held, events, wanted[:1], keep_events=True, cancelled=cancelled
        )
    except Cancelled:
        return None
    notes = (
        *_plans_beside(plan, account, wanted[0]),
        *(_at_once(one.invoice) for one in at_once),
    )
    return Bill(billed.invoice, lambda key: explain_row(billed, tables, key), notes)


def _numbers_of(plan: Plan, around: Around) -> dict[str, list[Subscription]]:
    """The numbers of all lines that ever hold the plan, with when they do."""
    found: dict[str, list[Subscription]] = {}
    for account in around.accounts:
        for line in account.lines:
            mine = [one for one in line.subscriptions if one.plan == plan.id]
            if mine and line.number:
                found.setdefault(line.number, []).extend(mine)
    return found


def _plans_beside(plan: Plan, account: Account, cycle: BillCycle) -> Iterator[str]:
    """The other plans that the account's lines hold in the cycle."""
    others = {
        one.plan
        for line in account.lines
        for one in line.subscriptions
        if one.plan != plan.id
        and one.start < cycle.end
        and (one.end is None or one.end > cycle.start)
    }
    if not others:
        return
    names = ", ".join(f"`{name}`" for name in sorted(others))
    # Each is a row of its own, since the pane is narrow.
    if subscribes(account, plan.id):
        yield f"lines also hold {names},"
        yield "which is not on this bill" if len(others) == 1 else "which are not on this bill"
    else:
        yield f"no line holds `{plan.id}`: billed as if"
        yield f"they did, instead of {names}"


def _at_once(invoice: Invoice) -> str:
    day = invoice.end - timedelta(days=1)
    return f"a bill at once on {day}: {format_amount(invoice.total, invoice.currency)}"
