"""The engine against the documents worked out anew, on random plans and usage."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.parts import Outcome, RatedEvent
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.tables import PlanTables
from tests.oracle import calls, tiers
from tests.oracle.rollover import Rolling
from tests.strategies.plans import PLACES, RandomPlan
from tests.strategies.replay import loaded
from tests.strategies.usage import FIRST
from tests.strategies.words import CENTS

HEAD = """\
plan random "Random"
  currency  EUR
  timezone  {zone}
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
"""
MB = 1_000_000
ZONES = st.sampled_from(["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe"])
# Clocks change in all of these weeks; a call may start at any other time too.
CHANGES = [1_774_742_400, 1_792_886_400, 1_772_928_000, 1_793_491_200, 1_775_311_200]
STARTS = st.one_of(
    st.tuples(st.sampled_from(CHANGES), st.integers(-86_400, 86_400)).map(sum),
    st.integers(1_767_225_600, 1_798_761_600),
)


def rate(record: str, events: list[Event], zone: str = "UTC") -> list[RatedEvent]:
    tables = PlanTables(loaded(RandomPlan([HEAD.format(zone=zone), PLACES, record]))[0])
    held = (Subscription("random", date(2025, 1, 1)),)
    account = Account("X", (Line("A", subscriptions=held),))
    return list(AccountRater(tables, account, tables.cycles.at(events[0].start)).rate_all(events))


# ---- tiers ------------------------------------------------------------------------------------


@given(
    bounds=st.lists(st.integers(1, 30), min_size=1, max_size=3, unique=True).map(sorted),
    mode=st.sampled_from(sorted(tiers.MODES)),
    holds=st.booleans(),
    flats=st.booleans(),
    near=st.integers(-1, 1),
    parts=st.integers(1, 3),
    data=st.data(),
)
def test_tiers_just_below_at_and_above_each_bound(
    bounds, mode, holds, flats, near, parts, data
) -> None:
    holds = holds or mode in ("graduated", "package")
    steps, lines = [], []
    for bound in [*bounds, None]:
        price, flat = data.draw(CENTS), data.draw(CENTS) if flats else "0"
        word = "above" if bound is None else f"{'up to' if holds else 'below'} {bound} MB"
        if mode == "stair-step":
            lines.append(f"  tier      {word} {price} EUR flat\n")
            flat, price = price, "0"
        else:
            plus = f" plus {flat} EUR flat" if flats else ""
            lines.append(f"  tier      {word} {price} EUR per MB{plus}\n")
        size = None if bound is None else bound * MB
        steps.append(tiers.Step(size, Fraction(price), Fraction(flat), holds))
    total = data.draw(st.sampled_from(bounds)) * MB + near
    cuts = sorted(data.draw(st.integers(0, total)) for _ in range(parts - 1))
    sizes = [after - before for before, after in zip([0, *cuts], [*cuts, total], strict=True)]
    events = [Event(str(at), "A", "data", FIRST + at * 1000, size) for at, size in enumerate(sizes)]
    record = f"rate data for data\n  tiers     {mode} per cycle counting all usage\n"
    rated = rate(record + "".join(lines), events)
    assert sum(one.charge for one in rated) == tiers.MODES[mode](steps, total, MB)


# ---- calls ------------------------------------------------------------------------------------


BLOCKS = {
    "1 s": [(1, None)],
    "60 s": [(60, None)],
    "60 s then 45 s": [(60, 60), (45, None)],
    "30 s then 6 s": [(30, 30), (6, None)],
    "1 s until 30 s then 60 s": [(1, 30), (60, None)],
    "7 s until 60 s then 25 s": [(7, 60), (25, None)],
}


@given(
    zone=ZONES,
    start=STARTS,
    used=st.one_of(st.integers(0, 200), st.integers(0, 40_000)),
    blocks=st.sampled_from(sorted(BLOCKS)),
    across=st.sampled_from(["split, increments carry", "split, increments restart", "by start"]),
    money=st.lists(CENTS, min_size=3, max_size=3),
)
def test_calls_over_windows_second_by_second(zone, start, used, blocks, across, money) -> None:
    prices = dict(zip(("peak", "night", "rest"), money, strict=True))
    lines = "".join(f"  price     {one} EUR per min in {name}\n" for name, one in prices.items())
    record = (
        f"rate voice for voice to landline\n  billed    {blocks}\n{lines}"
        f"  across    windows {across}\n"
    )
    event = Event("1", "A", "voice", start * 1000, used * 1000, called="+351210000")
    (rated,) = rate(record, [event], zone)
    exact = {name: Fraction(one) for name, one in prices.items()}
    length, amount = calls.charge(start, used, zone, BLOCKS[blocks], exact, across)
    assert (rated.billed, rated.charge) == (length * 1000, amount)


@given(used=st.integers(0, 400), blocks=st.sampled_from(sorted(BLOCKS)), edge=st.booleans())
def test_blocks_are_laid_one_behind_the_other(used, blocks, edge) -> None:
    record = (
        f"rate voice for voice to landline\n  billed    {blocks}{' edge starts next' * edge}\n"
        "  price     0.60 EUR per min\n"
    )
    event = Event("1", "A", "voice", FIRST, used * 1000, called="+351210000")
    (rated,) = rate(record, [event])
    assert rated.billed == calls.billed(used, BLOCKS[blocks], edge=edge) * 1000


# ---- allowances -------------------------------------------------------------------------------


@given(
    grant=st.integers(1, 12),
    lives=st.integers(1, 3),
    limit=st.none() | st.integers(1, 15),
    first=st.booleans(),
    newest=st.booleans(),
    months=st.lists(st.lists(st.integers(0, 25), max_size=3), min_size=2, max_size=6),
)
def test_rollover_month_by_month(grant, lives, limit, first, newest, months) -> None:
    most = "" if limit is None else f" up to {limit} messages"
    record = (
        "service many\n  measured  in messages\n"
        "rate many for many\n  price     0.10 EUR per message\n"
        f"allowance free\n  grant     {grant} messages per cycle\n  covers    many\n"
        "  draws     actual units\n  ends      split\n  after     own rate\n"
        f"  rollover  {lives} cycle{'s' * (lives > 1)}{most}, used {'first' if first else 'last'}"
        f"{', newest first' * newest}\n"
    )
    starts = [1_767_225_600_000 + 31 * 86_400_000 * at for at in range(len(months))]
    events = [Event("0", "A", "many", FIRST, 0)]
    expected = [0]
    rolling = Rolling(grant, lives, limit, first, newest)
    for at, (start, used) in enumerate(zip(starts, months, strict=True)):
        if at:
            rolling.turn()
        for number, units in enumerate(used):
            when = start + 10 * 86_400_000 + number * 1000
            events.append(Event(f"{at}-{number}", "A", "many", when, units))
            expected.append(rolling.cover(units))
    covered = [
        sum(part.units for part in one.parts if part.outcome is Outcome.COVERED)
        for one in rate(record, events)
    ]
    assert covered == expected
