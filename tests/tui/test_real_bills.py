"""What the app shows of bills that a plain one does not have, with the real preview behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from app_helpers import live, make_app, said, screen_text, until

from ratedsl.preview import Around
from ratedsl.rating.events import Account, Event, Line, Subscription, TopUp
from tui.app import RateApp
from tui.services import Services

SIZE = (120, 40)
PLANS = Path(__file__).parents[2] / "plans"
HEAD = """\
plan gold "Gold"
  currency  EUR
  timezone  {zone}
  cycle     {cycle}
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per event
"""
FEE = """\
fee monthly "Monthly fee"
  amount    10.00 EUR per month in advance
  prorated  not
"""
CALLS = """\
rate calls "Calls" for voice
  price     0.10 EUR per min
"""
MAY = date(2026, 5, 1)


def instant(month: int, day: int, hour: int = 12) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=UTC).timestamp()) * 1000


def call(number: int, start: int, minutes: int = 10, called: str = "+351912000000") -> Event:
    return Event(f"e{number}", "L1", "voice", start, minutes * 60_000, "", called, "outgoing", "")


def line(*held: Subscription, name: str = "L1", number: str = "+351911000000") -> Line:
    return Line(name, number, held)


def app_of(
    plan: Path,
    text: str,
    account: Account,
    events: list[Event],
    others: tuple[Account, ...] = (),
    span: tuple[int, int] | None = None,
    cycle: str = "monthly on day 1",
    zone: str = "UTC",
) -> RateApp:
    plan.write_text(HEAD.format(cycle=cycle, zone=zone) + text)
    accounts = [account, *others]
    services = Services(
        accounts=lambda usage: accounts,
        events=lambda usage, wanted: events,
        around=lambda usage, known: Around(span, known),
    )
    return make_app(plan, using=services)


async def shown(app: RateApp, *keys: str) -> str:
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        for key in keys:
            await pilot.press(key)
            await live(pilot)
        return screen_text(app) + said(app)


async def test_another_plan_of_the_cycle_is_said(plan: Path) -> None:
    held = (Subscription("silver", MAY, date(2026, 5, 15)), Subscription("gold", date(2026, 5, 15)))
    account = Account("A-1", (line(*held),))
    text = await shown(app_of(plan, CALLS, account, [call(1, instant(5, 20))]))
    assert "lines also hold `silver`," in text and "which is not on this bill" in text
    only = Account("A-1", (line(Subscription("gold", MAY)),))
    text = await shown(app_of(plan, CALLS, only, [call(1, instant(5, 20))]))
    assert "this bill" not in text


async def test_a_line_that_changed_plans_is_billed_by_both(plan: Path) -> None:
    """As `ratedsl rate FOLDER` does; what the other file says now counts, once it is saved."""
    text = "  change    at once crediting unused, allowances reset\n" + FEE + CALLS
    other = plan.with_name("silver.rate")

    def silver(price: str) -> None:
        head = HEAD.format(zone="UTC", cycle="monthly on day 1").replace("gold", "silver")
        calls = CALLS.replace("0.10", price).replace("Calls", "Old calls")
        other.write_text(head + calls)

    silver("0.20")
    held = (Subscription("silver", MAY, date(2026, 5, 15)), Subscription("gold", date(2026, 5, 15)))
    account = Account("A-1", (line(*held),))
    events = [call(1, instant(5, 10)), call(2, instant(5, 20))]
    app = app_of(plan, text, account, events)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        shown_text = screen_text(app)
        assert "Old calls" in shown_text and "this bill" not in shown_text
        done = app.author.session.shown
        assert done is not None
        # 10.00 for May's rest and 10.00 in advance, a call of 1.00, and an old one of 2.00.
        assert done.done.bill.invoice.total == Decimal("23.00")
        assert [one.plan for one in done.done.bill.invoice.others] == ["silver"]
        silver("0.30")
        app.author.preview.now()
        await live(pilot)
        done = app.author.session.shown
        assert done is not None and done.done.bill.invoice.total == Decimal("24.00")
        silver("nonsense")
        app.author.preview.now()
        await live(pilot)
        assert "lines also hold `silver`," in screen_text(app)


async def test_late_usage_and_data_in_vain_are_shown(plan: Path) -> None:
    text = "  late      usage on next invoice\n" + CALLS
    account = Account(
        "A-1",
        (line(Subscription("gold", MAY)),),
        top_ups=(TopUp("mian", Decimal("5.00"), instant(5, 2), "L1"),),
    )
    late = replace(call(1, instant(5, 20)), attributes={"arrived": "2026-06-03"})
    events = [call(0, instant(5, 19)), late]
    app = app_of(plan, text, account, events, span=(instant(5, 19), instant(5, 20)))
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        assert "top-up names `mian`" in screen_text(app)
        done = app.author.session.shown
        assert done is not None
        assert [one.label for one in done.done.cycles] == ["2026-05", "2026-06"]
        app.author.usage.set_cycle("2026-06")
        await live(pilot)
        assert "late, of 2026-05-01 to 2026-05-31" in screen_text(app)
        (item,) = app.author.session.shown.done.bill.invoice.items  # type: ignore[union-attr]
        assert item.amount == Decimal("1.00")


async def test_a_plan_that_nobody_holds_is_billed_as_if(plan: Path) -> None:
    account = Account("A-1", (line(Subscription("silver", MAY)),))
    text = await shown(app_of(plan, CALLS, account, [call(1, instant(5, 20))]))
    assert "no line holds `gold`: billed as if" in text
    assert "they did, instead of `silver`" in text


async def test_calls_to_lines_of_the_plan_on_other_accounts_are_known(plan: Path) -> None:
    text = """\
