"""What became of an event: parts, each with exactly one outcome, and what it costs whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ratedsl.lang.source import Span
from ratedsl.plan.model import Exchange, Rate
from ratedsl.rating.events import Event

if TYPE_CHECKING:
    from ratedsl.rating.holders import Holder

ZERO = Fraction(0)
"""Nothing; parts that cost nothing hold this very object."""


class Outcome(StrEnum):
    """The four ways in which usage ends."""

    RATED = "rated"
    FREE = "free"
    COVERED = "covered"
    REJECTED = "rejected"


class Part(NamedTuple):
    """Billed units of an event with one outcome.

    `record` is the id of the rate or allowance that decided; `at` its clause. `price` is
    the unit price in words, `amount` what the part costs exactly, before the event's
    rounding. `before` is what the allowance held, or what the tiers had counted, before.
    `reason` says why a part was rejected, or why nothing is charged for it. Events priced as
    such have one unit. `paid` is what an allowance of money, which held `held`, paid for a
    covered part. `day` is the date whose price it has, where the event was cut at dates.
    `holder` is whose total the tiers counted.
    """

    outcome: Outcome
    units: int
    record: str
    at: Span
    window: str = ""
    price: str = ""
    amount: Fraction = ZERO
    before: int = 0
    reason: str = ""
    paid: Fraction = ZERO
    held: Fraction = ZERO
    day: date | None = None
    holder: Holder | None = None


class FeeCharged(NamedTuple):
    """A fee per event that was charged: `setup`, `attempt` or `release`.

    `record` is the allowance that charges it; it is the rate's where that is empty.
    """

    kind: str
    amount: Fraction
    at: Span
    record: str = ""


class Payment(NamedTuple):
    """What a wallet paid of one share of an event's charge (`ratedsl.rating.shares`).

    It held `before`; `holder` is the line or pool whose wallet it is, or empty for the account's.
    """

    wallet: str
    holder: str
    share: int
    amount: Fraction
    before: Fraction
    at: Span


class Conversion(NamedTuple):
    """What one unit of a currency is worth in another, and the fact that says so."""

    factor: Fraction
    fact: Exchange

    @property
    def words(self) -> str:
        """The rate as the plan states it."""
        return f"{self.fact.amount} {self.fact.of} per {self.fact.per}"


class Flow(NamedTuple):
    """Who pays whom. The operator of the plan has no name; neither has an unnamed supplier."""

    payer: str
    payee: str

    @property
    def sign(self) -> int:
        """What it is to the operator of the plan: 1 a cost, -1 an income, 0 others' affair."""
        if self.payer and self.payee:
            return 0
        return -1 if self.payer else 1

    @property
    def words(self) -> str:
        """The flow in words."""
        if self.payer:
            return f"paid by {self.payer}" + (f" to {self.payee}" if self.payee else "")
        return f"paid to {self.payee}" if self.payee else "cost"


@dataclass(slots=True)
class CostOfEvent:
    """An event as rated by one cost: exact in the cost's currency, and in the plan's.

    `missing` says why it is not known what the event costs; there is then no amount.
    """

    flow: Flow
    rated: RatedEvent
    amount: Fraction
    converted: Fraction
    conversion: Conversion | None = None
    missing: str = ""


@dataclass(slots=True)
class RatedEvent:
    """An event and its parts.

    `charge` is what it costs, fees per event included, after the plan's rounding per event;
    `exact` is the same before any minimum, maximum, cap or rounding. `billed` are the units
    after increments, `prefix` the matched digits. `notes` tell what limited the charge.
    `beside` is the same event as rated by rates that add to its own, `costs` what carrying it
    costs. A rate in another currency leaves its charge in that one in `foreign`, with the rate
    of exchange that made `charge` of it. `earlier` is what was used and billed before of the
    session or total with which the event goes on.
    """

    event: Event
    rate: Rate | None
    parts: tuple[Part, ...]
    charge: Fraction
    exact: Fraction
    fees: tuple[FeeCharged, ...] = ()
    billed: int = 0
    prefix: str = ""
    notes: tuple[tuple[str, Span], ...] = ()
    beside: tuple[RatedEvent, ...] = ()
    foreign: Fraction | None = None
    conversion: Conversion | None = None
    costs: tuple[CostOfEvent, ...] = ()
    earlier: tuple[int, int] | None = None
    payments: tuple[Payment, ...] = ()

    @property
    def whole_charge(self) -> Fraction:
        """The charge with those of all rates beside it."""
        return sum((one.charge for one in self.beside), self.charge)

    @property
    def outcome(self) -> Outcome:
        """The one outcome by which the event is counted: the first of rated, covered, free
        and rejected that any of its parts has."""
        if len(self.parts) == 1:
            return self.parts[0].outcome
        outcomes = {part.outcome for part in self.parts}
        for outcome in (Outcome.RATED, Outcome.COVERED, Outcome.FREE):
            if outcome in outcomes:
                return outcome
        return Outcome.REJECTED


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """A cap's alert: its `share` in percent was reached by the event that starts at `instant`."""

    cap: str
    instant: int
    spent: Fraction
    limit: Fraction
    at: Span
    share: Fraction = ZERO


def whole(
    event: Event, outcome: Outcome, at: Span, rate: Rate | None = None, reason: str = ""
) -> RatedEvent:
    """An event that is one part and costs nothing."""
    units = max(event.quantity, 0)
    part = Part(outcome, units, rate.id if rate else "", at, reason=reason)
    return RatedEvent(event, rate, (part,), ZERO, ZERO, billed=units)
