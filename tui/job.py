"""One run from a plan's text to an invoice, on a background lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from textual.message import Message

from ratedsl.lang.textfile import FileTrouble, read
from tui.services import Services

if TYPE_CHECKING:
    from ratedsl.billing.delta import Delta
    from ratedsl.billing.invoice import Invoice
    from ratedsl.lang.diagnostics import Diagnostic
    from ratedsl.preview import Around, Bill, Checked, Cycle
    from ratedsl.rating.events import Account, Event


@dataclass(frozen=True, slots=True, eq=False)
class Usage:
    """An account and all of its events, in memory, and what else its database holds."""

    account: Account
    events: list[Event]
    around: Around


@dataclass(slots=True, eq=False)
class Version:
    """A plan as it once was, with the bills that were made of it.

    `hash` names the plan's content, so that a version that only moved a comment is told from
    one that changed a price.
    """

    plan: object
    hash: str = ""
    bills: dict[tuple[str, str], Bill] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """What to work out.

    `path` and `text` are the edited file. `plan_file` is the plan to bill with where the
    edited file is another one (a library). `saved` says that `text` is what is on disk.
    `usage` is None where there is none yet, and then only check runs; so it does without
    `bill`. `cycle` is the wished one, empty for the newest. `versions` are the saved plans
    to compare with, newest first.
    """

    gen: int
    path: str
    text: str
    saved: bool
    plan_file: Path | None = None
    usage: Usage | None = None
    cycle: str = ""
    bill: bool = True
    versions: tuple[Version, ...] = ()


@dataclass
class CheckDone(Message):
    """The findings, posted before the bill is made. `billing` says that a bill will follow."""

    job: Job
    diagnostics: tuple[Diagnostic, ...]
    billing: bool
    ms: int


@dataclass
class BillDone(Message):
    """The bill, the last different version's invoice and the change from it to the bill."""

    job: Job
    version: Version
    bill: Bill
    base: Invoice | None
    change: Delta | None
    cycles: tuple[Cycle, ...]
    cycle: Cycle
    ms: int

    def same_bill(self, other: BillDone) -> bool:
        """Whether both are for the same account and cycle."""
        mine, theirs = self.bill.invoice, other.bill.invoice
        return (mine.account, self.cycle) == (theirs.account, other.cycle)


@dataclass
class NoUsageInCycle(Message):
    """The plan is sound, but the account has no usage to bill."""

    job: Job


@dataclass
class JobFailed(Message):
    """A bug: the job raised. `error` is for the log."""

    job: Job
    error: Exception


def run_job(
    job: Job,
    services: Services,
    post: Callable[[Message], object],
    cancelled: Callable[[], bool],
) -> None:
    """Check, then bill, posting each result as soon as it is there; silent once cancelled."""
    began = perf_counter()
    try:
        checked, diagnostics = _check(job, services)
        usage = job.usage
        billing = job.bill and usage is not None and checked.plan is not None
        if cancelled():
            return
        post(CheckDone(job, diagnostics, billing, _ms(began)))
        if billing and usage is not None:
            _bill(
                job,
                usage,
                checked.plan,
                services=services,
                post=post,
                cancelled=cancelled,
                began=began,
            )
    except Exception as error:
        if not cancelled():
            post(JobFailed(job, error))


def _check(job: Job, services: Services) -> tuple[Checked, tuple[Diagnostic, ...]]:
    """The plan to bill with, and the findings of the edited file and the plan together."""
    edited = services.check_text(job.path, job.text)
    if job.plan_file is None:
        return edited, edited.diagnostics
    try:
        text = read(job.plan_file).text
    except FileTrouble:
        return edited, edited.diagnostics
    plan = services.check_text(str(job.plan_file), text)
    both = dict.fromkeys((*edited.diagnostics, *plan.diagnostics))
    return plan, tuple(both)


def _bill(
    job: Job,
    usage: Usage,
    plan: object,
    *,
    services: Services,
    post: Callable[[Message], object],
    cancelled: Callable[[], bool],
    began: float,
) -> None:
    account, events, around = usage.account, usage.events, usage.around
    cycles = services.cycles_of(plan, account, events, around)
    used = [one for one in cycles if not one.quiet]
    newest = next(reversed(used or cycles), None)
    cycle = next((one for one in cycles if one.label == job.cycle), newest)
    if cycle is None:
        post(NoUsageInCycle(job))
        return
    bill = services.bill_account(plan, account, events, cycle.label, cancelled, around)
    if bill is None or cancelled():
        return
    version = Version(plan, bill.invoice.plan_hash)
    version.bills[account.id, cycle.label] = bill
    before = next((old for old in job.versions if old.hash != version.hash), None)
    base = change = None
    if before is not None:
        key = account.id, cycle.label
        old = before.bills.get(key) or services.bill_account(
            before.plan, account, events, cycle.label, cancelled, around
        )
        if old is None:
            return
        before.bills[key] = old
        base = old.invoice
        change = services.compare(base, bill.invoice)
    if not cancelled():
        post(BillDone(job, version, bill, base, change, cycles, cycle, _ms(began)))


def _ms(began: float) -> int:
    return round((perf_counter() - began) * 1000)
