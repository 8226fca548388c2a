"""Late usage: each event on one bill, and all bills together as if nothing had been late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratedsl.billing.assemble import Billed
from ratedsl.billing.bill import bill_cycles
from ratedsl.billing.invoice import Invoice
from ratedsl.plan.load import load
from ratedsl.rating.events import ARRIVED, Account, Event, Line, Subscription, TopUp
from ratedsl.rating.tables import PlanTables

DAY = 86_400_000
FIRST = 1_767_225_600_000  # 2026-01-01 UTC

PLAN = """
plan p "P"
  currency  EUR
  timezone  UTC
  cycle     monthly on day 1
  {late}
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per tax per invoice
fee monthly "Fee"
  amount    5.00 EUR per month in advance
  prorated  not
rate messages "Messages" for sms
  price     0.37 EUR per message from 2025-01-01
  price     0.41 EUR per message from 2026-02-10
  price     0.29 EUR per message from 2026-03-20
allowance some "5 messages"
  grant     5 messages per cycle
  covers    sms
  draws     actual units
  ends      split
  rollover  1 cycle, used first
  after     own rate
cap most "At most 3.00"
  amount    3.00 EUR per cycle per account of usage before tax
  then      free
discount tenth "A tenth"
  percent   10% of usage
  applies   before tax
commitment least "At least 1.00"
  amount    1.00 EUR per cycle of usage before tax
  prorated  not
  counting  before discounts
tax vat "VAT"
  percent   20% of charges from 2025-01-01
  percent   25% of charges from 2026-03-01
  shown     as government tax