zone friends "Lines of the plan"
  lines     of plan
rate calls "Calls" for voice
  price     0.10 EUR per min
rate among "Among us" for voice to friends
  price     0.01 EUR per min
"""
    account = Account("A-1", (line(Subscription("gold", MAY)),))
    other = Account("A-2", (line(Subscription("gold", MAY), name="L2", number="+351912000000"),))
    events = [call(1, instant(5, 20))]
    assert "Among us" in await shown(app_of(plan, text, account, events, (other,)))
    assert (
        "Among us"
        not in (await shown(app_of(plan, text, account, events)))
        .split("TOTAL")[0][-2000:]
        .split("Usage")[-1]
    )


async def test_quiet_cycles_are_listed(plan: Path) -> None:
    account = Account("A-1", (line(Subscription("gold", date(2026, 3, 1))),))
    events = [call(1, instant(5, 20))]
    app = app_of(plan, FEE + CALLS, account, events, span=(instant(2, 1), instant(7, 3)))
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        done = app.author.session.shown
        assert done is not None
        labels = [one.label for one in done.done.cycles]
        assert done.done.cycle.label == "2026-05", "the newest with usage is shown first"
    assert labels == ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07"]


async def test_bills_at_once_are_named(plan: Path) -> None:
    account = Account("A-1", (line(Subscription("gold", MAY)),))
    events = [call(one, instant(5, one), 60) for one in range(1, 5)]
    head = HEAD.replace("  rounding", "  bills     at once when usage >= 12 EUR\n  rounding", 1)
    app = app_of(plan, CALLS, account, events)
    plan.write_text(head.format(cycle="monthly on day 1", zone="UTC") + CALLS)
    app = make_app(plan, using=app.author.services)
    text = await shown(app)
    assert "a bill at once on 2026-05-02: 12.00" in text
    assert "a bill at once on 2026-05-04: 12.00" in text
    assert "Invoiced before, Calls" in text


async def test_balances_and_slowed_usage_are_shown(plan: Path) -> None:
    text = """\
wallet main "Balance"
  held      per line
  pays      calls
  after     blocked
rate data "Data" for data
  price     1.00 EUR per GB
allowance bucket "1 GB"
  grant     1 GB per cycle
  covers    data
  draws     actual units
  ends      split
  after     slowed to 256 kbit/s
"""
    account = Account(
        "A-1",
        (line(Subscription("gold", MAY)),),
        top_ups=(TopUp("main", Decimal(5), instant(5, 1), "L1"),),
    )
    data = Event("d", "L1", "data", instant(5, 3), 2 * 10**9, "", "", "outgoing", "")
    shown_text = await shown(app_of(plan, CALLS + text, account, [data, call(1, instant(5, 20))]))
    assert "Balances" in shown_text and "4.00 left" in shown_text
    assert "slowed to 256 kbit/s" in shown_text


async def test_the_subscribers_own_clock_and_cycles_from_activation(plan: Path) -> None:
    account = Account("A-1", (line(Subscription("gold", date(2026, 5, 5))),), timezone="Asia/Tokyo")
    # 16:00 on the 1st of June in UTC is the 2nd in Tokyo, on which the next cycle starts.
    events = [call(1, instant(5, 20)), call(2, instant(6, 1, 16))]
    app = app_of(
        plan,
        CALLS,
        account,
        events,
        cycle="every 28 days from activation",
        zone="subscriber, else UTC",
    )
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        done = app.author.session.shown
        assert done is not None
        assert [one.label for one in done.done.cycles] == ["2026-05-05", "2026-06-02"]
        assert done.done.bill.invoice.start == date(2026, 6, 2)
        assert done.done.bill.invoice.outcomes.events == 1


async def test_the_palette_shows_the_documents_for_consumers() -> None:
    app = make_app(PLANS / "fiber-us.rate", usage=False, using=Services())
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.author.session.checked is not None)
        commands = {one.title: one.callback for one in app.get_system_commands(app.screen)}
        commands["Broadband label"]()
        await until(pilot, lambda: "Broadband Facts" in screen_text(app))
        assert "Monthly Price: 55.00 USD per month" in screen_text(app)
        await pilot.press("escape")
        commands["Contract summary"]()
        await until(pilot, lambda: "Contract summary" in screen_text(app))
        assert "not stated: write `download N Mbit/s minimum`" in screen_text(app)
        assert "not stated in the plan" in screen_text(app)
        await pilot.press("escape")
        app.author.editor.load_text("plan broken")
        commands["Contract summary"]()
        await until(pilot, lambda: "the plan has errors" in said(app))


async def test_what_the_operator_should_see_of_a_bill_stands_below_it(plan: Path) -> None:
    account = Account("A-1", (line(Subscription("gold", MAY)),))
    app = app_of(plan, FEE + CALLS.replace(' "Calls"', ""), account, [call(1, instant(5, 20))])
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        text = screen_text(app)
        assert "Before it is sent, for the operator" in text
        assert "W525 the row `calls` does not say what" in text
        assert "give the record a title" in text
        # The finding leads to its clause.
        invoice = app.author.invoice
        at = next(i for i, row in enumerate(invoice.rows) if row.title.startswith("W525"))
        invoice.focus()
        invoice.cursor = at
        await pilot.press("enter")
        await until(pilot, lambda: app.author.editor.has_focus)
        line_there = app.author.editor.document.get_line(app.author.editor.cursor_location[0])
        assert line_there == "  price     0.10 EUR per min"
    app = app_of(plan, FEE + CALLS, account, [call(1, instant(5, 20))])
    assert "Before it is sent" not in await shown(app)
