"""What must hold for any plan and any usage."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
)
from fractions import Fraction
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from ratedsl.billing.bill import bill_cycles, first_of, sides_of
from ratedsl.billing.invoice import Invoice
from ratedsl.plan.model import Increments, IncrementStep, Rounding, Tier, UnitPrice
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.fork import fork
from ratedsl.rating.parts import RatedEvent
from ratedsl.rating.pricing import billed_units, tier_cost
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.rating.tables import PlanTables
from ratedsl.report.invoice import render_invoice
from tests.strategies.plans import HEAD, PLACES, RandomPlan
from tests.strategies.replay import bills, held, loaded, plans_of, with_records
from tests.strategies.usage import FIRST, Case, cases

START = date(2026, 1, 1)
MONEY = re.compile(r"(?<![\w.])(\d+\.\d+)(?= (?:EUR|USD)\b)")


@given(case=cases())
def test_every_unit_has_one_outcome(case: Case) -> None:
    heard: list[RatedEvent] = []
    bills(case, heard.append)
    names = {line.id for line in case.account.lines}
    used = [one.id for one in case.events if one.line in names]
    assert [one.event.id for one in heard] == used
    for rated in heard:
        for one in (rated, *rated.beside, *(cost.rated for cost in rated.costs)):
            assert sum(part.units for part in one.parts) == one.billed
            assert all(part.units >= 0 for part in one.parts)
            assert one.parts
        paid = sum((one.amount for one in rated.payments), Fraction(0))
        assert all(one.amount > 0 for one in rated.payments)
        assert not paid or paid <= rated.whole_charge


@given(case=cases())
def test_usage_never_costs_less_than_nothing(case: Case) -> None:
    """But for what takes back: legs of a session, and tiers that reprice the whole."""
    heard: list[RatedEvent] = []
    bills(case, heard.append)
    for rated in heard:
        for one in (rated, *rated.beside):
            tiers = one.rate.tiers if one.rate else None
            whole = tiers is not None and (tiers.mode in ("volume", "stair-step"))
            nearest = "nearest" in repr(case.plan)
            if not whole and not nearest and "session" not in one.event.attributes:
                assert one.charge >= 0


@given(case=cases())
def test_invoices_foot(case: Case) -> None:
    found = [one.invoice for one in bills(case)]
    for invoice in found:
        foots(invoice)
    names = {line.id for line in case.account.lines}
    counted = sum(one.outcomes.events for one in found if not one.at_once)
    assert counted == len([one for one in case.events if one.line in names])


def foots(invoice: Invoice) -> None:
    assert total(item.amount for item in invoice.items) == invoice.subtotal
    on_top = [tax.amount for tax in invoice.taxes if not tax.included]
    assert total(on_top) == invoice.tax_total
    assert total(tax.amount for tax in invoice.taxes if tax.included) == invoice.included_tax
    after = total(item.amount for item in invoice.after_tax)
    assert invoice.subtotal + invoice.tax_total + after == invoice.total
    count = invoice.outcomes
    assert count.events == count.rated + count.free + count.covered + count.rejected
    for use in invoice.balances:
        assert use.opening + use.topped_up - use.paid - use.expired == use.closing
        assert use.closing >= 0


def total(amounts) -> Decimal:
    return sum(amounts, Decimal(0))


@given(case=cases())
def test_every_form_of_an_invoice_foots(case: Case) -> None:
    """What is printed is read back: its rows add up to its sums, to the last digit."""
    for made in bills(case):
        invoice = made.invoice
        read = Invoice.model_validate_json(render_invoice(invoice, "json"))
        assert amounts(read) == amounts(invoice)
        foots(read)
        for printed in (markdown_rows(invoice), text_rows(invoice)):
            charges, taxes, after = sections(printed)
            assert total(charges) == invoice.subtotal
            assert total(taxes) == invoice.tax_total
            assert total(charges) + total(taxes) + total(after) == invoice.total


def markdown_rows(invoice: Invoice) -> list[tuple[str, str]]:
    """The words and the amount of each row of the charges."""
    lines = render_invoice(invoice, "markdown").splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("| Charge"))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        cells = [cell.strip().strip("*") for cell in line.strip("|").split("|")]
        rows.append((cells[0], cells[3]))
    return rows


def text_rows(invoice: Invoice) -> list[tuple[str, str]]:
    lines = render_invoice(invoice, "text", width=200).splitlines()
    rules = [at for at, line in enumerate(lines) if line and set(line) == {"─"}]
    rows = []
    for line in lines[rules[0] + 1 : rules[1]]:
        found = PRINTED.search(line)
        rows.append((line.strip().split("  ")[0], found[1] if found else ""))
    return [row for row in rows if row[0]]


PRINTED = re.compile(r"\s(-?[\d,]+\.\d+)$")


def sections(rows: list[tuple[str, str]]) -> tuple[list[Decimal], list[Decimal], list[Decimal]]:
    """The amounts of the rows before the subtotal, of the taxes on top, and of what follows."""
    found: tuple[list[Decimal], ...] = ([], [], [])
    at = 0
    for words, amount in rows:
        if words.startswith("Total "):
            break
        if words == "Subtotal":
            at = 1
        elif words == "After tax":
            at = 2
        elif amount and not words.endswith(", sum") and words != "Taxes and surcharges":
            found[at].append(Decimal(amount.replace(",", "")))
    return found


@given(case=cases(), seed=st.integers(0, 99))
def test_the_order_of_records_and_facts_means_nothing(case: Case, seed: int) -> None:
    shuffle = random.Random(seed)
    records = []
    for record in case.plan.records:
        # The places are several records in one text, which keep their order.
        if record != PLACES:
            header, *facts = record.rstrip("\n").split("\n")
            ends = [i for i, fact in enumerate(facts) if fact.split()[0] in ("hours", "cell")]
            assert not ends or header.startswith("rate")
            shuffle.shuffle(facts)
            record = "\n".join([header, *facts]) + "\n"
        records.append(record)
    shuffle.shuffle(records)
    other = with_records(case, records)
    assert [one.content_hash for one in loaded(other.plan)] == [
        one.content_hash for one in loaded(case.plan)
    ]
    mine = [plain(one.invoice) for one in bills(case)]
    assert [plain(one.invoice) for one in bills(other)] == mine


def plain(invoice: Invoice) -> object:
    """An invoice without the places of its clauses in the text."""
    return without(invoice.model_dump())


def without(value: object) -> object:
    if isinstance(value, dict):
        return {key: without(one) for key, one in value.items() if key != "at"}
    if isinstance(value, tuple | list):
        return [without(one) for one in value]
    return value


@given(case=cases())
def test_each_cycle_alone_equals_all_in_one_replay(case: Case) -> None:
    plans = plans_of(case)
    cycles = held(plans, case.account, case.events)
    together = [one.invoice for one in bill_cycles(plans, case.account, case.events, cycles)]
    alone = [
        one.invoice
        for cycle in cycles
        for one in bill_cycles(plans, case.account, case.events, [cycle])
    ]
    assert alone == together


@given(case=cases(), cut=st.integers(0, 12))
def test_a_fork_goes_on_as_if_nothing_had_happened(case: Case, cut: int) -> None:
    plans = plans_of(case)
    side = sides_of(plans, case.account)[0]
    events = case.events
    first = first_of([side], events, side.tables.cycles_of(side.account).at(events[0].start))
    whole = [told(one) for one in AccountRater(side.tables, side.account, first).rate_all(events)]
    rater = AccountRater(side.tables, side.account, first)
    before = [told(one) for one in rater.rate_all(events[:cut])]
    other = fork(rater)
    assert before + [told(one) for one in rater.rate_all(events[cut:])] == whole
    assert before + [told(one) for one in other.rate_all(events[cut:])] == whole


def told(rated: RatedEvent) -> tuple[object, ...]:
    beside = tuple(told(one) for one in rated.beside)
    costs = tuple(told(one.rated) for one in rated.costs)
    return rated.parts, rated.charge, rated.exact, rated.fees, rated.notes, beside, costs


@given(case=cases(), factor=st.integers(2, 9))
def test_scaled_prices_scale_the_bill(case: Case, factor: int) -> None:
    """With all money of the plan and the account scaled, what is rounded to with it."""
    mine, scaled = bills(case), bills(scale(case, factor))
    assert len(mine) == len(scaled)
    for one, other in zip(mine, scaled, strict=True):
        assert amounts(other.invoice) == [amount * factor for amount in amounts(one.invoice)]


def amounts(invoice: Invoice) -> list[Decimal]:
    rows = [item.amount for item in (*invoice.items, *invoice.after_tax)]
    return sorted([*rows, *(tax.amount for tax in invoice.taxes), invoice.total])


def scale(case: Case, factor: int) -> Case:
    def scaled(text: str) -> str:
        return "\n".join(
            line
            if line.strip().startswith("exchange")
            else MONEY.sub(lambda one: str(Decimal(one[1]) * factor), line)
            for line in text.split("\n")
        )

    def cells(text: str) -> str:
        header, *rows = text.splitlines()
        made = [header]
        for row in rows:
            prefix, peak, rest, *others = row.split(",")
            money = [str(Decimal(one) * factor) for one in (peak, rest)]
            made.append(",".join([prefix, *money, *others]))
        return "\n".join(made) + "\n"

    plan = RandomPlan(
        [scaled(record) for record in case.plan.records],
        {name: cells(text) for name, text in case.plan.files.items()},
        case.plan.services,
        case.plan.lives,
        scaled(case.plan.other),
    )
    account = replace(
        case.account,
        credits=tuple(replace(one, amount=one.amount * factor) for one in case.account.credits),
        top_ups=tuple(replace(one, amount=one.amount * factor) for one in case.account.top_ups),
    )
    return Case(plan, account, [worth(event, factor) for event in case.events])


def worth(event: Event, factor: int) -> Event:
    if "worth" not in event.attributes:
        return event
    found = str(Decimal(event.attributes["worth"]) * factor)
    return replace(event, attributes=MappingProxyType({**event.attributes, "worth": found}))


@given(
    start=st.integers(0, 400 * 86_400),
    seconds=st.integers(2, 90_000),
    at=st.floats(0, 1, exclude_min=True, exclude_max=True),
    across=st.sampled_from(["carry", "restart"]),
)
def test_splitting_a_call_by_the_second_changes_nothing(start, seconds, at, across) -> None:
    records = [
        HEAD.format(day=1),
        PLACES,
        "rate voice for voice to landline\n  billed    1 s\n  price     0.60 EUR per min in peak\n"
        "  price     0.30 EUR per min in night\n  price     0.45 EUR per min in rest\n"
        f"  across    windows split, increments {across}\n",
    ]
    tables = PlanTables(loaded(RandomPlan(records))[0])
    begin = FIRST + start * 1000
    first = max(1, min(seconds - 1, int(seconds * at)))
    whole = [(begin, seconds)]
    halves = [(begin, first), (begin + first * 1000, seconds - first)]
    totals = []
    for pieces in (whole, halves):
        account = Account("X", (Line("A", subscriptions=(Subscription("random", START),)),))
        rater = AccountRater(tables, account, tables.cycles.at(begin))
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