"""

MODES = {
    "next": "late      usage on next invoice",
    "correction": "late      usage by correction",
    "unstated": "",
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PlanTables]:
    found = {}
    for name, fact in MODES.items():
        path = tmp_path_factory.mktemp("p") / "p.rate"
        path.write_text(PLAN.replace("  {late}\n", f"  {fact}\n" if fact else ""))
        loaded = load(path)
        assert loaded.plan is not None and loaded.ok, loaded.diagnostics
        found[name] = PlanTables(loaded.plan)
    return found


def account() -> Account:
    held = (Subscription("p", date(2026, 1, 1)),)
    return Account("X", (Line("A", subscriptions=held), Line("B", subscriptions=held)))


def bills(tables: PlanTables, events: list[Event], months: int = 6) -> list[Invoice]:
    """The bills of January to June."""
    cycles = tables.cycles.between(date(2026, 1, 1), date(2026, months, 28))
    return [one.invoice for one in bill_cycles(tables, account(), events, cycles)]


def in_time(events: list[Event]) -> list[Event]:
    return [replace(one, attributes={}) for one in events]


@st.composite
def usage(draw: st.DrawFn) -> list[Event]:
    """Messages of January to April, some of which arrive by June, some on the day of a close."""
    found = []
    for number in range(draw(st.integers(1, 16))):
        start = FIRST + draw(st.integers(0, 119)) * DAY + draw(st.integers(0, 23)) * 3_600_000
        day = date(2026, 1, 1) + timedelta(days=(start - FIRST) // DAY)
        delay = draw(st.sampled_from([None, 0, 1, 20, 31, 60]))
        line = draw(st.sampled_from("AB"))
        attributes = {} if delay is None else {ARRIVED: str(day + timedelta(days=delay))}
        found.append(Event(f"{number:03}", line, "sms", start, 1, attributes=attributes))
    return sorted(found, key=lambda one: (one.start, one.id))


def foots(invoice: Invoice) -> bool:
    items = sum((one.amount for one in invoice.items), Decimal(0))
    taxes = sum((one.amount for one in invoice.taxes if not one.included), Decimal(0))
    after = sum((one.amount for one in invoice.after_tax), Decimal(0))
    keys = [one.key for one in (*invoice.items, *invoice.taxes, *invoice.after_tax)]
    return (
        invoice.subtotal == items
        and invoice.tax_total == taxes
        and invoice.total == items + taxes + after
        and len(keys) == len(set(keys))
    )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(events=usage())
@pytest.mark.parametrize("mode", MODES)
def test_each_event_is_on_one_bill(
    tables: dict[str, PlanTables], mode: str, events: list[Event]
) -> None:
    made = bills(tables[mode], events)
    assert sum(one.outcomes.events for one in made) == len(events)
    for one in made:
        out = one.outcomes
        assert out.events == out.rated + out.free + out.covered + out.rejected
        assert foots(one)
    # Of which bill it is, too: that of the cycle in which it arrives.
    for number, one in enumerate(made, 1):
        due = [
            event
            for event in events
            if max(
                day_of(event), date.fromisoformat(event.attributes.get(ARRIVED, "2026-01-01"))
            ).replace(day=1)
            == date(2026, number, 1)
        ]
        assert one.outcomes.events == len(due)


def day_of(event: Event) -> date:
    return date(2026, 1, 1) + timedelta(days=(event.start - FIRST) // DAY)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(events=usage())
def test_corrections_come_to_the_bills_as_if_nothing_had_been_late(
    tables: dict[str, PlanTables], events: list[Event]
) -> None:
    late, punctual = (
        bills(tables["correction"], events),
        bills(tables["correction"], in_time(events)),
    )
    for name in ("subtotal", "tax_total", "total"):
        assert sum(getattr(one, name) for one in late) == sum(
            getattr(one, name) for one in punctual
        )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(events=usage())
@pytest.mark.parametrize("mode", ["next", "unstated"])
def test_usage_on_next_invoices_comes_to_that_in_time(
    tables: dict[str, PlanTables], mode: str, events: list[Event]
) -> None:
    late, punctual = bills(tables[mode], events), bills(tables[mode], in_time(events))
    assert used(late) == used(punctual)


def used(invoices: list[Invoice]) -> Decimal:
    rows = [one for invoice in invoices for one in invoice.items if one.record == "messages"]
    return sum((one.amount for one in rows), Decimal(0))


@settings(max_examples=6, deadline=None, derandomize=True)
@given(events=usage())
@pytest.mark.parametrize("mode", MODES)
def test_a_bill_alone_is_the_bill_among_all(
    tables: dict[str, PlanTables], mode: str, events: list[Event]
) -> None:
    made = bills(tables[mode], events)
    for number, one in enumerate(made, 1):
        cycles = tables[mode].cycles.between(date(2026, number, 1), date(2026, number, 28))
        (alone,) = [
            billed.invoice for billed in bill_cycles(tables[mode], account(), events, cycles)
        ]
        assert alone == one
        known = [event for event in events if arrived(event) < one.end]
        (issued,) = [
            billed.invoice for billed in bill_cycles(tables[mode], account(), known, cycles)
        ]
        assert issued == one


def arrived(event: Event) -> date:
    return date.fromisoformat(event.attributes.get(ARRIVED, "2026-01-01"))


def test_a_plan_that_does_not_say_alerts(tables: dict[str, PlanTables]) -> None:
    events = [Event("1", "A", "sms", FIRST, 1, attributes={ARRIVED: "2026-02-01"})]
    january, february, *_ = bills(tables["unstated"], events)
    assert january.alerts == ()
    assert [one.words[:14] for one in february.alerts] == ["E316: an event"]
    assert all(one.alerts == () for one in bills(tables["next"], events))


def test_what_arrives_on_the_last_day_is_in_time(tables: dict[str, PlanTables]) -> None:
    for day, bill in (("2026-01-31", 0), ("2026-02-01", 1), ("2026-02-28", 1), ("2026-03-01", 2)):
        events = [Event("1", "A", "sms", FIRST, 1, attributes={ARRIVED: day})]
        made = bills(tables["correction"], events)
        assert [one.outcomes.events for one in made] == [int(n == bill) for n in range(6)]


def test_the_correction_is_taxed_by_its_own_date(tables: dict[str, PlanTables]) -> None:
    """Seven messages more than five free ones: 0.74 less 10%, but a commitment of 1.00 is met."""
    events = [
        Event(str(number), "A", "sms", FIRST + number, 1, attributes={ARRIVED: "2026-03-05"})
        for number in range(12)
    ]
    (march,) = bills(tables["correction"], events)[2:3]
    found = {one.record: one.amount for one in march.items if one.section == "corrections"}
    assert found["messages"] == Decimal("2.59")
    assert found["tenth"] == Decimal("-0.26")
    rows = [one for one in march.taxes if one.key.startswith("late:2026-01-01")]
    assert {one.rate for one in rows} == {"20%"}


PREPAID = """
plan {name}
  currency  EUR
  timezone  UTC
  cycle     monthly on day 1
  change    at once without credit, allowances kept
  {late}
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per event
  rounding  half-up 0.01 EUR per tax per invoice
