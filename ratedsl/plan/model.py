"""The compiled plan: validated, frozen, and named by a hash of its content.

Every element knows the clause it came from (`at`). Where a clause stands does not count
for the hash, nor does the order of records and facts: two texts that mean the same bill
have the same hash. Money is `Decimal` in the plan's currency, quantities are integers in
base units (`ratedsl.plan.units`), periods are local dates in the plan's time zone.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ratedsl.lang.source import Span
from ratedsl.plan.units import Unit, Units

NOWHERE = Span("", 0, 0, 0)


class Element(BaseModel):
    """Base of everything in a plan."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    at: Span = Field(default=NOWHERE, exclude=True, repr=False)


class Period(Element):
    """Local dates from `start` until `end`, exclusive; None is open."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


class Dated(Element):
    """An element that is in force in a period."""

    period: Period = Period()


class Rounding(Element):
    """Rounding to a multiple of `quantum`, on the magnitude, at one place of the work."""

    scope: Literal["event", "item", "tax per item", "tax per invoice", "invoice"]
    mode: Literal["up", "down", "half-up", "half-even", "half-down"]
    quantum: Decimal


class UnitDefinition(Element):
    """A unit of the plan's own: `size` base units of the dimension that its base unit names."""

    id: str
    title: str = ""
    dimension: str
    size: int


class Service(Element):
    """A service of the plan's own, measured in `unit`; negative usage is rejected or nothing."""

    id: str
    title: str = ""
    unit: str
    negative: Literal["rejected", "zero"] = "rejected"


class Cycle(Element):
    """The bill cycle: `months` long, starting on `day`, clamped to the month's last day."""

    months: Literal[1, 3, 12]
    day: int


class Zone(Element):
    """Places by prefix of the called number, visited network or country; all of them count."""

    id: str
    title: str = ""
    prefixes: tuple[tuple[str, str], ...] = ()
    countries: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


class Holidays(Element):
    """A calendar of public holidays."""

    id: str
    title: str = ""
    dates: tuple[date, ...] = ()


class Hours(Element):
    """Hours on weekdays (0 is Monday) and on the days of holiday calendars.

    Seconds since local midnight; an `end` at or before `start` lies on the next day.
    """

    days: tuple[int, ...] = ()
    holidays: tuple[str, ...] = ()
    start: int
    end: int


class Window(Element):
    """A part of the week. `otherwise` is what the other windows of a rate's prices leave."""

    id: str
    title: str = ""
    otherwise: bool = False
    hours: tuple[Hours, ...] = ()
    dates: tuple[Period, ...] = ()
    except_holidays: tuple[str, ...] = ()
    order: int | None = None


class Match(Element):
    """Which usage is meant. Places are zone ids or digits; empty matches everywhere."""

    service: str
    to: tuple[str, ...] = ()
    roaming: tuple[str, ...] = ()


class Test(Element):
    """One test of a condition on an attribute of the usage, the line or the account."""

    attribute: str
    operator: Literal["is", "is not", "in", "not in", ">=", "<=", ">", "<"]
    values: tuple[str, ...] = ()
    number: Decimal | None = None
    unit: str = ""


class Proration(Element):
    """How a part of a period is charged; `counting` names the end days that count."""

    method: Literal["day", "second", "30-day actual", "30/360", "not"]
    counting: Literal["first", "last", "both", ""] = ""


class FeeAmount(Dated):
    """What a fee costs for each `span` (or once)."""

    amount: Decimal
    span: Literal["day", "week", "month", "quarter", "year", "cycle", "once"]
    timing: Literal["advance", "arrears", ""] = ""


class Fee(Element):
    """A charge that does not depend on usage, for each line or once for the account.

    With the scope `item` it is charged for each `item` that a line holds: a thing that the
    fee names (a seat, a device), or an add-on by its own id.
    """

    id: str
    title: str = ""
    scope: Literal["line", "account", "item"] = "line"
    item: str = ""
    amounts: tuple[FeeAmount, ...]
    waived: int = 0
    reduced: Decimal | None = None
    reduced_for: int = 0
    proration: Proration | None = None


class IncrementStep(Element):
    """Blocks of `size`, until the event is `until` long; None goes on without end."""

    size: int
    until: int | None = None


class Increments(Element):
    """Usage is billed in whole blocks, in a window or (empty) at all times.

    With `edge_next` an event that ends exactly on a block's edge is billed the next block too.
    """

    steps: tuple[IncrementStep, ...]
    edge_next: bool = False
    window: str = ""


