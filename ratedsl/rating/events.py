"""Usage as the rating engine takes it: events, and the accounts and lines they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

ARRIVED = "arrived"
"""The attribute with the local day on which an event arrived, where it may have been late."""

NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Event:
    """One usage event as the network recorded it.

    `start` is UTC milliseconds since 1970. `quantity` is an integer in the base unit of
    the service: milliseconds for voice, bytes for data, messages for sms and mms, and the
    unit's own base for a custom service. `calling` and `called` are E.164 with a leading
    `+`, or bare digits as dialled; empty where there is none (a data session). `visited`
    is the visited network while roaming, as MCC and MNC digits (`20801`) or an ISO 3166
    country code (`FR`), and empty at home. `id` is unique in the store and breaks ties of
    equal starts. Where corrections were taken off it, or it is one, `corrected` names the others
    and what came to the quantity of each.
    """

    id: str
    line: str
    service: str
    start: int
    quantity: int
    calling: str = ""
    called: str = ""
    direction: str = "outgoing"
    visited: str = ""
    attributes: Mapping[str, str] = field(default_factory=lambda: NO_ATTRIBUTES)
    corrected: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """That a line leaves one plan for another on a day, and what becomes of what it leaves.

    `credit` says what becomes of fees in advance, as `cancel` of a plan does; `kept` are the
    allowances of the joined plan that take over what is left of those of the left one, each
    with its id there. A suspended line leaves its plan for none and comes back to it; `paused`
    is then the day on which the suspension began.
    """

    day: date
    left: str
    joined: str
    credit: str = ""
    allowances: str = "reset"
    kept: tuple[tuple[str, str], ...] = ()
    paused: date | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A line's hold on a plan: from the local date `start` until `end`, exclusive, if any.

    `joined` and `left` are the moves from and to other plans at its two ends, known once the
    account's changes are settled (`ratedsl.rating.changes`); `since` is the day on which the
    line first took up the plan, where moves have led it back.
    """

    plan: str
    start: date
    end: date | None = None
    joined: Move | None = None
    left: Move | None = None
    since: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the plan is held on a day."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Suspension:
    """That a line is suspended from a local date until `end`, exclusive, if any."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class HeldItem:
    """That a line holds `quantity` of something from a local date until `end`, exclusive.

    `item` is what a fee is charged for (a seat, a device) or the id of an add-on.
    """

    item: str
    quantity: int
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A SIM or a number. `number` is its own E.164 number, where it has one."""

    id: str
    number: str = ""
    subscriptions: tuple[Subscription, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=lambda: NO_ATTRIBUTES)
    items: tuple[HeldItem, ...] = ()
    suspensions: tuple[Suspension, ...] = ()


@dataclass(frozen=True, slots=True)
class CreditNote:
    """An amount that the operator gives back on a local day for charges of a record.

    `supplied` is the day of the charges, by which they were taxed; the note's own day if unknown.
    """

    record: str
    amount: Decimal
    day: date
    supplied: date | None = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class TopUp:
    """Money added to a wallet at an instant: for a line, or (empty) for the wallet's holder.

    An `opening` one states what the wallet held then, whatever was before.
    """

    wallet: str
    amount: Decimal
    at: int
    line: str = ""
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """The total of an earlier bill: made on a local day, and due on another.

    `number` and `plan` are those of a bill that was issued here, and empty where they are not
    known; so is a `currency` that is the plan's.
    """

    amount: Decimal
    day: date
    due: date
    currency: str = ""
    number: str = ""
    plan: str = ""
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in on a local day; `deposit` where it was held before as a security.

    `reference` is what the payer wrote; it may name anyone.
    """

    amount: Decimal
    day: date
    deposit: bool = False
    currency: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Deposit:
    """Money held as a security from a local day, until it was applied to bills or returned."""

    amount: Decimal
    held: date
    currency: str = ""
    applied: date | None = None
    returned: date | None = None

    @property
    def end(self) -> date | None:
        """The day from which it is held no more, if there is one."""
        return self.applied or self.returned


@dataclass(frozen=True, slots=True)
class Period:
    """From a local date until `end`, exclusive, if any."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Who pays one invoice, and its lines. `segment` is a free word such as `consumer`.

    `activated` is the day from which the bill cycles of an account of several plans count,
    where they count from activation.
    `numbers` are those of all lines that it has, also where only some of them are billed.
    `timezone` is its own, and empty where it has none. `owed` are its earlier bills as far as
    they are known, and `payments` what came in for them; `deposits` are held apart. `autopay` is
    when its bills are paid by standing order.
    """

    id: str
    lines: tuple[Line, ...]
    name: str = ""
    segment: str = ""
    credits: tuple[CreditNote, ...] = ()
    activated: date | None = None
    numbers: frozenset[str] = frozenset()
    timezone: str = ""
    top_ups: tuple[TopUp, ...] = ()
    owed: tuple[Owed, ...] = ()
    payments: tuple[Payment, ...] = ()
    deposits: tuple[Deposit, ...] = ()
    autopay: tuple[Period, ...] = ()


def activation(account: Account, plan: str) -> date | None:
    """The first day on which one of the lines that hold the plan held any plan."""
    return min(
        (
            one.start
            for line in account.lines
            if any(one.plan == plan for one in line.subscriptions)
            for one in line.subscriptions
        ),
        default=None,
    )


def taken_up(line: Line, plan: str) -> date | None:
    """The first day on which the line held the plan."""
    return min((one.start for one in line.subscriptions if one.plan == plan), default=None)
