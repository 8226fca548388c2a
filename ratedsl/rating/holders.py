"""Who holds an allowance, a wallet or a total: a line, the account, or a pool; and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from ratedsl.plan.calendar import BillCycles
from ratedsl.plan.model import Allowance, Plan, Tiers
from ratedsl.rating.conditions import holds
from ratedsl.rating.events import Account, Line


class Holder(NamedTuple):
    """Whose a running total is: a `line`'s, a `pool`'s by its name, or the `account`'s.

    A line may bear a pool's name, and is not that pool.
    """

    kind: str
    name: str = ""

    @property
    def words(self) -> str:
        """The holder in words, empty for a line."""
        return {"account": "the account", "pool": f"pool `{self.name}`"}.get(self.kind, "")


ACCOUNT = Holder("account")


class Pools:
    """Which lines of an account belong to which pool of the plan."""

    def __init__(self, plan: Plan, account: Account) -> None:
        self.members = {
            pool.id: frozenset(
                line.id
                for line in account.lines
                if all(holds(test, _attribute(line, test.attribute)) for test in pool.conditions)
            )
            for pool in plan.pools
        }

    def holder(self, scope: str, pool: str, line: str) -> str | None:
        """Who holds what a line of that scope draws on; None where the line has no part in it."""
        if pool:
            return pool if line in self.members.get(pool, ()) else None
        return line if scope == "line" else ""

    def counted(self, tiers: Tiers, line: str) -> Holder:
        """Whose total the usage of a line counts in: a line that is in no pool has its own."""
        if tiers.who == "account":
            return ACCOUNT
        if tiers.who == "pool" and line in self.members.get(tiers.pool, ()):
            return Holder("pool", tiers.pool)
        return Holder("line", line)

    def counters(self, tiers: Tiers, lines: Iterable[str]) -> list[Holder]:
        """The holders of the totals that the usage of some lines counts in, each once."""
        return list(dict.fromkeys(self.counted(tiers, line) for line in lines))


def _attribute(line: Line, name: str) -> str:
    return line.number if name == "number" else line.attributes.get(name, "")


def scope_of(allowance: Allowance) -> str:
    """For whom the allowance is one balance: `line`, `account` or `pool`."""
    if allowance.pooled:
        return "pool" if allowance.pool else "account"
    return allowance.scope


def span_of(
    allowance: Allowance, start: date, day: date, cycles: BillCycles
) -> tuple[date, date | None]:
    """The span of the allowance that holds a day, for a holder since `start`."""
    if allowance.span == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    if allowance.span == "month":
        following = day.replace(day=28) + timedelta(days=4)
        return day.replace(day=1), following.replace(day=1)
    if allowance.span == "contract":
        return start, None
    if allowance.span == "day":
        number = (day - start).days // allowance.count if allowance.count > 1 else 0
        first = start + timedelta(days=number * allowance.count) if allowance.count > 1 else day
        return first, first + timedelta(days=allowance.count)
    # So many bill cycles, the one in which it was taken up being the first.
    cycle = cycles.on(start)
    for _ in range(cycles.count(start, day) // allowance.count * allowance.count):
        cycle = cycles.after(cycle)
    first = cycle.start
    for _ in range(allowance.count - 1):
        cycle = cycles.after(cycle)
    return first, cycle.end
