"""All that is counted of one account from event to event, and turns over at each bill cycle."""

from __future__ import annotations

from fractions import Fraction

from ratedsl.plan.calendar import BillCycle
from ratedsl.rating.allowances import AllowanceBook
from ratedsl.rating.caps import CapBook
from ratedsl.rating.conditions import subscribers_of
from ratedsl.rating.counters import Counters, flat_at_zero
from ratedsl.rating.events import Account
from ratedsl.rating.holders import Pools
from ratedsl.rating.parts import AlertRaised, RatedEvent
from ratedsl.rating.samples import SampleBook
from ratedsl.rating.sessions import SessionBook
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.tenure import Tenure
from ratedsl.rating.wallets import WalletBook


class AccountBooks:
    """What allowances and wallets hold, what tiers have counted and what caps have seen, by
    line or for the account; what sessions and samples have come to."""

    def __init__(self, tables: PlanTables, account: Account, first: BillCycle) -> None:
        self.tables = tables
        self.plan = tables.plan
        self.tenure = Tenure(tables, account)
        self.account = self.tenure.account
        self.cycles = tables.cycles_of(self.account)
        self.cycle = first
        self.subscribers = subscribers_of(self.account, self.plan.id)
        pools = Pools(self.plan, self.account)
        self.allowances = AllowanceBook(tables, self.account, self.tenure.lines, pools)
        self.wallets = WalletBook(tables, self.account, pools)
        self.counters = Counters(tables, self.tenure.held)
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

    def open_cycle(self, cycle: BillCycle) -> None:
        """Turn the books over to the cycle that follows."""
        self.cycle = cycle
        self.counters.open_cycle(cycle)
        self.caps.open_cycle(cycle.start)
        self.sessions.open_cycle(cycle)
        for rate in self.plan.rates:
            for _, stated in flat_at_zero(rate, cycle.start):
                flat = self.tables.exchange.amount(rate, stated, cycle.start)
                for line in self.tenure.lines:
                    self.caps.count(self.tables.choices.caps_of[rate.id], line, flat)
        self.allowances.open_cycle(cycle)
        if self.wallets.wallets:
            self.wallets.advance(cycle.start_ms - 1)
            self.wallets.open_cycle(cycle.start)
