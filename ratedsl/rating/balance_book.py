"""The balances of an account's allowances: granted, rolled over, and moved to other plans."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Allowance
from ratedsl.rating.balances import Balance, Brought, Bucket
from ratedsl.rating.events import Account
from ratedsl.rating.grants import Grants
from ratedsl.rating.holders import Pools
from ratedsl.rating.spans import Held
from ratedsl.rating.tables import PlanTables


class BalanceBook:
    """The balances of one account's allowances, by allowance and holder.

    The holder is a line, a pool, or empty where all the account's lines share the balance.
    """

    def __init__(self, tables: PlanTables, account: Account, lines: Held, pools: Pools) -> None:
        self.tables = tables
        self.grants = Grants(tables, account, lines, pools)
        self.balances: dict[tuple[str, str], Balance] = {}

    # ---- cycles and spans ---------------------------------------------------------------------

    def open_cycle(self, cycle: BillCycle) -> None:
        """Roll over what lives on, and grant what the cycle brings."""
        for allowance in self.tables.plan.allowances:
            if _follows_cycle(allowance):
                self._open_cycle(allowance, cycle)
            else:
                self._continue_cycle(allowance, cycle)

    def _open_cycle(self, allowance: Allowance, cycle: BillCycle) -> None:
        grants: dict[str, list[Brought]] = {}
        for stay in self.grants.stays(allowance, cycle):
            granted = self.grants.of_cycle(allowance, stay, cycle)
            grants.setdefault(stay.holder, []).append(granted)
        for holder, found in grants.items():
            self._balance(allowance, holder).open_cycle(found)
        for balance in self._idle(allowance, grants):
            balance.open_cycle([])
            balance.carried_in = 0

    def _continue_cycle(self, allowance: Allowance, cycle: BillCycle) -> None:
        """Turn the statement over; open the spans that a day of the cycle's start lies in."""
        stays = list(self.grants.stays(allowance, cycle))
        holders = dict.fromkeys(stay.holder for stay in stays)
        for balance in self._idle(allowance, holders):
            balance.continue_cycle()
            balance.carried_in = 0
        for holder in holders:
            balance = self._balance(allowance, holder)
            balance.continue_cycle()
            if not balance.is_open(cycle.start):
                # What its span left has ended with it.
                balance.carried_in = 0
            if allowance.span == "day" and allowance.count == 1:
                # A day is opened when it is used: nobody asks for what was left of idle days.
                balance.open_span(cycle.start, cycle.start, [])
                balance.carried_in = 0
                continue
            for start in sorted(stay.start for stay in stays):
                if not balance.is_open(start):
                    self._open_span(allowance, holder, balance, start)

    def _idle(self, allowance: Allowance, holders: Container[str]) -> list[Balance]:
        """The balances that nobody holds in this cycle. What lives on grows older in it, and no
        statement tells of it."""
        return [
            balance
            for (name, holder), balance in self.balances.items()
            if name == allowance.id and holder not in holders
        ]

    def _balance(self, allowance: Allowance, holder: str) -> Balance:
        key = (allowance.id, holder)
        balance = self.balances.get(key)
        if balance is None:
            balance = self.balances[key] = Balance(allowance)
        return balance

    def _open_span(self, allowance: Allowance, holder: str, balance: Balance, day: date) -> None:
        """Open the span that holds a day, if anybody holds the allowance then."""
        granted = self.grants.of_span(allowance, holder, day)
        if granted is not None:
            balance.open_span(*granted)

    def drawn_on(self, allowance: Allowance, line: str, day: date) -> Balance | None:
        """The balance that a line draws on that day, its span open; None where it has none."""
        plain = not allowance.pool and not allowance.pooled and allowance.scope == "line"
        holder = line if plain else self.grants.holder(allowance, line)
        if holder is None:
            return None
        balance = self.balances.get((allowance.id, holder))
        if balance is not None and not _follows_cycle(allowance) and not balance.is_open(day):
            self._open_span(allowance, holder, balance, day)
        return balance

    # ---- moves to other plans ---------------------------------------------------------------

    def leave(self, line: str, day: date, *, at_turn: bool) -> dict[str, list[Bucket]]:
        """Take away what is left for a line that leaves the plan: its buckets by allowance.

        Of what is pooled it is the part that the line has brought; a grant that is not a line's
        own goes with the last of those that share it. `at_turn` says that the day starts a cycle,
        into which only rolled-over units come.
        """
        instant = self.tables.calendar.midnight(day)
        taken = {}
        for (name, holder), balance in self.balances.items():
            allowance = balance.allowance
            if self.grants.holder(allowance, line) != holder:
                continue
            if allowance.pooled:
                part = balance.split(line, instant)
                taken[name] = part.empty(instant, at_turn=at_turn)
            elif not self.grants.is_held(allowance, holder, day):
                taken[name] = balance.empty(instant, at_turn=at_turn)
        return taken

    def take_over(
        self, line: str, day: date, kept: Mapping[str, str], taken: Mapping[str, list[Bucket]]
    ) -> None:
        """Go on with what another plan has left for a line that comes from it on a day; `kept`
        gives its allowance for each of these."""
        for allowance in self.tables.plan.allowances:
            buckets = taken.get(kept.get(allowance.id, ""))
            balance = self.drawn_on(allowance, line, day) if buckets else None
            if buckets and balance is not None:
                balance.receive(buckets, line, self.tables.calendar.midnight(day))


def _follows_cycle(allowance: Allowance) -> bool:
    return allowance.span == "cycle" and allowance.count == 1
