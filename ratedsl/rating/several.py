"""One account under all the plans that its lines hold, each event rated by its line's own.

With one plan this is that plan's rater and nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ratedsl.plan.calendar import BillCycle
from ratedsl.rating.events import Account, Event, Move, Subscription
from ratedsl.rating.parts import RatedEvent
from ratedsl.rating.purses import Purses
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.tables import PlanTables


@dataclass(frozen=True, slots=True)
class Side:
    """One plan, and the account with only what its lines hold of that plan."""

    tables: PlanTables
    account: Account


def side_of(tables: PlanTables, account: Account) -> Side:
    """The side of one plan of an account whose changes are settled."""
    return Side(
        tables,
        replace(
            account,
            lines=tuple(
                replace(
                    line,
                    subscriptions=tuple(
                        one for one in line.subscriptions if one.plan == tables.plan.id
                    ),
                )
                for line in account.lines
            ),
        ),
    )


def by_signup(side: Side) -> list[Side]:
    """A side in parts whose lines have the same prices, where the plan keeps those of signup."""
    if side.tables.plan.keeps is None:
        return [side]
    versions: dict[int, PlanTables] = {}
    held: dict[int, dict[str, list[Subscription]]] = {}
    for line in side.account.lines:
        for one in line.subscriptions:
            if one.plan == side.tables.plan.id:
                tables = side.tables.signed_up(one.since or one.start)
                versions[id(tables)] = tables
                held.setdefault(id(tables), {}).setdefault(line.id, []).append(one)
    parts = [
        Side(
            tables,
            replace(
                side.account,
                lines=tuple(
                    replace(line, subscriptions=tuple(held[name].get(line.id, ())))
                    for line in side.account.lines
                ),
            ),
        )
        for name, tables in versions.items()
    ]
    return parts or [side]


class SeveralRater:
    """Rates an account's events in order of time, and moves allowances along at changes."""

    def __init__(self, sides: Sequence[Side], first: BillCycle) -> None:
        self.sides = sides
        self.raters = [AccountRater(side.tables, side.account, first) for side in sides]
        self._purses: Purses | None = None
        if len(sides) > 1 and any(rater.wallets for rater in self.raters):
            self._purses = Purses([(side.tables, side.account) for side in sides])
            self._purses.advance(first.start_ms - 1)
            self._purses.open_cycle(first.start)
            self._share()
        self._day = sides[0].tables.day
        self._cycles = self.raters[0].cycles
        self._midnight = sides[0].tables.calendar.midnight
        self._stays: dict[str, list[tuple[date, date | None, int]]] = {}
        left: dict[tuple[str, date], tuple[int, Move]] = {}
        joined: dict[tuple[str, date], int] = {}
        for index, side in enumerate(sides):
            for line in side.account.lines:
                for one in line.subscriptions:
                    self._stays.setdefault(line.id, []).append((one.start, one.end, index))
                    if one.left is not None:
                        left[line.id, one.left.day] = (index, one.left)
                    if one.joined is not None:
                        joined[line.id, one.joined.day] = index
        for stays in self._stays.values():
            stays.sort(key=lambda stay: stay[0])
        self._moves = sorted(
            (
                (self._midnight(day), line, index, joined[line, day], move)
                for (line, day), (index, move) in left.items()
            ),
            key=lambda one: one[:2],
        )
        self._moves = [one for one in self._moves if one[0] >= first.start_ms]
        self._done = 0

    def rate(self, event: Event) -> tuple[int, RatedEvent]:
        """The event as rated, and the number of the side that rated it."""
        if len(self.sides) == 1:
            return 0, self.raters[0].rate(event)
        self._move_until(event.start)
        side = self._side(event)
        rated = self.raters[side].rate(event)
        if self._purses is not None:
            # A rater that tried what can be paid has gone on from a copy.
            self._purses = self.raters[side].wallets.shared
            self._share()
        return side, rated

    def _share(self) -> None:
        """Let all plans pay from the same purses."""
        assert self._purses is not None
        for rater in self.raters:
            rater.wallets.shared = self._purses

    def rater_for(self, event: Event) -> AccountRater:
        """The rater of the plan by which an event is rated, with the moves before it."""
        if len(self.sides) == 1:
            return self.raters[0]
        self._move_until(event.start)
        return self.raters[self._side(event)]

    def advance(self, cycle: BillCycle) -> None:
        """Turn over to a later cycle, with the moves before its start."""
        self._move_until(cycle.start_ms)
        for rater in self.raters:
            rater.advance(cycle)

    def holding_on(self, day: date) -> AccountRater:
        """The rater of the plan that the first of the lines holds on a day, or takes up first."""
        stays = [stay for found in self._stays.values() for stay in found]
        held = [one for one in stays if one[0] <= day and (one[1] is None or day < one[1])]
        index = min(held or stays, default=(day, None, 0), key=lambda one: one[0])[2]
        return self.raters[index]

    def close(self, cycle: BillCycle) -> None:
        """Bring all sides to a cycle in which nothing more happens."""
        self._move_until(cycle.end_ms - 1)
        for rater in self.raters:
            rater.advance(cycle)

    def _side(self, event: Event) -> int:
        """The side whose plan the line holds; that of its plan before, which rejects the event,
        where it holds none."""
        day = self._day(event.start)
        found = 0
        for start, _, index in self._stays.get(event.line, ()):
            if start > day:
                break
            found = index
        return found

    def _move_until(self, instant: int) -> None:
        while self._done < len(self._moves) and self._moves[self._done][0] <= instant:
            at, line, left, joined, move = self._moves[self._done]
            self._done += 1
            cycle = self._cycles.at(at)
            at_turn = cycle.start_ms == at
            # What rolls over at a cycle's turn is what the cycle before has left.
            before = self._cycles.before(cycle) if at_turn else cycle
            self.raters[left].advance(before)
            taken = self.raters[left].allowances.leave(line, move.day, at_turn=at_turn)
            self.raters[joined].advance(cycle)
            if move.kept:
                self.raters[joined].allowances.take_over(line, move.day, dict(move.kept), taken)