rate messages "Messages" for sms
  price     {price} EUR per message
wallet main "Balance"
  held      per line
  pays      messages
  expires   after 40 days
  taxed     when used
  after     invoiced
allowance some "2 messages"
  grant     2 messages per cycle
  covers    sms
  draws     actual units
  ends      split
  after     own rate
cost carry for sms
  price     0.11 EUR per message
tax vat "VAT"
  percent   20% of charges
  shown     as government tax
"""


@pytest.fixture(scope="module")
def prepaid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[PlanTables]]:
    """Two plans that a line moves between, with wallets and costs, for each way of billing."""
    found: dict[str, list[PlanTables]] = {}
    for mode, fact in MODES.items():
        for name, price in (("small", "0.37"), ("large", "0.29")):
            path = tmp_path_factory.mktemp("p") / f"{name}.rate"
            text = PREPAID.format(name=name, price=price, late="LATE")
            path.write_text(text.replace("  LATE\n", f"  {fact}\n" if fact else ""))
            loaded = load(path)
            assert loaded.plan is not None and loaded.ok, loaded.diagnostics
            found.setdefault(mode, []).append(PlanTables(loaded.plan))
    return found


def mover() -> Account:
    """Line A moves to the larger plan in February; both lines have money until they use it."""
    moves = (Subscription("small", date(2026, 1, 1)), Subscription("large", date(2026, 2, 10)))
    stays = (Subscription("small", date(2026, 1, 1)),)
    ups = [TopUp("main", Decimal("1.50"), FIRST + day * DAY, line)
           for day in (3, 35, 64) for line in "AB"]  # fmt: skip
    return Account(
        "X",
        (Line("A", subscriptions=moves), Line("B", subscriptions=stays)),
        top_ups=(*ups, TopUp("main", Decimal("5.00"), FIRST + 95 * DAY, "A", opening=True)),
    )


def made_for(plans: list[PlanTables], events: list[Event]) -> list[Billed]:
    cycles = plans[0].cycles.between(date(2026, 1, 1), date(2026, 6, 28))
    return list(bill_cycles(plans, mover(), events, cycles))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(events=usage())
@pytest.mark.parametrize("mode", MODES)
def test_wallets_and_margins_over_a_change_of_plan_know_late_usage(
    prepaid: dict[str, list[PlanTables]], mode: str, events: list[Event]
) -> None:
    late, punctual = made_for(prepaid[mode], events), made_for(prepaid[mode], in_time(events))
    for one in late:
        assert foots(one.invoice)
    assert sum(one.invoice.outcomes.events for one in late) == len(events)
    spent = [sum(one.margin.cost for one in bills if one.margin) for bills in (late, punctual)]
    assert spent[0] == spent[1]
    for name in ("subtotal", "total") if mode == "correction" else ("subtotal",):
        sums = [sum(getattr(one.invoice, name) for one in bills) for bills in (late, punctual)]
        assert sums[0] == sums[1], name
    nets = [sum(one.margin.net for one in bills if one.margin) for bills in (late, punctual)]
    assert nets[0] == nets[1]
    held: dict[str, Decimal] = {}
    for one in late:
        assert {use.holder: use.closing for use in one.invoice.balances} == {
            use.holder: use.opening + use.topped_up - use.paid - use.expired
            for use in one.invoice.balances
        }
        for use in one.invoice.balances:
            stated = use.holder == "A" and one.invoice.start == date(2026, 4, 1)
            if not stated:
                assert use.opening == held.get(use.holder, use.opening)
            held[use.holder] = use.closing
    last = {use.holder: use.closing for use in punctual[-1].invoice.balances}
    assert {use.holder: use.closing for use in late[-1].invoice.balances} == last
