"""Money topped up: the purses of an account's wallets, whichever of its plans pays from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from ratedsl.plan.calendar import Calendar
from ratedsl.plan.model import Wallet
from ratedsl.rating.events import Account, Line, TopUp
from ratedsl.rating.parts import ZERO
from ratedsl.rating.pricing import exact
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


class _Arriving(NamedTuple):
    """A top-up, and the wallet of the plan by which it arrives."""

    top_up: TopUp
    wallet: Wallet
    holder: str
    calendar: Calendar


class Purses:
    """What the wallets of one account hold, by wallet and holder.

    Wallets of one id are one wallet, also where several plans of the account have it. A top-up
    lasts as long as the plan says which its line holds at that instant.
    """

    def __init__(self, sides: Sequence[tuple[PlanTables, Account]]) -> None:
        self.held: dict[tuple[str, str], Purse] = {}
        self._waiting = sorted(
            _arriving(sides), key=lambda one: (one.top_up.at, not one.top_up.opening)
        )
        self._next = 0
        self._opened: date | None = None

    def open_cycle(self, start: date) -> None:
        """Start a cycle's statement, once for all plans; the bill before it was made."""
        if start != self._opened:
            self._opened = start
            for purse in self.held.values():
                purse.turn()

    def advance(self, instant: int) -> None:
        """Add what was topped up until an instant, and lose what has expired by then."""
        while self._next < len(self._waiting) and self._waiting[self._next].top_up.at <= instant:
            self._add(self._waiting[self._next])
            self._next += 1
        for purse in self.held.values():
            purse.lose(instant)

    def _add(self, arriving: _Arriving) -> None:
        top_up, wallet = arriving.top_up, arriving.wallet
        purse = self.held.setdefault((wallet.id, arriving.holder), Purse(wallet))
        purse.wallet = wallet
        purse.lose(top_up.at)
        until = _until(wallet, top_up.at, arriving.calendar)
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


def _arriving(sides: Sequence[tuple[PlanTables, Account]]) -> Iterable[_Arriving]:
    """The account's top-ups, each by the plan that its line (or any line) holds that day; by
    the first that has the wallet, where it holds none of them."""
    account = sides[0][1]
    first_line = account.lines[0].id if account.lines else ""
    for top_up in account.top_ups:
        found = [
            (tables, own, wallet)
            for tables, own in sides
            for wallet in tables.plan.wallets
            if wallet.id == top_up.wallet
        ]
        if not found:
            continue
        holding = (one for one in found if _holds(one[0], one[1].lines, top_up))
        tables, _, wallet = next(holding, found[0])
        holder = wallet.pool
        if wallet.scope == "line":
            holder = top_up.line or first_line
        yield _Arriving(top_up, wallet, holder, tables.calendar)


def _holds(tables: PlanTables, lines: Iterable[Line], top_up: TopUp) -> bool:
    day = tables.day(top_up.at)
    return any(
        one.plan == tables.plan.id and one.holds(day)
        for line in lines
        if top_up.line in ("", line.id)
        for one in line.subscriptions
    )


def _until(wallet: Wallet, instant: int, calendar: Calendar) -> int | None:
    """The end of the last day on which money topped up at an instant can be used."""
    expiry = wallet.expiry
    if expiry is None:
        return None
    last = expiry.through
    if last is None:
        last = _later(calendar.day(instant), expiry.number, expiry.unit)
    return calendar.midnight(last + timedelta(days=1))


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
