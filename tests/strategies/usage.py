"""Random usage of an account of two lines, and the account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from ratedsl.rating.events import (
    Account,
    CreditNote,
    Event,
    HeldItem,
    Line,
    Subscription,
    Suspension,
    TopUp,
)
from tests.strategies.plans import RandomPlan, plans

FIRST = 1_767_225_600_000
"""2026-01-01 in UTC."""
DAY = 86_400
MOST = {"voice": 7_200_000, "data": 20_000_000, "charging": 40_000, "transit": 50}
NUMBERS = ["+351210000", "+35191000", "+4420", "+447700", "+44100"]
# Where something turns: months, weeks, the change of clocks, and dates that plans name.
TURNS = [(2026, 2, 1), (2026, 2, 10), (2026, 3, 1), (2026, 3, 8), (2026, 3, 15), (2026, 3, 29)]


@dataclass
class Case:
    """A plan, an account that holds it, and what the account used."""

    plan: RandomPlan
    account: Account
    events: list[Event]

    def __repr__(self) -> str:
        return "\n".join(
            [repr(self.plan), *account_words(self.account), *map(event_words, self.events)]
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


def account_words(account: Account) -> Iterator[str]:
    """An account as one would tell of it, each line on one line."""
    yield f"account in {account.segment or 'no segment'} {account.timezone}".rstrip()
    for line in account.lines:
        held = ", ".join(f"{one.plan} {one.start} to {one.end}" for one in line.subscriptions)
        rests = "".join(f", suspended {one.start} to {one.end}" for one in line.suspensions)
        items = "".join(f", {one.quantity} {one.item} from {one.start}" for one in line.items)
        yield f"  line {line.id}: {held}{rests}{items} {dict(line.attributes) or ''}".rstrip()
    yield from (
        f"  top up {up.wallet} {up.amount} at {clock(up.at)} {up.line}" for up in account.top_ups
    )
    yield from (f"  credit {one.amount} of {one.record} on {one.day}" for one in account.credits)


def event_words(event: Event) -> str:
    where = "".join(
        f" {word} {value}"
        for word, value in (
            ("to", event.called),
            ("roaming", event.visited),
            ("with", dict(event.attributes)),
        )
        if value
    )
    what = f"{event.service}{where} for {event.quantity}"
    return f"event {event.id} line {event.line}: {what} at {clock(event.start)}"


def clock(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant / 1000, UTC):%Y-%m-%d %H:%M:%S}Z"


@st.composite
def instants(draw: st.DrawFn) -> int:
    """A second within some months, often close to where something turns."""
    if draw(st.booleans()):
        turn = draw(st.sampled_from(TURNS))
        seconds = (date(*turn) - date(2026, 1, 1)).days * DAY + draw(st.integers(-7200, 7200))
    else:
        seconds = draw(st.integers(0, 110 * DAY))
    return FIRST + seconds * 1000


@st.composite
def usage(draw: st.DrawFn, services: tuple[str, ...]) -> list[Event]:
    """Up to a dozen events of two lines within some months, in order."""
    events = []
    for number in range(draw(st.integers(1, 12))):
        name = draw(st.sampled_from(services))
        service = {"deck": "voice", "abroad": "voice"}.get(name, name)
        called = draw(st.sampled_from(NUMBERS)) if service == "voice" else ""
        most = MOST.get(service, 1)
        quantity = draw(st.one_of(st.integers(1, most), st.just(0)))
        if service == "voice" and draw(st.booleans()):
            quantity = draw(st.integers(0, 7)) * 30_000
        attributes = {}
        if draw(st.integers(0, 2)) == 0:
            attributes["session"] = draw(st.sampled_from("xy"))
        if service == "charging":
            attributes["connector"] = draw(st.sampled_from(["ac", "dc", "none"]))
            attributes["parking"] = str(draw(st.integers(0, 90)))
        elif service == "payment":
            attributes["worth"] = f"{draw(st.integers(0, 2000))}.{draw(st.integers(10, 99))}"
        elif service in ("sms", "data"):
            attributes["kind"] = draw(st.sampled_from("ab"))
        visited = "US" if name == "abroad" else ""
        events.append(
            Event(
                f"{number:03}", draw(st.sampled_from("AB")), service, draw(instants()), quantity,
                called=called, visited=visited, attributes=MappingProxyType(attributes),
            )
        )  # fmt: skip
    return sorted(events, key=lambda event: (event.start, event.id))


@st.composite
def accounts(draw: st.DrawFn, plan: RandomPlan) -> Account:
    """An account of two lines, with what the plan gives a meaning to."""
    text = repr(plan)
    lines = []
    for name in "AB":
        start = date(2026, 1, 1)
        if name == "B" and draw(st.booleans()):
            start += timedelta(days=draw(st.integers(-400, 60)))
        end = None
        if draw(st.integers(0, 3)) == 0:
            end = date(2026, 3, 1) + timedelta(days=draw(st.integers(0, 40)))
        held: tuple[Subscription, ...] = (Subscription("random", start, end),)
        if plan.other and draw(st.booleans()):
            day = date(2026, 3, 1) - timedelta(days=draw(st.integers(0, 20)))
            held = (Subscription("random", start, day), Subscription("other", day, end))
        suspensions: tuple[Suspension, ...] = ()
        if "suspend" in plan.lives and draw(st.booleans()):
            day = date(2026, 2, 1) + timedelta(days=draw(st.integers(0, 30)))
            suspensions = (Suspension(day, day + timedelta(days=draw(st.integers(1, 40)))),)
        items = tuple(
            HeldItem(item, draw(st.integers(1, 3)), max(start, date(2026, 1, 20)))
            for item in ("seat", "desk", "phone", "extra")
            if f"per {item}" in text or (item == "extra" and "addon" in text)
        )
        kind = MappingProxyType({"kind": "sensor"} if draw(st.booleans()) else {})
        lines.append(Line(name, "", held, kind, items, suspensions))
    ups = []
    for wallet in ("bonus", "credit"):
        if f"wallet {wallet}" in text:
            for _ in range(draw(st.integers(0, 3))):
                amount = Decimal(draw(st.integers(1, 900))) / 100
                ups.append(TopUp(wallet, amount, draw(instants()), draw(st.sampled_from("AB"))))
    credits = ()
    if "fee monthly" in text and draw(st.integers(0, 3)) == 0:
        credits = (CreditNote("monthly", Decimal("0.50"), date(2026, 2, 20), line="A"),)
    return Account(
        "X",
        tuple(lines),
        segment=draw(st.sampled_from(["", "new"])),
        credits=credits,
        timezone="America/Chicago" if "subscriber" in plan.lives else "",
        top_ups=tuple(sorted(ups, key=lambda one: one.at)),
    )


@st.composite
def cases(draw: st.DrawFn, *, rounded: bool = True) -> Case:
    """A plan with an account and its usage."""
    plan = draw(plans(rounded=rounded))
    return Case(plan, draw(accounts(plan)), draw(usage(plan.services)))