class UnitPrice(Element):
    """`amount` for `per` base units (or events): pro rata, per started or per full block.

    With `percent` it is that share of the event's attribute `of`, and `plus` an amount.
    """

    amount: Decimal
    per: int
    block: Literal["", "started", "full"] = ""
    percent: Decimal | None = None
    of: str = ""
    plus: Decimal = Decimal(0)
    text: str


class Price(Dated):
    """A unit price in a window (empty: at all times), perhaps of an event's `first` units."""

    price: UnitPrice
    first: int | None = None
    window: str = ""


class EventFee(Dated):
    """A charge once per event, by the window in which it starts."""

    kind: Literal["setup", "attempt", "release"]
    amount: Decimal
    window: str = ""


class FreeFirst(Element):
    """What is free before anything is charged: units, events, or value of an attribute."""

    kind: Literal["quantity", "events", "value"]
    amount: Decimal
    of: str = ""
    span: Literal["event", "day", "cycle"]


class Tier(Dated):
    """What usage costs up to a bound. `bound` is None for the last tier."""

    bound: int | None
    inclusive: bool = True
    price: UnitPrice | None = None
    flat: Decimal = Decimal(0)
    flat_at_zero: bool = False
    rejected: bool = False


class Tiers(Element):
    """Prices by running total over a span: `graduated` by the part, `volume` by the whole."""

    mode: Literal["graduated", "volume"]
    span: Literal["event", "day", "cycle"]
    who: Literal["line", "account"] = "line"
    counting: Literal["all", "uncovered"]
    tiers: tuple[Tier, ...]


class Across(Element):
    """What happens to an event that crosses a window's edge."""

    mode: Literal["carry", "restart", "start"]


class Limit(Element):
    """A least or greatest charge for one event; above a maximum the rest is free or cut."""

    amount: Decimal
    then: Literal["", "free", "cut"] = ""


class Deck(Element):
    """The table behind a rate: its prices stand by prefix and date in a file.

    `unit` is what each price is for. The rows themselves are named by `digest`.
    """

    file: str
    digest: str
    unit: UnitPrice
    table: Any = Field(default=None, exclude=True, repr=False)


class Rate(Element):
    """What usage that matches costs. `basis` says what prices and tiers count.

    A rate that `adds_to` another is charged beside it, for the same usage.
    """

    id: str
    title: str = ""
    match: Match
    conditions: tuple[Test, ...] = ()
    order: int | None = None
    adds_to: str = ""
    basis: Literal["quantity", "event"]
    increments: tuple[Increments, ...] = ()
    grace: int | None = None
    minimum_units: int = 0
    minimum: Limit | None = None
    maximum: Limit | None = None
    free: tuple[FreeFirst, ...] = ()
    fees: tuple[EventFee, ...] = ()
    unanswered: Literal["free", "charged"] = "free"
    prices: tuple[Price, ...] = ()
    tiers: Tiers | None = None
    deck: Deck | None = None
    across: Across | None = None


class Grant(Dated):
    """How much an allowance gives each cycle, shown in `unit`."""

    quantity: int
    unit: str


class Covers(Element):
    """Usage that an allowance may pay for, in a window (empty: at all times).

    `counted` units of the usage draw `drawn` units of the allowance.
    """

    match: Match
    window: str = ""
    counted: int = 1
    drawn: int = 1


class Rollover(Element):
    """Unused grant lives on for `cycles`, at most `limit` base units of it."""

    cycles: int
    limit: int | None = None
    used: Literal["first", "last"]


class After(Element):
    """What usage costs once the allowance is used up."""

    kind: Literal["own rate", "blocked", "price"]
    price: UnitPrice | None = None


class Allowance(Element):
    """Usage included in the plan, for each line or shared by the account's lines.

    The grants of all lines are `pooled` into one balance of the account where it says so. It is
    drawn in whole `step`s, and a line draws at most `limit_per_line` in a cycle.
    """

    id: str
    title: str = ""
    dimension: str
    addon: bool = False
    scope: Literal["line", "account"] = "line"
    grants: tuple[Grant, ...]
    covers: tuple[Covers, ...]
    span: Literal["cycle", "day"] = "cycle"
    proration: Proration | None = None
    pooled: bool = False
    limit_per_line: int | None = None
    draws: Literal["billed", "actual"]
    step: int = 1
    ends: Literal["split", "whole event"]
    setup: Literal["waived", "charged"] = "waived"
    rollover: Rollover | None = None
    after: After
    order: int | None = None


class CapAmount(Dated):
    """A cap's limit on what its rates charge in a cycle."""

    amount: Decimal


