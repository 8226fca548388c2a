"""A request for usage against an account's balances as they are at that instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ratedsl.billing.bill import bill_cycles
from ratedsl.billing.sides import Plans, cycles_for
from ratedsl.rating.authorise import Authorisation
from ratedsl.rating.events import Account, Event
from ratedsl.rating.prepaid import authorise
from ratedsl.rating.several import SeveralRater
from ratedsl.rating.tables import PlanTables


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request is allowed, by which plan, and what each wallet of its line holds."""

    request: Event
    authorisation: Authorisation
    tables: PlanTables
    wallets: tuple[tuple[str, Fraction], ...]


class _Answered(Exception):
    """Leaves the replay: what comes after the request does not matter."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.asked = asked


def ask(plans: Plans, account: Account, events: Sequence[Event], request: Event) -> Asked:
    """How much of a request may happen after the account's events until that instant.

    `account` holds the plans already. Fees that wallets paid on bills before are gone from them.
    """
    before = [one for one in events if one.start <= request.start]

    def answer(several: SeveralRater, event: Event) -> None:
        if event is not request:
            return
        rater = several.rater_for(event)
        found = authorise(rater, event)
        if event.start >= rater.cycle.end_ms:
            rater.advance(rater.cycles.at(event.start))
        rater.wallets.advance(event.start)
        held = []
        for wallet in rater.wallets.wallets:
            if rater.wallets.pools.holder(wallet.scope, wallet.pool, event.line) is not None:
                _, purse = rater.wallets.purse(wallet, event.line)
                held.append((wallet.id, purse.left if purse is not None else Fraction(0)))
        raise _Answered(Asked(request, found, rater.tables, tuple(held)))

    cycle = cycles_for(plans, account).at(request.start)
    try:
        for _ in bill_cycles(plans, account, [*before, request], [cycle], requested=answer):
            pass
    except _Answered as answered:
        return answered.asked
    raise AssertionError("the request is the last event of its cycle")
