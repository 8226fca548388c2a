"""What the legs of one session have come to, so that a later leg goes on where they stopped.

Legs are records with the same `session` on one line and service. Each rate keeps its own
account of a session. A session is forgotten at the end of the bill cycle that follows the one
of its last leg.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Covers, Rate, Rounding
from ratedsl.rating.choice import Chosen
from ratedsl.rating.events import Event
from ratedsl.rating.parts import ZERO, FeeCharged, Outcome, Part
from ratedsl.rating.rounding import round_money

ATTRIBUTE = "session"
"""The attribute that legs of one session share."""

SessionKey = tuple[str, str, str]


@dataclass(slots=True)
class Progress:
    """How much has been used, and how much of it increments have billed.

    `last` is the part in which it ended: what still fits into a block that is billed already
    has the outcome of that block.
    """

    actual: int = 0
    billed: int = 0
    last: Part | None = None


@dataclass(slots=True)
class Drawn:
    """What an allowance covered and drew for a session; `whole` covers it to its end."""

    covered: int = 0
    drawn: int = 0
    whole: bool = False


@dataclass(slots=True)
class Session:
    """One session by one rate: its start, and what its legs have come to.

    `run` is the progress within the window in which the last leg ended. `graced` units were
    free and count as soon as the session outlasts its grace. `counted` is what tiers per event
    have counted, `priced` says that its price per event is charged. `exact` is the charge
    before limits, `charged` after them; `settled` is the same in the plan's currency, before
    rounding.
    """

    day: date
    window: str
    latest: int
    progress: Progress = field(default_factory=Progress)
    run_window: str = ""
    run: Progress = field(default_factory=Progress)
    used: int = 0
    billed: int = 0
    graced: int = 0
    counted: int = 0
    priced: bool = False
    free_event: bool | None = None
    freed: dict[int, Fraction] = field(default_factory=dict)
    fees: set[tuple[str, str]] = field(default_factory=set)
    exact: Fraction = ZERO
    charged: Fraction = ZERO
    settled: Fraction = ZERO
    draws: dict[tuple[str, int, int], Drawn] = field(default_factory=dict)

    def drawn(self, allowance: str, by: Covers) -> Drawn:
        """What an allowance has covered of the session by one of its ways to count."""
        return self.draws.setdefault((allowance, by.drawn, by.counted), Drawn())

    def go_on(self, quantity: int, billed: int, *, graced: bool) -> None:
        """Count a leg in."""
        self.used += quantity
        if graced:
            self.graced += quantity
        else:
            self.progress.actual += quantity + self.graced
            self.progress.billed += billed
            self.billed += billed
            self.graced = 0

    def settle(self, charge: Fraction, rounding: Rounding | None) -> Fraction:
        """The charge of a leg, so that all legs together are rounded as one event."""
        before = round_money(self.settled, rounding)
        self.settled += charge
        return round_money(self.settled, rounding) - before

    def fees_due(self, fees: tuple[FeeCharged, ...]) -> tuple[FeeCharged, ...]:
        """Those of the fees that the session has not paid yet; from now on it has."""
        due = tuple(fee for fee in fees if (fee.kind, fee.record) not in self.fees)
        self.fees.update((fee.kind, fee.record) for fee in due)
        return due


class SessionBook:
    """The sessions of one account that may still go on."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[SessionKey, str], Session] = {}
        self._before: int | None = None

    def open_cycle(self, cycle: BillCycle) -> None:
        """Forget the sessions without a leg in the cycle that ends here."""
        if self._before is not None:
            alive = self._before
            self._sessions = {k: v for k, v in self._sessions.items() if v.latest >= alive}
        self._before = cycle.start_ms

    def of(self, event: Event, chosen: Chosen, day: date) -> Session:
        """The session, by the rate chosen, of which the event is a leg."""
        rate = chosen.rate
        assert rate is not None
        key = ((event.line, event.service, event.attributes[ATTRIBUTE]), rate.id)
        found = self._sessions.get(key)
        if found is None:
            window = chosen.timeline.at(event.start)[0] if chosen.timeline else ""
            found = self._sessions[key] = Session(day, window, event.start)
        found.latest = event.start
        return found


def session_keys(events: Iterable[Event]) -> set[SessionKey]:
    """The sessions that some events are legs of."""
    return {
        (event.line, event.service, name)
        for event in events
        if (name := event.attributes.get(ATTRIBUTE))
    }


def going_on(last: Part | None, rate: Rate, units: int = 0) -> Part:
    """Usage for which nothing more is charged; it ends as the usage before it did.

    Where nothing came before it fills no block, so that it is free.
    """
    if last is None:
        return Part(Outcome.FREE, units, rate.id, rate.at, reason="it fills no block")
    reason = last.reason if last.outcome is Outcome.REJECTED else "it was charged before"
    return last._replace(units=units, amount=ZERO, before=0, reason=reason)
