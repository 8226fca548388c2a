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
from textwrap import wrap

from ratedsl.billing.bill import Cancelled, bill_cycles
from ratedsl.billing.invoice import Invoice
from ratedsl.billing.late import arrival
from ratedsl.billing.lint import lint_bill
from ratedsl.billing.notices import find_notices
from ratedsl.billing.replay import (
    billed_together,
    by_clock_of,
    cycles_held,
    cycles_labelled,
    cycles_with_usage,
    on_plans,
    subscribes,
)
from ratedsl.billing.sides import Plans, cycles_for
from ratedsl.billing.why import explain_row
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.beside import plans_beside
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan
from ratedsl.rating.events import ARRIVED, Account, Event, Subscription
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.trace import Why
from ratedsl.report.money import format_amount
from ratedsl.report.notices import notice_lines


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

NARROW = 44  # cells of the app's invoice pane that a row of words has


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice and, on demand, the reasons for its rows.

    `notes` say what a reader of the bill has to know beside it: what it does not hold.
    `findings` are what the operator should see of it before it is sent.
    """

    invoice: Invoice
    explain: Callable[[str], Why | None]
    notes: tuple[str, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


def check_text(path: str, text: str) -> Checked:
    """Check `text` as the content of the file `path`, whether or not it is saved yet.

    Files that the plan uses are read from disk.
    """
    loaded = load(path, {Path(path).resolve(): text}, prove=True)
    return Checked(loaded.plan if loaded.ok else None, loaded.diagnostics)


@lru_cache(maxsize=16)
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
    plans = by_clock_of(_plans_for(plan, account), account)
    held = on_plans(account, plans)
    leading = _each(plans)[0]
    if around.span is None:
        found = cycles_with_usage(plans, held, events)
    else:
        first, end = (leading.day(instant) for instant in around.span)
        came = [day for one in events if ARRIVED in one.attributes and (day := arrival(one))]
        found = cycles_held(plans, held, events, first, max([end, *came]))
    last = leading.day(events[-1].start) if events else None
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

    Each line is billed by what it holds, of this plan and of those in the files beside it; where
    the account never holds the plan, all its lines are billed as if they held it. A label that
    is no month gives None too.
    """
    assert isinstance(plan, Plan)
    plans = by_clock_of(_plans_for(plan, account), account)
    each = _each(plans)
    for tables in each:
        if any("plan" in zone.lines for zone in tables.plan.zones):
            tables.choices.numbers = _numbers_of(tables.plan, around)
    held = on_plans(account, plans)
    wanted = cycles_labelled(cycles_for(plans, held), cycle)
    if not wanted:
        return None
    mine = {line.id for line in held.lines}
    try:
        *at_once, billed = bill_cycles(
            plans,
            held,
            [one for one in events if one.line in mine],
            wanted[:1],
            keep_events=True,
            cancelled=cancelled,
        )
    except Cancelled:
        return None
    notes = (
        *_plans_beside([one.plan for one in each], account, wanted[0]),
        *_of_data(plans, account),
        *(_at_once(one.invoice) for one in at_once),
    )
    return Bill(
        billed.invoice, lambda key: explain_row(billed, each[-1], key), notes, lint_bill(billed)
    )


def _each(plans: Plans) -> list[PlanTables]:
    return [plans] if isinstance(plans, PlanTables) else list(plans)


def _plans_for(plan: Plan, account: Account) -> Plans:
    """The plan, and those that the account's lines hold besides, as the files beside it have
    them, where they can share its bills."""
    others = {one.plan for line in account.lines for one in line.subscriptions} - {plan.id}
    if not others or not subscribes(account, plan.id):
        return tables_of(plan)
    found = plans_beside(plan.at.path, others)
    group = billed_together([tables_of(one) for one in (plan, *found.values())])[0]
    return group if len(_each(group)) > 1 else tables_of(plan)


def _of_data(plans: Plans, account: Account) -> Iterator[str]:
    """What the account's data say in vain; each row is short, since the pane is narrow."""
    for line in notice_lines(find_notices([plans], [account], elsewhere=False)):
        yield from wrap(line, NARROW, break_on_hyphens=False)


def _numbers_of(plan: Plan, around: Around) -> dict[str, list[Subscription]]:
    """The numbers of all lines that ever hold the plan, with when they do."""
    found: dict[str, list[Subscription]] = {}
    for account in around.accounts:
        for line in account.lines:
            mine = [one for one in line.subscriptions if one.plan == plan.id]
            if mine and line.number:
                found.setdefault(line.number, []).extend(mine)
    return found


def _plans_beside(plans: Sequence[Plan], account: Account, cycle: BillCycle) -> Iterator[str]:
    """The plans that the account's lines hold in the cycle and that are not on its bill."""
    billed = {plan.id for plan in plans}
    others = {
        one.plan
        for line in account.lines
        for one in line.subscriptions
        if one.plan not in billed
        and one.start < cycle.end
        and (one.end is None or one.end > cycle.start)
    }
    if not others:
        return
    names = ", ".join(f"`{name}`" for name in sorted(others))
    # Each is a row of its own, since the pane is narrow.
    if subscribes(account, plans[0].id):
        yield f"lines also hold {names},"
        yield "which is not on this bill" if len(others) == 1 else "which are not on this bill"
    else:
        yield f"no line holds `{plans[0].id}`: billed as if"
        yield f"they did, instead of {names}"


def _at_once(invoice: Invoice) -> str:
    day = invoice.end - timedelta(days=1)
    return f"a bill at once on {day}: {format_amount(invoice.total, invoice.currency)}"
