"""What must hold for any plan and any usage."""

from __future__ import annotations

import random
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
)
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ratedsl.billing.bill import bill_cycles
from ratedsl.billing.replay import cycles_with_usage
from ratedsl.plan.load import load
from ratedsl.plan.model import (
    Increments,
    IncrementStep,
    Plan,
    Rounding,
    Tier,
    UnitPrice,
)
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.pricing import billed_units, tier_cost
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.rating.tables import PlanTables

HEAD = """\
plan random "Random"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day {day}
  rounding  half-up 0.01 EUR per item
  rounding  half-even 0.01 EUR per tax per invoice
{event_rounding}
zone home "Home"
  prefix    +351
zone mobile "Mobile"
  prefix    +35191
window peak
  hours     mon-fri 08:00-20:00
window night
  hours     daily 22:00-06:00
window rest
  hours     otherwise
tax vat "VAT"
  percent   23% of usage, fees
  shown     as government tax
"""


@st.composite
def plans(draw: st.DrawFn) -> list[str]:
    """A plan as records in any order: prices, tiers, allowances, caps, limits."""
    cents = st.integers(0, 300).map(lambda n: f"{n // 100}.{n % 100:02}")
    seconds = st.sampled_from(["1 s", "6 s", "30 s", "60 s"])
    facts = [f"  billed    {draw(seconds)} then {draw(seconds)}"]
    facts += [
        f"  price     {draw(cents)} EUR per min in {name}" for name in ("peak", "night", "rest")
    ]
    facts.append(
        draw(
            st.sampled_from(
                [
                    "  across    windows split, increments carry",
                    "  across    windows split, increments restart",
                    "  across    windows by start",
                ]
            )
        )
    )
    if draw(st.booleans()):
        facts.append(f"  setup     {draw(cents)} EUR per call")
    if draw(st.booleans()):
        then = draw(st.sampled_from(["free", "cut"]))
        facts.append(f"  maximum   {draw(cents)} EUR per call, then {then}")
    if draw(st.booleans()):
        facts.append("  minimum   0.03 EUR per call")
    records = [HEAD.format(
        day=draw(st.integers(1, 28)),
        event_rounding=draw(st.sampled_from(["", "  rounding  up 0.001 EUR per event\n"])),
    )]  # fmt: skip
    records.append("rate voice for voice to home\n" + "\n".join(facts) + "\n")
    mode = draw(st.sampled_from(["graduated", "volume"]))
    span = draw(st.sampled_from(["event", "day", "cycle"]))
    counting = draw(st.sampled_from(["all", "uncovered"]))
    block = draw(st.sampled_from(["", "started "]))
    records.append(
        "rate data for data\n"
        f"  tiers     {mode} per {span} counting {counting} usage\n"
        f"  tier      up to {draw(st.integers(1, 9))} MB {draw(cents)} EUR per {block}MB\n"
        f"  tier      above {draw(cents)} EUR per MB\n"
    )
    for service, name, unit in (("voice to home", "min", "min"), ("data", "MB", "MB")):
        if draw(st.booleans()):
            records.append(
                f"allowance free-{name}\n"
                f"  grant     {draw(st.integers(1, 20))} {unit} per cycle"
                f"{draw(st.sampled_from(['', ' per account']))}\n"
                f"  covers    {service}\n"
                f"  draws     {draw(st.sampled_from(['billed', 'actual']))} units\n"
                f"  ends      {draw(st.sampled_from(['split', 'whole event']))}\n"
                f"  after     {draw(st.sampled_from(['own rate', 'blocked']))}\n"
                + draw(st.sampled_from(["", f"  rollover  1 cycle up to 9 {unit}, used first\n"]))
            )
    if draw(st.booleans()):
        then = draw(st.sampled_from(["blocked", "free"]))
        records.append(
            f"cap stop\n  amount    {draw(cents)}1 EUR per cycle of usage before tax\n"
            f"  then      {then}\n"
        )
    return records


@st.composite
def usage(draw: st.DrawFn) -> list[Event]:
    """Up to thirty events of two lines within some months, in order."""
    events = []
    for number in range(draw(st.integers(1, 30))):
        start = 1_767_225_600_000 + draw(st.integers(0, 120 * 86_400)) * 1000
        service = draw(st.sampled_from(["voice", "data"]))
        most = 7_200_000 if service == "voice" else 20_000_000
        called = (
            draw(st.sampled_from(["+351210000", "+35191000", "+4420"]))
            if service == "voice"
            else ""
        )
        quantity = draw(st.one_of(st.just(0), st.integers(1, most)))
        line = draw(st.sampled_from("AB"))
        events.append(Event(f"{number:03}", line, service, start, quantity, called=called))
    return sorted(events, key=lambda event: (event.start, event.id))


def compiled(tmp: Path, records: list[str]) -> Plan:
    path = tmp / "random.rate"
    path.write_text("\n".join(records))
    loaded = load(path)
    assert loaded.ok, loaded.diagnostics
    assert loaded.plan is not None
    return loaded.plan


def account(plan: Plan) -> Account:
    from datetime import date

    held = (Subscription(plan.id, date(2026, 1, 1)),)
    return Account("X", (Line("A", subscriptions=held), Line("B", subscriptions=held)))