class Cap(Element):
    """A limit on charges for usage in a cycle, after which usage is blocked or free."""

    id: str
    title: str = ""
    of: tuple[str, ...]
    amounts: tuple[CapAmount, ...]
    then: Literal["blocked", "free"]
    alert: Decimal | None = None
    order: int | None = None


class CommitmentAmount(Dated):
    """The least that the named charges come to in a cycle."""

    amount: Decimal
    of: tuple[str, ...]


class Commitment(Element):
    """A minimum spend: what charges fall short of it is charged as a true-up."""

    id: str
    title: str = ""
    scope: Literal["line", "account"] = "line"
    amounts: tuple[CommitmentAmount, ...]
    proration: Proration | None = None
    counting: Literal["before", "after"]


class DiscountStep(Dated):
    """A percentage or an amount off the named charges."""

    percent: Decimal | None = None
    amount: Decimal | None = None
    of: tuple[str, ...]


class Discount(Element):
    """A reduction of the invoice, never below zero."""

    id: str
    title: str = ""
    steps: tuple[DiscountStep, ...]
    applies: Literal["before", "after"]
    conditions: tuple[Test, ...] = ()
    limit: Decimal | None = None
    lasts: int | None = None
    order: int | None = None


class Share(Element):
    """An addend of a tax base: a percentage of fees, usage, charges, a record or a tax."""

    percent: Decimal
    of: tuple[str, ...]


class TaxStep(Dated):
    """A tax's shape in a period: a percentage of its base, or an amount per line or invoice."""

    percent: Decimal | None = None
    amount: Decimal | None = None
    per: Literal["", "line", "item", "invoice"] = ""
    of: tuple[str, ...] = ()


class Tax(Element):
    """A tax or a carrier's own recovery charge, on a named base."""

    id: str
    title: str = ""
    steps: tuple[TaxStep, ...]
    base: tuple[Share, ...] = ()
    shown: Literal["government tax", "carrier charge"] = "government tax"
    conditions: tuple[Test, ...] = ()


class Given(Element):
    """The state before a test: `kind` says which of the other fields is meant."""

    kind: Literal["started", "ended", "lines", "tenure", "used", "held", "attribute"]
    day: date | None = None
    number: Decimal | None = None
    record: str = ""
    value: str = ""


class Act(Element):
    """Something that happens on a day of a test, to `number` of `item` where it is one."""

    kind: Literal["add", "remove", "cancel"]
    day: date
    number: int = 1
    item: str = ""


class TestEvent(Element):
    """A usage event of a test, `times` times, at a local time."""

    service: str
    to: str = ""
    roaming: str = ""
    quantity: int
    day: date
    seconds: int = 0
    second_fold: bool = False
    line: str = ""
    times: int = 1
    attributes: tuple[tuple[str, str], ...] = ()


class Expectation(Element):
    """What a test expects: a figure (`what` of `record`), exactly `value`."""

    what: str
    record: str = ""
    money: Decimal | None = None
    quantity: int | None = None
    text: str = ""


class PlanTest(Element):
    """An inline test: starting state, events, perhaps an invoice, and expectations."""

    title: str
    given: tuple[Given, ...] = ()
    acts: tuple[Act, ...] = ()
    events: tuple[TestEvent, ...] = ()
    invoice: date | None = None
    expectations: tuple[Expectation, ...] = ()


class Plan(Element):
    """A whole plan. Records stand in order of their ids, so their order in the text is gone."""

    id: str
    title: str = ""
    currency: str
    timezone: str
    sold: Period = Period()
    cycle: Cycle
    rounding: tuple[Rounding, ...] = ()
    cancel: Literal["", "crediting unused", "without credit"] = ""
    units: tuple[UnitDefinition, ...] = ()
    services: tuple[Service, ...] = ()
    zones: tuple[Zone, ...] = ()
    holidays: tuple[Holidays, ...] = ()
    windows: tuple[Window, ...] = ()
    fees: tuple[Fee, ...] = ()
    rates: tuple[Rate, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    caps: tuple[Cap, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[Tax, ...] = ()
    tests: tuple[PlanTest, ...] = Field(default=(), exclude=True)
    content_hash: str = Field(default="", exclude=True)

    def measures(self) -> Units:
        """The units and services that the plan counts in."""
        custom = {one.id: Unit(one.id, one.dimension, one.size) for one in self.units}
        return Units(custom, {one.id: one.unit for one in self.services})

    def rounding_for(self, scope: str) -> Rounding | None:
        """The plan's rounding fact for a scope, if it has one."""
        return next((one for one in self.rounding if one.scope == scope), None)
