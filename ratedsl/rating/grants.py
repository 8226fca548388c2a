"""Who holds which allowance and when, and how much each line brings to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Allowance, Proration
from ratedsl.plan.proration import PartPeriod, share_of
from ratedsl.rating.balances import Amount, Brought, grant_on, granted_units, is_money
from ratedsl.rating.events import Account, Move
from ratedsl.rating.holders import Pools, scope_of, span_of
from ratedsl.rating.spans import Held
from ratedsl.rating.tables import PlanTables

BY_DAY = Proration(method="day", counting="first")
"""How a change prorates an allowance that does not say it."""


class Stay(NamedTuple):
    """That a holder has an allowance from a day until another, by what a line brings.

    Where a grant is not a line's own, it is the first line's start and the last one's end, each
    with the move by which that line came or went.
    """

    holder: str
    line: str
    start: date
    end: date
    joined: Move | None = None
    left: Move | None = None


class Grants:
    """What the allowances of one account are granted, cycle by cycle and span by span."""

    def __init__(self, tables: PlanTables, account: Account, lines: Held, pools: Pools) -> None:
        self.tables = tables
        self.account = account
        self.lines = lines
        self.pools = pools
        self.cycles = tables.cycles_of(account)
        held = [(line.id, one) for line in account.lines for one in line.subscriptions]
        self._joined = {(name, one.start): one.joined for name, one in held if one.joined}
        self._left = {(name, one.end): one.left for name, one in held if one.left}

    def holder(self, allowance: Allowance, line: str) -> str | None:
        """Who holds what a line draws on; None where the line has no part in it."""
        return self.pools.holder(scope_of(allowance), allowance.pool, line)

    def is_held(self, allowance: Allowance, holder: str, day: date) -> bool:
        """Whether a line for which it is the holder has the allowance on a day."""
        return any(
            start <= day and (end is None or day < end)
            for line, periods in self.held(allowance).items()
            if self.holder(allowance, line) == holder
            for start, end in periods
        )

    def held(self, allowance: Allowance) -> Held:
        """When each line holds the allowance: with the plan, or an add-on of its own dates."""
        if not allowance.addon:
            return self.lines
        return {
            line.id: tuple(
                (max(one.start, start), _earlier(one.end, end))
                for one in line.items
                if one.item == allowance.id
                for start, end in self.lines.get(line.id, ())
            )
            for line in self.account.lines
        }

    def stays(self, allowance: Allowance, cycle: BillCycle) -> Iterator[Stay]:
        """Who holds the allowance in a cycle, from when until when; a pool for each member."""
        parts = []
        for line, periods in self.held(allowance).items():
            holder = self.holder(allowance, line)
            if holder is None:
                continue
            for start, end in periods:
                first = max(start, cycle.start)
                last = cycle.end if end is None else min(end, cycle.end)
                if first < last:
                    moves = self._joined.get((line, first)), self._left.get((line, last))
                    parts.append(Stay(holder, line, first, last, *moves))
        if scope_of(allowance) == "line" or allowance.pooled:
            yield from parts
        elif parts:
            first_part = min(parts, key=lambda part: (part.start, part.line))
            last_part = max(parts, key=lambda part: (part.end, part.line))
            yield first_part._replace(end=last_part.end, left=last_part.left)

    def of_cycle(self, allowance: Allowance, stay: Stay, cycle: BillCycle) -> Brought:
        """What is granted for a part of a cycle."""
        joined = stay.joined
        if (
            joined is not None
            and stay.start > cycle.start
            and self._takes_over(allowance, stay.line, joined)
        ):
            units: Amount = 0
        else:
            units = self._share(allowance, stay, cycle.start, cycle.end)
        whole = stay.start == cycle.start
        since = cycle.start_ms if whole else self.tables.calendar.midnight(stay.start)
        return Brought(stay.line, units, since)

    def of_span(
        self, allowance: Allowance, holder: str, day: date
    ) -> tuple[date, date | None, list[Brought]] | None:
        """The span of an allowance that holds a day, and its grants: one of each line where they
        are pooled; None where nobody holds it."""
        stays = [
            Stay(holder, line, start, end or date.max)
            for line, periods in self.held(allowance).items()
            if self.holder(allowance, line) == holder
            for start, end in periods
            if start <= day and (end is None or day < end)
        ]
        if not stays:
            return None
        first_held = min(stay.start for stay in stays)
        first, until = span_of(allowance, first_held, day, self.cycles)
        if not allowance.pooled:
            last = max(stay.end for stay in stays)
            stays = [min(stays, key=lambda stay: (stay.start, stay.line))._replace(end=last)]
        whole = granted_units(grant_on(allowance, day))
        grants = []
        for stay in stays:
            joined = self._joined.get((stay.line, stay.start))
            left = self._left.get((stay.line, stay.end))
            units = whole
            if joined is not None and self._goes_on(allowance, joined):
                units = 0 if first <= joined.day else units
            elif until is not None and "prorated" in (_fate(joined), _fate(left)):
                start, end = max(stay.start, first), min(stay.end, until)
                own = stay._replace(start=start, end=end, joined=joined, left=left)
                units = self._share(allowance, own, first, until)
            grants.append(Brought(stay.line, units))
        return first, until, grants

    def _share(self, allowance: Allowance, stay: Stay, start: date, end: date) -> Amount:
        """The part of a grant for the period from `start` to `end` that falls to a stay."""
        whole = granted_units(grant_on(allowance, stay.start))
        proration = allowance.proration
        joined, left = stay.joined, stay.left
        first, last = stay.start, stay.end
        if joined is not None and (
            joined.allowances == "reset" or (joined.paused and joined.allowances == "kept")
        ):
            first = start
        if left is not None and left.allowances != "prorated":
            last = end
        if any(move is not None and move.allowances == "prorated" for move in (joined, left)):
            proration = proration or BY_DAY
        share, _ = share_of(PartPeriod(first, last, start, end), proration, self.tables.calendar)
        return whole * share if is_money(allowance) else int(whole * share)

    def _takes_over(self, allowance: Allowance, line: str, move: Move) -> bool:
        """Whether the allowance goes on with what there was before, without a grant."""
        if move.paused is not None:
            # A pause from the cycle's first day on leaves nothing of the cycle to go on with.
            cycle = self.cycles.on(move.paused)
            return move.allowances == "kept" and cycle.start < move.paused and cycle.end > move.day
        if not self._goes_on(allowance, move):
            return False
        return not allowance.addon or any(
            one.item == allowance.id and one.start < move.day
            for held in self.account.lines
            if held.id == line
            for one in held.items
        )

    def _goes_on(self, allowance: Allowance, move: Move) -> bool:
        """Whether what another plan has left of an allowance comes along with a move."""
        return any(name == allowance.id for name, _ in move.kept)


def _fate(move: Move | None) -> str:
    """What a change says of allowances; a pause says nothing of a span that goes on."""
    return "" if move is None or move.paused is not None else move.allowances


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
