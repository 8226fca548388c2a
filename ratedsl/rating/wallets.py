"""Prepaid money: what an account's wallets hold, and what they pay event by event."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ratedsl.plan.model import Wallet
from ratedsl.rating.events import Account
from ratedsl.rating.holders import Pools
from ratedsl.rating.parts import ZERO, Part, Payment, RatedEvent
from ratedsl.rating.purses import Purse, Purses
from ratedsl.rating.shares import shares
from ratedsl.rating.tables import PlanTables


class WalletBook:
    """The wallets of one account, in the order in which they pay.

    Time only goes on: `advance` adds the top-ups up to an instant. `blocks` says whether any
    wallet may reject what it cannot pay. The purses are `shared` with the account's other plans.
    """

    def __init__(self, tables: PlanTables, account: Account, pools: Pools) -> None:
        self.tables = tables
        self.pools = pools
        self.wallets = sorted(tables.plan.wallets, key=lambda one: (one.order or 0, one.id))
        self.blocks = any(one.after != "invoiced" for one in self.wallets)
        self.first_line = account.lines[0].id if account.lines else ""
        self.shared = Purses([(tables, account)])

    @property
    def purses(self) -> dict[tuple[str, str], Purse]:
        """What is held, by wallet and holder."""
        return self.shared.held

    def __bool__(self) -> bool:
        """Whether the plan has any."""
        return bool(self.wallets)

    def open_cycle(self, start: date) -> None:
        """Start a cycle's statement."""
        self.shared.open_cycle(start)

    def advance(self, instant: int) -> None:
        """Add what was topped up until an instant, and lose what has expired by then."""
        self.shared.advance(instant)

    def purse(self, wallet: Wallet, line: str) -> tuple[str, Purse | None]:
        """The purse from which a wallet pays for a line, and who holds it."""
        holder = self.pools.holder(wallet.scope, wallet.pool, line)
        return holder or "", None if holder is None else self.purses.get((wallet.id, holder))

    def pay(self, rated: RatedEvent) -> Wallet | None:
        """Draw what the wallets pay of an event; the wallet that blocks the rest, if one does."""
        blocking = None
        for one in (rated, *rated.beside):
            blocking = self._pay(one) or blocking
        return blocking

    def _pay(self, rated: RatedEvent) -> Wallet | None:
        found = shares(rated)
        left = [amount for _, amount, _ in found]
        names = [_record(share, rated) for share, _, _ in found]
        payments: list[Payment] = []
        unpaid: Wallet | None = None
        for wallet in self.wallets:
            mine = [
                index
                for index, amount in enumerate(left)
                if amount > 0 and pays(wallet, names[index], "usage")
            ]
            if not mine:
                continue
            holder = self.pools.holder(wallet.scope, wallet.pool, rated.event.line)
            if holder is None:
                continue
            purse = self.purses.get((wallet.id, holder))
            for index in mine if purse is not None else ():
                assert purse is not None
                before = purse.left
                taken = purse.draw(left[index])
                left[index] -= taken
                if taken:
                    payments.append(Payment(wallet.id, holder, index, taken, before, wallet.at))
            if any(left[index] for index in mine):
                unpaid = wallet
                if wallet.after != "next wallet":
                    break
            else:
                unpaid = None
        rated.payments = tuple(payments)
        # Where there is no next wallet for the line, what is left finds nobody who pays it.
        return unpaid if unpaid is not None and unpaid.after != "invoiced" else None

    def balance(self, wallet: str, line: str = "") -> Fraction:
        """What a wallet holds: for a line, or for all its holders together."""
        return sum(
            (
                purse.left
                for (name, holder), purse in self.purses.items()
                if name == wallet and (not line or holder == self._of_line(purse.wallet, line))
            ),
            ZERO,
        )

    def _of_line(self, wallet: Wallet, line: str) -> str | None:
        return self.pools.holder(wallet.scope, wallet.pool, line)


def pays(wallet: Wallet, record: str, group: str) -> bool:
    """Whether a wallet pays a record's charge, which is of a group: `usage` or `fees`."""
    return record in wallet.pays or group in wallet.pays or "charges" in wallet.pays


def _record(share: object, rated: RatedEvent) -> str:
    if isinstance(share, Part):
        return share.record
    record = getattr(share, "record", "")
    return record or (rated.rate.id if rated.rate else "")
