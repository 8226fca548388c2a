"""The frame of a plan: its roundings, units, services, places, holidays and windows."""

from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

from pydantic import Field

from ratedsl.lang.source import Span
from ratedsl.plan.easter import easter
from ratedsl.plan.model.base import Element, Period


class Rounding(Element):
    """Rounding to a multiple of `quantum`, on the magnitude, at one place of the work.

    `group` names the taxes that are rounded together. With `never_zero` what is not nothing
    is at least one quantum.
    """

    scope: Literal[
        "event",
        "exchange",
        "item",
        "cost",
        "tax per item",
        "tax per invoice",
        "tax group",
        "invoice",
        "statement",
    ]
    mode: Literal["up", "down", "half-up", "half-even", "half-down"]
    quantum: Decimal
    group: str = ""
    never_zero: bool = False


class UnitDefinition(Element):
    """A unit of the plan's own: `size` base units of the dimension that its base unit names."""

    id: str
    title: str = ""
    dimension: str
    size: int


class Attribute(Element):
    """What usage of a service carries beside its quantity.

    A `quantity` counts in `unit`; `money` is in the plan's currency; a word is one of `values`
    where these are listed.
    """

    name: str
    kind: Literal["quantity", "money", "number", "text"]
    unit: str = ""
    values: tuple[str, ...] = ()


class Sampling(Element):
    """How the samples of a bill cycle become the one quantity that is charged.

    Samples of one interval are added up: `length` milliseconds, counted from the cycle's start,
    or a local `day`, or each `event` by itself. `peak` is the largest interval, `last` the
    latest one, `percentile` the one at the nearest rank. `empty` says whether intervals without
    a sample count as nothing.
    """

    how: Literal["peak", "last", "percentile"]
    percent: Decimal = Decimal(0)
    span: Literal["event", "day", "length"] = "event"
    length: int = 0
    empty: Literal["zero", "skipped"] = "skipped"


Negative = Literal["", "rejected", "zero", "credited"]
"""What becomes of usage below zero."""


class Service(Element):
    """A service of the plan's own, measured in `unit`.

    Usage below zero is what it says, or (empty) what the plan says.
    """

    id: str
    title: str = ""
    unit: str
    negative: Negative = ""
    attributes: tuple[Attribute, ...] = ()
    sampling: Sampling | None = None


class Cycle(Element):
    """The bill cycle: so many `months` or `days` long, without end in both directions.

    A cycle of months starts on `day` of its months, of which `month` is one, clamped to the
    month's last day. With `from_activation` it starts where the account did instead.
    """

    months: int = 0
    days: int = 0
    day: int = 1
    month: int = 1
    from_activation: bool = False


class AtOnce(Element):
    """That usage is billed as soon as what is not billed of it reaches an amount."""

    of: tuple[str, ...]
    amount: Decimal


class Due(Element):
    """How many days after it closes a bill is to be paid."""

    days: int


class Late(Element):
    """What is charged for what is still owed so many days after it was due.

    An `amount`, or a `percent` of what is overdue.
    """

    days: int
    amount: Decimal | None = None
    percent: Decimal | None = None


class DepositInterest(Element):
    """What a deposit earns while it is held: a percentage a year, by days of 365."""

    percent: Decimal


class Issuer(Element):
    """Who sends the bill, as its head says it, and where it tells customers more.

    `accessibility` are its features for people with disabilities. Each of the others is a
    line of words, or an address on the web.
    """

    id: str
    title: str = ""
    address: str = ""
    contact: str = ""
    tax_number: str = ""
    complaints: str = ""
    privacy: str = ""
    network_management: str = ""
    discounts: str = ""
    accessibility: tuple[str, ...] = ()
    places: dict[str, Span] = Field(default_factory=dict, exclude=True, repr=False)


class Trial(Element):
    """How long a line holds the plan before it is charged; whether its usage is free as well."""

    count: int
    span: Literal["day", "week", "month"]
    free_usage: bool = True


class Zone(Element):
    """Places by prefix of the called number, visited network or country; all of them count.

    `excepted` are prefixes that it does not hold. `lines` says whose own lines it holds. Long
    lists of prefixes stand in files, which `digests` name. What it holds of other zones it holds
    itself; `includes` only tells which those are.
    """

    id: str
    title: str = ""
    prefixes: tuple[tuple[str, str], ...] = ()
    excepted: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    lines: tuple[Literal["account", "plan"], ...] = ()
    digests: tuple[str, ...] = ()
    lists: tuple[Any, ...] = Field(default=(), exclude=True, repr=False)
    includes: tuple[str, ...] = Field(default=(), exclude=True, repr=False)

    def all_prefixes(self) -> AbstractSet[str]:
        """Every prefix that it holds, those of its lists too."""
        own = {digits for digits, _ in self.prefixes}
        if len(self.lists) == 1 and not own:
            return cast("dict[str, str]", self.lists[0].prefixes).keys()
        return own.union(*(one.prefixes for one in self.lists))

    def all_excepted(self) -> AbstractSet[str]:
        """Every prefix that it does not hold though it holds a shorter one."""
        return {*self.excepted}.union(*(one.excepted for one in self.lists))


class Holidays(Element):
    """A calendar of public holidays: dates, and days counted from Easter Sunday."""

    id: str
    title: str = ""
    dates: tuple[date, ...] = ()
    easter: tuple[int, ...] = ()
    includes: tuple[str, ...] = Field(default=(), exclude=True, repr=False)

    def __contains__(self, day: object) -> bool:
        """Whether a day is a holiday."""
        if not isinstance(day, date):
            return False
        if day in self.dates:
            return True
        return bool(self.easter) and (day - easter(day.year)).days in self.easter


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
