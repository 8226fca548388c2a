"""On which days an account's lines hold the plan, and what becomes of usage on other days."""

from __future__ import annotations

from datetime import date

from ratedsl.plan.calendar import BillCycle
from ratedsl.rating.events import Account, Event, Line
from ratedsl.rating.parts import Outcome, RatedEvent, whole
from ratedsl.rating.spans import Held
from ratedsl.rating.suspension import without_suspended
from ratedsl.rating.tables import PlanTables


class Tenure:
    """When each line holds the plan, its suspensions taken out; and the trials of the lines.

    `held` is the same with the suspended days, by which running totals go on.
    """

    def __init__(self, tables: PlanTables, account: Account) -> None:
        self.tables = tables
        self.plan = tables.plan
        # Only what a suspended line uses asks for the days on which it was.
        self._suspensions = {line.id: line.suspensions for line in account.lines}
        self.held: Held = {line.id: _holds(line, self.plan.id) for line in account.lines}
        self.account = without_suspended(account, self.plan)
        self.lines: Held = {line.id: _holds(line, self.plan.id) for line in self.account.lines}
        self._trials = _free_trials(tables, self.account)

    def settled(self, event: Event, day: date) -> RatedEvent | None:
        """What becomes of an event by its day alone; None where the plan has to rate it."""
        for start, end in self.lines.get(event.line, ()):
            if start <= day and (end is None or day < end):
                break
        else:
            reason = self._why_not(event, day)
            return whole(event, Outcome.REJECTED, self.plan.at, reason=reason)
        if self._trials and day < self._trials[event.line] and event.quantity > 0:
            assert self.plan.trial is not None
            return whole(event, Outcome.FREE, self.plan.trial.at)
        return None

    def charged(self, cycle: BillCycle) -> list[str]:
        """The lines that are charged for the plan in a cycle: those that hold it outside of a
        trial, and outside of a suspension that costs nothing."""
        suspend = self.plan.suspend
        free = suspend is not None and suspend.charging == "nothing"
        found = []
        for line in self.account.lines:
            trial = self.tables.trial_end(line)
            for start, end in (self.lines if free else self.held)[line.id]:
                first = start if trial is None else max(start, trial)
                if first < cycle.end and (end is None or max(first, cycle.start) < end):
                    found.append(line.id)
                    break
        return found

    def taken_up(self, line: str) -> date:
        """The day on which a line, or the first one, took up the plan last."""
        name = line or next(iter(self.lines), "")
        return max((start for start, _ in self.lines.get(name, ())), default=date.min)

    def _why_not(self, event: Event, day: date) -> str:
        """Why a line that does not hold the plan on a day may not use it."""
        pauses = self._suspensions.get(event.line, ())
        if any(one.start <= day and (one.end is None or day < one.end) for one in pauses):
            return "suspended"
        return "not-subscribed"


def _free_trials(tables: PlanTables, account: Account) -> dict[str, date]:
    """The end of each line's trial, where usage is free in it."""
    if tables.plan.trial is None or not tables.plan.trial.free_usage:
        return {}
    ends = ((line.id, tables.trial_end(line)) for line in account.lines)
    return {name: end for name, end in ends if end is not None}


def _holds(line: Line, plan: str) -> tuple[tuple[date, date | None], ...]:
    return tuple((one.start, one.end) for one in line.subscriptions if one.plan == plan)
