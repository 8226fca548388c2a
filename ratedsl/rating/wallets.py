"""Prepaid money: what an account's wallets hold, and what they pay event by event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from ratedsl.plan.model import Wallet
from ratedsl.rating.events import Account, TopUp
from ratedsl.rating.holders import Pools
from ratedsl.rating.parts import ZERO, Part, Payment, RatedEvent
from ratedsl.rating.pricing import exact
from ratedsl.rating.shares import shares
from ratedsl.rating.tables import PlanTables


@dataclass(slots=True)
class Money:
    """Money of one top-up, until the instant at which it is lost, if any."""

    left: Fraction
    until: int | None = None


@dataclass(slots=True)
class Purse:
    """One holder's money in one wallet, and what became of it in the current cycle."""

    wallet: Wallet
    money: list[Money] = field(default_factory=list)
    opening: Fraction = ZERO
    topped_up: Fraction = ZERO
    paid: Fraction = ZERO
    expired: Fraction = ZERO
    limited: bool = False
    """Whether the end of its money ever mattered: some was lost, or lived on by a top-up."""

    @property
    def left(self) -> Fraction:
        """All that is there."""
        return sum((one.left for one in self.money), ZERO)

    def turn(self) -> None:
        """Start a cycle's statement."""
        self.opening = self.left
        self.topped_up = self.paid = self.expired = ZERO

    def lose(self, instant: int) -> None:
        """Lose what has expired at an instant."""
        for one in self.money:
            if one.until is not None and one.until <= instant and one.left:
                self.expired += one.left
                one.left = ZERO
                self.limited = True
        self.money = [one for one in self.money if one.left]

    def draw(self, amount: Fraction) -> Fraction:
        """Take money, that which is lost soonest first; how much it took."""
        rest = amount
        for one in self.money:
            if not rest:
                break
            taken = min(one.left, rest)
            one.left -= taken
            rest -= taken
        self.paid += amount - rest
        return amount - rest


class WalletBook:
    """The wallets of one account, in the order in which they pay.

    Time only goes on: `advance` adds the top-ups up to an instant. `blocks` says whether any
    wallet may reject what it cannot pay.
    """

    def __init__(self, tables: PlanTables, account: Account, pools: Pools) -> None:
        self.tables = tables
        self.pools = pools
        self.wallets = sorted(tables.plan.wallets, key=lambda one: (one.order or 0, one.id))
        self.blocks = any(one.after != "invoiced" for one in self.wallets)
        self.first_line = account.lines[0].id if account.lines else ""
        known = {one.id for one in self.wallets}
        self.waiting = sorted(
            (one for one in account.top_ups if one.wallet in known),
            key=lambda one: (one.at, not one.opening),
        )
        self.next = 0
        self.purses: dict[tuple[str, str], Purse] = {}

    def __bool__(self) -> bool:
        """Whether the plan has any."""
        return bool(self.wallets)

    def open_cycle(self) -> None:
        """Start a cycle's statement; the bill before it was made."""
        for purse in self.purses.values():
            purse.turn()

    def advance(self, instant: int) -> None:
        """Add what was topped up until an instant, and lose what has expired by then."""
        while self.next < len(self.waiting) and self.waiting[self.next].at <= instant:
            self._add(self.waiting[self.next])
            self.next += 1
        for purse in self.purses.values():
            purse.lose(instant)

    def _add(self, top_up: TopUp) -> None:
        wallet = next(one for one in self.wallets if one.id == top_up.wallet)
        holder = wallet.pool
        if wallet.scope == "line":
            holder = top_up.line or self.first_line
        purse = self.purses.setdefault((wallet.id, holder), Purse(wallet))
        purse.lose(top_up.at)
        until = self._until(wallet, top_up.at)
        amount = exact(top_up.amount)
        if top_up.opening:
            # A known balance: whatever was counted before it does not matter.
            purse.opening = amount
            purse.topped_up = purse.paid = purse.expired = ZERO
            purse.money = []
        else:
            purse.topped_up += amount
        if wallet.expiry is not None and wallet.expiry.renewed:
            for one in purse.money:
                one.until = until
                purse.limited = True
        if amount:
            purse.money.append(Money(amount, until))
            purse.money.sort(key=lambda one: (one.until is None, one.until or 0))

    def _until(self, wallet: Wallet, instant: int) -> int | None:
        """The end of the last day on which money topped up at an instant can be used."""
        expiry = wallet.expiry
        if expiry is None:
            return None
        last = expiry.through
        if last is None:
            last = _later(self.tables.calendar.day(instant), expiry.number, expiry.unit)
        return self.tables.calendar.midnight(last + timedelta(days=1))

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


def _later(day: date, number: int, unit: str) -> date:
    """The day that lies so long after another one, clamped to short months."""
    if unit == "day":
        return day + timedelta(days=number)
    months = number * 12 if unit == "year" else number
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for candidate in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(candidate, day.day))
        except ValueError:
            continue
    raise AssertionError("every month has a day 28")
