"""Who holds what and when, as fees and commitments are charged for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ratedsl.rating.events import Account
from ratedsl.rating.tables import PlanTables


@dataclass(frozen=True, slots=True)
class Holding:
    """That a line (or the account, where it is empty) holds something for some time.

    Where a change of plan ends it, `cancel` says what becomes of fees in advance. Where a
    change or a suspension has led back to it, `since` is its first start, and `previous` the
    stay before.
    """

    line: str
    start: date
    end: date | None
    quantity: int = 1
    cancel: str = ""
    since: date | None = None
    previous: Holding | None = None
    moved: bool = False

    @property
    def anchor(self) -> date:
        """The day from which its periods and its introduction count."""
        return self.since or self.start


def holdings(account: Account, plan: str) -> list[Holding]:
    """Who holds the plan and when, line by line."""
    found = []
    for line in account.lines:
        previous = None
        for one in line.subscriptions:
            if one.plan != plan:
                continue
            back = one.since is not None and one.since < one.start
            previous = Holding(
                line.id,
                one.start,
                one.end,
                cancel=one.left.credit if one.left else "",
                since=one.since,
                previous=previous if back else None,
                moved=one.left is not None,
            )
            found.append(previous)
    return found


def charged_holdings(tables: PlanTables, account: Account) -> list[Holding]:
    """Who is charged for the plan and when: who holds it, without the time of a trial."""
    held = holdings(account, tables.plan.id)
    if tables.plan.trial is None:
        return held
    ends = {line.id: tables.trial_end(line) for line in account.lines}
    charged = []
    for one in held:
        end = ends[one.line]
        start = one.start if end is None else max(one.start, end)
        if one.end is None or start < one.end:
            charged.append(replace(one, start=start))
    return charged


def account_holding(held: list[Holding]) -> list[Holding]:
    """The account's own holding: from its first line's start to its last line's end.

    Where a change leaves no line on the plan for a while, it is interrupted.
    """
    runs: list[Holding] = []
    for one in sorted(held, key=lambda one: one.start):
        last = runs[-1] if runs else None
        if last is None or (last.moved and last.end is not None and last.end < one.start):
            runs.append(replace(one, line="", quantity=1, since=None, previous=None))
            if last is not None:
                runs[-1] = replace(runs[-1], since=last.anchor, previous=last)
        elif last.end is not None and (one.end is None or one.end > last.end):
            runs[-1] = replace(last, end=one.end, cancel=one.cancel, moved=one.moved)
    return runs


def item_holdings(account: Account, held: list[Holding], item: str) -> list[Holding]:
    """How many of an item each line holds and when, as far as it holds the plan."""
    found = []
    for line in account.lines:
        for one in line.items:
            for whole in held:
                if one.item != item or whole.line != line.id:
                    continue
                start = max(one.start, whole.start)
                end = min((e for e in (one.end, whole.end) if e is not None), default=None)
                if end is not None and start >= end:
                    continue
                moved = whole.moved and end == whole.end
                before = whole.previous
                if before is not None and before.end is not None and one.start >= before.end:
                    before = None
                found.append(
                    Holding(
                        line.id,
                        start,
                        end,
                        one.quantity,
                        cancel=whole.cancel if moved else "",
                        since=max(one.start, whole.since or whole.start) if before else None,
                        previous=before,
                        moved=moved,
                    )
                )
    return found


def stays(held: list[Holding]) -> list[Holding]:
    """The holdings, those that a change or a suspension led back to made one.

    What was agreed once, a term or instalments, goes on through it.
    """
    found: list[Holding] = []
    for one in held:
        whole = replace(one, start=one.anchor)
        same = (one.line, one.anchor, one.quantity)
        for index, before in enumerate(found):
            if one.anchor < one.start and (before.line, before.start, before.quantity) == same:
                found[index] = whole
                break
        else:
            found.append(whole)
    return found