@settings(max_examples=120, deadline=None, derandomize=True)
@given(records=plans(), events=usage())
def test_every_unit_has_one_outcome_and_no_charge_is_negative(
    tmp_path_factory, records, events
) -> None:
    plan = compiled(tmp_path_factory.mktemp("p"), records)
    tables = PlanTables(plan)
    rater = AccountRater(tables, account(plan), tables.cycles.at(events[0].start))
    for event in events:
        rated = rater.rate(event)
        assert sum(part.units for part in rated.parts) == rated.billed
        assert all(part.units >= 0 for part in rated.parts)
        if event.quantity:
            assert rated.billed >= event.quantity
        assert rated.charge >= 0 or (
            rated.rate and rated.rate.tiers and rated.rate.tiers.mode == "volume"
        )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(records=plans(), events=usage(), seed=st.integers(0, 99))
def test_invoices_foot_and_order_means_nothing(tmp_path_factory, records, events, seed) -> None:
    plan = compiled(tmp_path_factory.mktemp("p"), records)
    shuffled = []
    for record in records[1:]:
        header, *facts = record.rstrip("\n").split("\n")
        random.Random(seed).shuffle(facts)
        shuffled.append("\n".join([header, *facts]) + "\n")
    random.Random(seed).shuffle(shuffled)
    other = compiled(tmp_path_factory.mktemp("q"), [records[0], *shuffled])
    assert other.content_hash == plan.content_hash
    totals = []
    for one in (plan, other):
        tables = PlanTables(one)
        cycles = cycles_with_usage(tables, account(one), events)
        invoices = [b.invoice for b in bill_cycles(tables, account(one), events, cycles)]
        for invoice in invoices:
            assert sum((item.amount for item in invoice.items), Decimal(0)) == invoice.subtotal
            assert sum((tax.amount for tax in invoice.taxes), Decimal(0)) == invoice.tax_total
            assert invoice.subtotal + invoice.tax_total == invoice.total
            count = invoice.outcomes
            assert count.events == count.rated + count.free + count.covered + count.rejected
        assert sum(invoice.outcomes.events for invoice in invoices) == len(events)
        totals.append([invoice.total for invoice in invoices])
    assert totals[0] == totals[1]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(records=plans(), events=usage())
def test_replay_with_carried_state_equals_replay_in_one(tmp_path_factory, records, events) -> None:
    plan = compiled(tmp_path_factory.mktemp("p"), records)
    tables = PlanTables(plan)
    cycles = cycles_with_usage(tables, account(plan), events)
    together = [b.invoice for b in bill_cycles(tables, account(plan), events, cycles)]
    alone = [
        invoice.invoice
        for cycle in cycles
        for invoice in bill_cycles(tables, account(plan), events, [cycle])
    ]
    assert together == alone


@given(units=st.integers(0, 10**7), first=st.integers(1, 10**5), then=st.integers(1, 10**5))
def test_billed_units_are_the_least_whole_increments(units, first, then) -> None:
    steps = (IncrementStep(size=first, until=first), IncrementStep(size=then))
    billed = billed_units(units, Increments(steps=steps))
    if units == 0:
        assert billed == 0
        return
    assert billed >= units
    assert billed == first or (billed - first) % then == 0
    if billed > first:
        assert billed - then < units


@given(
    amount=st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6),
    mode=st.sampled_from(["up", "down", "half-up", "half-even", "half-down"]),
    places=st.integers(0, 4),
)
def test_rounding_agrees_with_decimal(amount, mode, places) -> None:
    modes = {
        "up": ROUND_CEILING, "down": ROUND_DOWN, "half-up": ROUND_HALF_UP,
        "half-even": ROUND_HALF_EVEN, "half-down": ROUND_HALF_DOWN,
    }  # fmt: skip
    rounding = Rounding(scope="item", mode=mode, quantum=Decimal(1).scaleb(-places))
    got = to_decimal(round_money(amount, rounding))
    # A decimal near enough to lie on the same side of every tie.
    near = Decimal(abs(amount).numerator * 10**40 // abs(amount).denominator).scaleb(-40)
    if Fraction(near) != abs(amount):
        near += Decimal(1).scaleb(-41)
    from decimal import localcontext

    with localcontext() as context:
        context.prec = 60
        expected = near.quantize(Decimal(1).scaleb(-places), rounding=modes[mode])
    assert abs(got) == expected
    assert got == 0 or (got > 0) == (amount > 0)


@given(
    bounds=st.lists(st.integers(1, 50), min_size=1, max_size=4, unique=True).map(sorted),
    total=st.integers(0, 120),
    data=st.data(),
)
def test_graduated_tiers_price_each_unit_in_its_own_tier(bounds, total, data) -> None:
    prices = [Decimal(data.draw(st.integers(0, 9))) for _ in range(len(bounds) + 1)]
    tiers = [
        Tier(bound=bound, price=UnitPrice(amount=price, per=1, text=""))
        for bound, price in zip([*bounds, None], prices, strict=True)
    ]
    by_unit = 0
    for unit in range(1, total + 1):
        index = next((i for i, bound in enumerate(bounds) if unit <= bound), len(bounds))
        by_unit += prices[index]
    assert tier_cost(tiers, "graduated", total) == by_unit
    if total:
        index = next((i for i, bound in enumerate(bounds) if total <= bound), len(bounds))
        assert tier_cost(tiers, "volume", total) == total * prices[index]
