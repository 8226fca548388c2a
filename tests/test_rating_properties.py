"""What must hold for any plan and any usage."""

from __future__ import annotations

import random
import re
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
from ratedsl.rating.fork import fork
from ratedsl.rating.pricing import billed_units, tier_cost
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.rating.tables import PlanTables
from tests.strategies.plans import HEAD, PLACES, plans
from tests.strategies.usage import FIRST, usage


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
    for record in records[2:]:
        header, *facts = record.rstrip("\n").split("\n")
        random.Random(seed).shuffle(facts)
        shuffled.append("\n".join([header, *facts]) + "\n")
    random.Random(seed).shuffle(shuffled)
    other = compiled(tmp_path_factory.mktemp("q"), [*records[:2], *shuffled])
    assert other.content_hash == plan.content_hash
    totals = []
    for one in (plan, other):
        tables = PlanTables(one)
        cycles = cycles_with_usage(tables, account(one), events)
        invoices = [b.invoice for b in bill_cycles(tables, account(one), events, cycles)]
        for invoice in invoices:
            assert sum((item.amount for item in invoice.items), Decimal(0)) == invoice.subtotal
            assert sum((tax.amount for tax in invoice.taxes), Decimal(0)) == invoice.tax_total
            after = sum((item.amount for item in invoice.after_tax), Decimal(0))
            assert invoice.subtotal + invoice.tax_total + after == invoice.total
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


@settings(max_examples=60, deadline=None, derandomize=True)
@given(records=plans(), events=usage(), cut=st.integers(0, 30))
def test_a_fork_goes_on_as_if_nothing_had_happened(tmp_path_factory, records, events, cut) -> None:
    plan = compiled(tmp_path_factory.mktemp("p"), records)
    tables = PlanTables(plan)
    first = tables.cycles.at(events[0].start)
    whole = [told(one) for one in AccountRater(tables, account(plan), first).rate_all(events)]
    rater = AccountRater(tables, account(plan), first)
    before = [told(one) for one in rater.rate_all(events[:cut])]
    other = fork(rater)
    assert before + [told(one) for one in rater.rate_all(events[cut:])] == whole
    assert before + [told(one) for one in other.rate_all(events[cut:])] == whole


def told(rated) -> tuple[object, ...]:
    return rated.parts, rated.charge, rated.exact, rated.fees, rated.notes


AMOUNT = re.compile(r"\b(\d+\.\d+)(?= EUR)")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(records=plans(rounded=False), events=usage(), factor=st.integers(2, 9))
def test_scaled_prices_scale_every_charge(tmp_path_factory, records, events, factor) -> None:
    def scaled(record: str) -> str:
        if record.startswith("plan"):
            return record
        return AMOUNT.sub(lambda one: str(Decimal(one[1]) * factor), record)

    charges = []
    for name, texts in (("p", records), ("q", [scaled(one) for one in records])):
        plan = compiled(tmp_path_factory.mktemp(name), texts)
        tables = PlanTables(plan)
        rater = AccountRater(tables, account(plan), tables.cycles.at(events[0].start))
        charges.append([one.charge for one in rater.rate_all(events)])
    assert charges[1] == [charge * factor for charge in charges[0]]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    start=st.integers(0, 400 * 86_400),
    seconds=st.integers(2, 90_000),
    at=st.floats(0, 1, exclude_min=True, exclude_max=True),
    across=st.sampled_from(["carry", "restart"]),
)
def test_splitting_a_call_by_the_second_changes_nothing(
    tmp_path_factory, start, seconds, at, across
) -> None:
    records = [
        HEAD.format(day=1, event_rounding=""),
        PLACES,
        "rate voice for voice to landline\n  billed    1 s\n  price     0.60 EUR per min in peak\n"
        "  price     0.30 EUR per min in night\n  price     0.45 EUR per min in rest\n"
        f"  across    windows split, increments {across}\n",
        "tax vat\n  percent   23% of usage\n  shown     as government tax\n",
    ]
    plan = compiled(tmp_path_factory.mktemp("p"), records)
    tables = PlanTables(plan)
    begin = FIRST + start * 1000
    first = max(1, min(seconds - 1, int(seconds * at)))
    whole = [(begin, seconds)]
    halves = [(begin, first), (begin + first * 1000, seconds - first)]
    totals = []
    for pieces in (whole, halves):
        rater = AccountRater(tables, account(plan), tables.cycles.at(begin))
        made = [Event(str(n), "A", "voice", one, length * 1000, called="+3512")
                for n, (one, length) in enumerate(pieces)]  # fmt: skip
        totals.append(sum(rater.rate(event).charge for event in made))
    assert totals[0] == totals[1]


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
