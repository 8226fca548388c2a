"""Which allowances go on over a change of plan, so that what is left of them comes along.

It takes an allowance of the same id, measure and span in both plans, of which the line has a
part in both, whose span goes on over the day, and which no line that stays still draws on by a
grant that they share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from ratedsl.plan.calendar import BillCycles
from ratedsl.plan.model import Allowance, Plan
from ratedsl.rating.events import Account, Line, Move, Subscription
from ratedsl.rating.holders import Pools, scope_of, span_of


def with_counterparts(account: Account, plans: Mapping[str, Plan], cycles: BillCycles) -> Account:
    """The account, whose lines keep at each change what goes on over it, and nothing else."""
    if not any(one.left and one.left.kept for line in account.lines for one in line.subscriptions):
        return account
    found = _Counterparts(account, plans, cycles)
    return replace(account, lines=tuple(found.line(line) for line in account.lines))


class _Counterparts:
    def __init__(self, account: Account, plans: Mapping[str, Plan], cycles: BillCycles) -> None:
        self.account = account
        self.cycles = cycles
        self.pools = {name: Pools(plan, account) for name, plan in plans.items()}
        self.allowances = {
            name: {one.id: one for one in plan.allowances} for name, plan in plans.items()
        }

    def line(self, line: Line) -> Line:
        """The line with what its moves really keep."""
        kept = {
            one.left: self._kept(line, one.left)
            for one in line.subscriptions
            if one.left is not None
        }
        return replace(
            line,
            subscriptions=tuple(
                replace(
                    one,
                    joined=kept.get(one.joined, one.joined) if one.joined else None,
                    left=kept[one.left] if one.left else None,
                )
                for one in line.subscriptions
            ),
        )

    def _kept(self, line: Line, move: Move) -> Move:
        pairs = tuple(
            (new, old)
            for new, old in move.kept
            if self._goes_on(
                line, move, self.allowances[move.left][old], self.allowances[move.joined][new]
            )
        )
        return replace(move, kept=pairs)

    def _goes_on(self, line: Line, move: Move, old: Allowance, new: Allowance) -> bool:
        if (old.dimension, old.span, old.count) != (new.dimension, new.span, new.count):
            return False
        holder = self._holder(move.left, old, line)
        if holder is None or self._holder(move.joined, new, line) is None:
            return False
        sharing = [
            one
            for other in self.account.lines
            if self._holder(move.left, old, other) == holder
            for one in other.subscriptions
            if one.plan == move.left
        ]
        alone = scope_of(old) == "line" or old.pooled
        if not alone and any(_holds(one, move.day) for one in sharing):
            return False
        if old.span == "cycle" and old.count == 1:
            return True
        before = move.day - timedelta(days=1)
        start = min((one.start for one in sharing if _holds(one, before)), default=before)
        until = span_of(old, start, before, self.cycles)[1]
        return until is None or until > move.day

    def _holder(self, plan: str, allowance: Allowance, line: Line) -> str | None:
        return self.pools[plan].holder(scope_of(allowance), allowance.pool, line.id)


def _holds(one: Subscription, day: date) -> bool:
    return one.start <= day and (one.end is None or day < one.end)
