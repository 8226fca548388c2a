"""Proofs against brute force: random small plans, rated event by event over a fine exact grid.

What is offered is rated at every point of the grid exactly where no hole is told, and a charge
falls between two points exactly where W550 says so.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from ratedsl.plan.load import load
from ratedsl.plan.model import Plan
from ratedsl.proofs import prove
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.parts import Outcome
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.tables import PlanTables

HEAD = """\
plan p
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  sold      from 2026-01-01
  rounding  half-up 0.01 EUR per item
"""
DAY = date(2026, 1, 5)
PREFIXES = ("+3", "+35", "+351", "+34", "+349", "+4")
NETWORKS = ("2", "214", "21403", "268")
DIRECTIONS = ("outgoing", "incoming", "forwarded")
LENGTHS = ("", "length <= 60 s", "length > 60 s", "length < 10 min", "length >= 10 min")

# One number and network for each that a plan can tell apart, and lengths on and beside bounds.
CALLED = ("+3000000", "+3500000", "+3510000", "+3400000", "+3490000", "+4000000", "+9000000", "")
VISITED = ("", "20000", "21400", "21403", "26800", "99900")
SECONDS = (1, 60, 61, 599, 600, 601)


@st.composite
def offering(draw: st.DrawFn) -> tuple[str, tuple[str, ...], tuple[str, ...], str]:
    """A plan with some rates and one offer, and the places and the direction of the offer."""

    def match() -> str:
        to = draw(st.lists(st.sampled_from(PREFIXES), max_size=2, unique=True))
        away = draw(st.sampled_from([(), (), ("anywhere",), NETWORKS[:1], NETWORKS[1:3]]))
        words = f" to {', '.join(to)}" if to else ""
        return words + (f" roaming {', '.join(away)}" if away else "")

    def when(lengths: tuple[str, ...]) -> str:
        way = draw(
            st.sampled_from(["", "direction is incoming", "direction in incoming, outgoing"])
        )
        tests = [one for one in (way, draw(st.sampled_from(lengths))) if one]
        return f"  when      {' and '.join(tests)}\n" if tests else ""

    rates = "".join(
        f"rate r{number} for voice{match()}\n  order     {number}\n{when(LENGTHS)}"
        "  price     0.10 EUR per min\n"
        for number in range(draw(st.integers(1, 4)))
    )
    to = tuple(draw(st.lists(st.sampled_from(PREFIXES), max_size=2, unique=True)))
    away = tuple(draw(st.lists(st.sampled_from(NETWORKS), max_size=2, unique=True)))
    way = draw(st.sampled_from(DIRECTIONS))
    offer = "  offers    voice" + (f" to {', '.join(to)}" if to else "")
    offer += f" roaming {', '.join(away)}" if away else ""
    offer += f" when direction is {way}\n"
    return HEAD + offer + rates, to, away, way


def plan_of(text: str) -> Plan | None:
    """The plan, or None where two of its rates could both apply."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "p.rate"
        path.write_text(text)
        found = load(path)
    return found.plan if found.ok else None


def outcomes(plan: Plan, quantity: int, called: str, visited: str, way: str) -> set[str]:
    """Why one event alone is rejected, if any part of it is."""
    tables = PlanTables(plan)
    account = Account("a", (Line("1", subscriptions=(Subscription("p", date(2026, 1, 1)),)),))
    event = Event(
        *("e", "1", "voice", tables.calendar.instant(DAY, 36_000), quantity),
        called=called,
        direction=way,
        visited=visited,
        attributes=MappingProxyType({}),
    )
    parts = AccountRater(tables, account, tables.cycles.on(DAY)).rate(event).parts
    return {one.reason for one in parts if one.outcome is Outcome.REJECTED}


@given(drawn=offering())
def test_what_is_offered_is_rated_exactly_where_no_hole_is_told(
    drawn: tuple[str, tuple[str, ...], tuple[str, ...], str],
) -> None:
    text, to, away, way = drawn
    plan = plan_of(text)
    if plan is None:
        return
    told = any(one.code == "W530" and (one.label == "the plan offers it") for one in prove(plan))
    holes = [
        (called, visited, seconds)
        for called, visited, seconds in product(CALLED, VISITED, SECONDS)
        if (not to or any(called.startswith(one) for one in to))
        and (any(visited.startswith(one) for one in away) if away else not visited)
        and "no-rate" in outcomes(plan, seconds * 1000, called, visited, way)
    ]
    assert told == bool(holes), (text, holes[:3])


@st.composite
def tiered(draw: st.DrawFn) -> str:
    """A rate with tiers over small totals, which may fall at any of their bounds."""
    mode = draw(st.sampled_from(["volume", "stair-step", "graduated", "package"]))
    span = draw(st.sampled_from(["event", "cycle"]))
    bounds = sorted(draw(st.lists(st.integers(1, 11), min_size=1, max_size=2, unique=True)))
    billed = draw(st.sampled_from(["", "  billed    2 s\n", "  billed    3 s then 1 s\n"]))
    free = draw(st.sampled_from(["", "  free      first 2 s per cycle\n"]))

    def price() -> str:
        cents = draw(st.integers(1, 6))
        flat = draw(st.integers(0, 3))
        if mode == "stair-step":
            return f"{cents}.00 EUR flat"
        unit = draw(st.sampled_from(["s", "2 s"] if mode == "package" else ["s", "started 3 s"]))
        return f"{cents}.00 EUR per {unit}" + (f" plus {flat}.00 EUR flat" if flat else "")

    kind = draw(st.sampled_from(["up to", "below"]))
    lines = [f"  tier      {kind} {bound} s {price()}\n" for bound in bounds]
    lines.append(f"  tier      above {price()}\n")
    return (
        f"{HEAD}rate calls for voice\n{billed}{free}"
        f"  tiers     {mode} per {span} counting all usage\n{''.join(lines)}"
    )


@given(text=tiered())
def test_a_charge_falls_exactly_where_it_is_told(text: str) -> None:
    plan = plan_of(text)
    if plan is None:
        return
    tables = PlanTables(plan)
    account = Account("a", (Line("1", subscriptions=(Subscription("p", date(2026, 1, 1)),)),))
    charges = []
    for quantity in sorted(
        one + beside for one in range(500, 20_500, 500) for beside in (-1, 0, 1)
    ):
        rater = AccountRater(tables, account, tables.cycles.on(DAY))
        start = tables.calendar.instant(DAY, 36_000)
        event = Event("e", "1", "voice", start, quantity, attributes=MappingProxyType({}))
        charges.append(rater.rate(event).whole_charge)
    falls = any(later < before for before, later in pairwise(charges))
    told = any(one.code == "W550" for one in prove(plan))
    assert told == falls, (text, [float(one) for one in charges])
