"""All that is counted of one account from event to event, and turns over at each bill cycle."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Rate, Tier
from ratedsl.rating.allowances import AllowanceBook
from ratedsl.rating.caps import CapBook
from ratedsl.rating.conditions import subscribers_of
from ratedsl.rating.counters import Counters, flat_at_zero
from ratedsl.rating.events import Account
from ratedsl.rating.holders import Holder, Pools
from ratedsl.rating.parts import AlertRaised, RatedEvent
from ratedsl.rating.samples import SampleBook
from ratedsl.rating.sessions import SessionBook
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.tenure import Tenure
from ratedsl.rating.wallets import WalletBook


class Flat(NamedTuple):
    """A flat amount that a rate's first tier charges a total's holder, with or without usage."""

    rate: Rate
    tier: Tier
    holder: Holder
    amount: Fraction


class AccountBooks:
    """What allowances and wallets hold, what tiers have counted and what caps have seen, by
    line or for the account; what sessions and samples have come to."""

    def __init__(self, tables: PlanTables, account: Account, first: BillCycle) -> None:
        self.tables = tables
        self.plan = tables.plan
        self.tenure = Tenure(tables, account)
        self.account = self.tenure.account
        self.pools = Pools(self.plan, self.account)
        self.cycles = tables.cycles_of(self.account)
        self.cycle = first
        self.subscribers = subscribers_of(self.account, self.plan.id)
        self.allowances = AllowanceBook(tables, self.account, self.tenure.lines, self.pools)
        self.wallets = WalletBook(tables, self.account, self.pools)
        self.counters = Counters(tables, self.tenure.held, self.pools)
        self.caps = CapBook()
        self.sessions = SessionBook()
        self.samples = SampleBook(tables)
        self.closed: list[RatedEvent] = []
        """The charges for the samples of the cycles that have closed."""
        self.remembered: dict[tuple[str, ...], Fraction] = {}
        """What bills leave behind for later ones, such as how much of a credit is used up."""
        self.open_cycle(first)

    @property
    def alerts(self) -> list[AlertRaised]:
        """The alerts of the current cycle."""
        return self.caps.alerts

    def flats(self, cycle: BillCycle) -> Iterator[Flat]:
        """What tiers charge for a cycle even without usage, once for each total: of the lines
        that are charged for the plan in it."""
        for rate in self.tables.tiered:
            for tier, amount in flat_at_zero(rate, cycle.start):
                assert rate.tiers is not None
                lines = self.tenure.charged(cycle)
                for holder in self.pools.counters(rate.tiers, lines):
                    yield Flat(rate, tier, holder, amount)

    def open_cycle(self, cycle: BillCycle) -> None:
        """Turn the books over to the cycle that follows."""
        self.cycle = cycle
        self.counters.open_cycle(cycle)
        self.caps.open_cycle(cycle.start)
        self.sessions.open_cycle(cycle)
        for one in self.flats(cycle):
            amount = self.tables.exchange.amount(one.rate, one.amount, cycle.start)
            self.caps.count(self.tables.choices.caps_of[one.rate.id], one.holder, amount)
        self.allowances.open_cycle(cycle)
        if self.wallets.wallets:
            self.wallets.advance(cycle.start_ms - 1)
            self.wallets.open_cycle(cycle.start)
