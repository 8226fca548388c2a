"""Usage that wallets pay: as much of it as there is money for, and authorisation of requests."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any, Protocol

from ratedsl.plan.calendar import BillCycle, BillCycles
from ratedsl.plan.model import Wallet
from ratedsl.rating.authorise import Authorisation, edges_of, longest
from ratedsl.rating.events import Event
from ratedsl.rating.parts import ZERO, Outcome, Part, RatedEvent
from ratedsl.rating.state import copied, state_of
from ratedsl.rating.wallets import WalletBook


class Rater(Protocol):
    """What rates an account's events and keeps its wallets: `AccountRater`."""

    cycle: BillCycle
    cycles: BillCycles
    wallets: WalletBook

    def advance(self, cycle: BillCycle) -> None:
        """Turn over to a later cycle."""

    def rate_charge(self, event: Event) -> RatedEvent:
        """What an event costs, whoever pays it."""


def rate_prepaid(rater: Rater, event: Event) -> RatedEvent:
    """Rate an event and take its charge from the wallets.

    Where a wallet blocks what it cannot pay, the event ends as late as the money allows: it is
    rated as if it had been as long as that, and the rest is rejected.
    """
    if event.start >= rater.cycle.end_ms:
        rater.advance(rater.cycles.at(event.start))
    rater.wallets.advance(event.start)
    if not rater.wallets.blocks:
        rated = rater.rate_charge(event)
        rater.wallets.pay(rated)
        return rated
    saved = state_of(rater)
    rated = rater.rate_charge(event)
    blocking = rater.wallets.pay(rated)
    if blocking is None:
        return rated
    trials = Trials(rater, event, saved)
    allowed = 0
    if event.quantity > 0:
        allowed = longest(
            event.quantity,
            lambda units: trials.blocking(units) is None,
            edges_of(rated, trials.rated),
        )
    trials.go_back()
    return _ended(rater, event, rated, allowed, blocking)


class Trials:
    """An event rated at other lengths, each from the state before it."""

    def __init__(self, rater: Rater, event: Event, saved: dict[str, Any]) -> None:
        self.rater = rater
        self.event = event
        self.saved = saved

    def go_back(self) -> None:
        """Return to the state before the event."""
        vars(self.rater).update({name: copied(one) for name, one in self.saved.items()})

    def rated(self, units: int) -> RatedEvent:
        """The event of so many units, and nothing paid."""
        self.go_back()
        return self.rater.rate_charge(replace(self.event, quantity=units))

    def blocking(self, units: int) -> Wallet | None:
        """The wallet that cannot pay the event of so many units."""
        return self.rater.wallets.pay(self.rated(units))


def _ended(
    rater: Rater, event: Event, whole: RatedEvent, allowed: int, blocking: Wallet
) -> RatedEvent:
    """The event as far as it is paid, and the rest of its units rejected."""
    if not allowed:
        rated = RatedEvent(event, whole.rate, (), ZERO, ZERO, prefix=whole.prefix)
    else:
        rated = rater.rate_charge(replace(event, quantity=allowed))
        rater.wallets.pay(rated)
        rated.event = event
    rest = whole.billed - sum(part.units for part in rated.parts)
    record = whole.rate.id if whole.rate else ""
    rated.parts += (Part(Outcome.REJECTED, max(rest, 0), record, blocking.at, reason="no-balance"),)
    rated.billed = whole.billed
    return rated


def authorise(rater: Rater, event: Event) -> Authorisation:
    """How much of a requested event may happen, and what it reserves; nothing is drawn.

    It must not start before the event rated last.
    """
    before = state_of(rater)
    if event.start >= rater.cycle.end_ms:
        rater.advance(rater.cycles.at(event.start))
    rater.wallets.advance(event.start)
    trials = Trials(rater, event, state_of(rater))
    reasons: dict[int, str] = {}

    def accepted(units: int) -> bool:
        rated = trials.rated(units)
        reasons[units] = _refused(rated, rater)
        return not reasons[units]

    allowed = 0
    if event.quantity > 0:
        edges = edges_of(trials.rated(event.quantity), trials.rated)
        allowed = longest(event.quantity, accepted, edges)
    rated = trials.rated(allowed) if allowed else None
    if rated is not None:
        rater.wallets.pay(rated)
    reserved = ZERO if rated is None else rated.whole_charge
    units = {} if rated is None else _drawn(rated)
    refused = [units for units in reasons if units > allowed and reasons[units]]
    reason = reasons[min(refused)] if refused else ""
    vars(rater).update(before)
    return Authorisation(
        event.quantity, allowed, reserved, tuple(sorted(units.items())), reason, rated
    )


def _refused(rated: RatedEvent, rater: Rater) -> str:
    """Why an event may not be that long; empty where it may."""
    for one in (rated, *rated.beside):
        for part in one.parts:
            if part.outcome is Outcome.REJECTED:
                return part.reason
        maximum = one.rate.maximum if one.rate else None
        limits = maximum is not None and maximum.then == "authorisation"
        if limits and maximum is not None and one.exact > Fraction(maximum.amount):
            return "maximum"
    return "no-balance" if rater.wallets.pay(rated) is not None else ""


def _drawn(rated: RatedEvent) -> dict[str, int]:
    """Covered units by allowance."""
    found: dict[str, int] = {}
    for part in rated.parts:
        if part.outcome is Outcome.COVERED:
            found[part.record] = found.get(part.record, 0) + part.units
    return found
