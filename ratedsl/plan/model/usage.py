"""What usage costs: which usage is meant, increments, prices, tiers and decks."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from ratedsl.plan.model.base import Dated, Element

CountingSpan = Literal["event", "day", "week", "month", "cycle", "contract"]
"""Over what a running total counts."""


class Match(Element):
    """Which usage is meant. Places are zone ids or digits; empty matches everywhere."""

    service: str
    to: tuple[str, ...] = ()
    roaming: tuple[str, ...] = ()


class Test(Element):
    """One test of a condition on an attribute of the usage, the line or the account.

    A number with a unit of usage stands in `base` units of its `dimension` as well; `quantity`
    is the event's own. A unit of time such as `month` belongs to `tenure`.
    """

    attribute: str
    operator: Literal["is", "is not", "in", "not in", ">=", "<=", ">", "<"]
    values: tuple[str, ...] = ()
    number: Decimal | None = None
    unit: str = ""
    base: int | None = None
    dimension: str = ""


class Offer(Element):
    """Usage for which the plan promises a rate, if `conditions` hold. It prices nothing."""

    match: Match
    conditions: tuple[Test, ...] = ()


class IncrementStep(Element):
    """Blocks of `size`, until the event is `until` long; None goes on without end."""

    size: int
    until: int | None = None


class Increments(Element):
    """Usage is billed in whole blocks, in a window or (empty) at all times.

    `block` says which blocks count: begun ones unless stated. `span` is what they are counted
    on: each event, or a running total. With `edge_next` an event that ends exactly on a
    block's edge is billed the next block too.
    """

    steps: tuple[IncrementStep, ...]
    block: Literal["", "full", "nearest"] = ""
    span: CountingSpan = "event"
    edge_next: bool = False
    window: str = ""


class UnitPrice(Element):
    """`amount` for `per` base units (or events): pro rata, per started, full or nearest block.

    With `percent` it is that share of the event's attribute `of`, and `plus` an amount.
    """

    amount: Decimal
    per: int
    block: Literal["", "started", "full", "nearest"] = ""
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
    span: CountingSpan


class Tier(Dated):
    """What usage costs up to a bound. `bound` is None for the last tier.

    `also` are bounds of other attributes, each of which has to hold too.
    """

    bound: int | None
    inclusive: bool = True
    price: UnitPrice | None = None
    flat: Decimal = Decimal(0)
    flat_at_zero: bool = False
    rejected: bool = False
    also: tuple[tuple[str, int], ...] = ()


class Tiers(Element):
    """Prices by running total over a span: `graduated` by the part, `volume` by the whole.

    A `package` is graduated in begun blocks; the step that a `stair-step` total reaches is
    the price of the whole. The members of a `pool` have one total; each other line has its own.
    """

    mode: Literal["graduated", "volume", "package", "stair-step"]
    span: CountingSpan
    who: Literal["line", "account", "pool"] = "line"
    pool: str = ""
    counting: Literal["all", "uncovered"]
    tiers: tuple[Tier, ...]


class Cell(Dated):
    """The unit price for some values of a matrix's attributes; without values, for all others."""

    values: tuple[str, ...]
    price: UnitPrice


class Matrix(Element):
    """Unit prices by the values of attributes."""

    attributes: tuple[str, ...]
    cells: tuple[Cell, ...]


class Across(Element):
    """What happens to an event that crosses a window's edge."""

    mode: Literal["carry", "restart", "start"]


class AcrossDates(Element):
    """An event that crosses a date on which prices change is cut there."""


class Limit(Element):
    """A least or greatest charge for one event; above a maximum the rest is free or cut.

    A maximum that is for `authorisation` limits what is reserved beforehand, not the charge.
    """

    amount: Decimal
    then: Literal["", "free", "cut", "authorisation"] = ""


class Deck(Element):
    """The table behind a rate: its prices stand by prefix and date in a file.

    `unit` is what each price is for, `block` how many base units the increments of a row are
    counted in. Of the file only the places in `to` count. The rows are named by `digest`.
    """

    file: str
    digest: str
    unit: UnitPrice
    currency: str = ""
    block: int | None = None
    to: tuple[str, ...] = ()
    table: Any = Field(default=None, exclude=True, repr=False)


class Rate(Element):
    """What usage that matches costs. `basis` says what prices and tiers count: events, or the
    quantity of the event, or of its attribute `of`.

    A rate that `adds_to` another is charged beside it, for the same usage. Its amounts are in
    `currency`, where that is not the plan's own. A cost is paid by `payer` to `payee`; who is
    not named is the plan's own operator, or whoever supplies it.
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
    matrix: Matrix | None = None
    tiers: Tiers | None = None
    of: str = ""
    deck: Deck | None = None
    across: Across | None = None
    across_dates: AcrossDates | None = None
    currency: str = ""
    payer: str = ""
    payee: str = ""
    category: str = ""
    description: str = ""
    provider: str = ""
