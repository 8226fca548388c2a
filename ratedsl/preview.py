"""The live preview's one door: a plan's text and an account's usage in, an invoice out.

The app and other front ends talk to this module only. Nothing here touches a screen, and
a user's mistake is a diagnostic, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ratedsl.billing.invoice import Invoice
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.rating.events import Account, Event
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

    plan: object | None
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
    raise NotImplementedError


def cycles_of(plan: object, account: Account, events: list[Event]) -> tuple[Cycle, ...]:
    """The cycles in which the account has usage, oldest first, in the plan's calendar."""
    raise NotImplementedError


def bill_account(
    plan: object,
    account: Account,
    events: list[Event],
    cycle: str,
    cancelled: Callable[[], bool] = lambda: False,
) -> Bill | None:
    """The account's bill of the cycle labelled `cycle` (`2026-05`), or None if cancelled.

    All lines of the account are billed by this plan: those that subscribe to its id from
    their own dates, and if none does, all of them as if they had always held it.
    """
    raise NotImplementedError
