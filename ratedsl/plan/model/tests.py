"""Inline tests: a starting state, what happens, and what is expected."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from ratedsl.lang.source import Span
from ratedsl.plan.model.base import NOWHERE, Element


class Given(Element):
    """The state before a test: `kind` says which of the other fields is meant.

    Without a `line` it is the first line's or, of what all lines have, that of all. A bill is
    due, and a deposit held, `until` a day.
    """

    kind: Literal[
        "started",
        "ended",
        "invoiced",
        "lines",
        "tenure",
        "used",
        "held",
        "session",
        "attribute",
        "balance",
        "owed",
        "paid",
        "deposit held",
        "deposit applied",
        "deposit returned",
    ]
    day: date | None = None
    until: date | None = None
    number: Decimal | None = None
    record: str = ""
    value: str = ""
    line: str = ""


class Act(Element):
    """Something that happens on a day of a test, to `number` of `item` where it is one.

    The item of a change is the plan that is joined; `until` is the day after a suspension. An
    act of no `line` happens to all lines of a change or suspension. A credit is of `money` for
    the record `item`, which was charged for the day `supplied`. A top-up adds `money` to the
    wallet `item`, so many `seconds` into the day.
    """

    kind: Literal["add", "remove", "cancel", "change", "suspend", "credit", "top up"]
    day: date
    until: date | None = None
    number: int = 1
    item: str = ""
    money: Decimal | None = None
    seconds: int = 0
    line: str = ""
    supplied: date | None = None


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
    """What a test expects: a figure (`what` of `record`), exactly `money` or `quantity`.

    `line` is the line whose figure it is, empty for all of them together; `bill` the day on
    which the bill closes that shows it. Money is in the plan's currency unless another is named.
    `value_at` is the place of the figure itself.
    """

    what: str
    record: str = ""
    money: Decimal | None = None
    currency: str = ""
    quantity: int | None = None
    day: date | None = None
    text: str = ""
    line: str = ""
    bill: date | None = None
    value_at: Span = Field(default=NOWHERE, exclude=True, repr=False)


class PlanTest(Element):
    """An inline test: starting state, events, bills by the day of their close, expectations."""

    title: str
    given: tuple[Given, ...] = ()
    acts: tuple[Act, ...] = ()
    events: tuple[TestEvent, ...] = ()
    bills: tuple[date, ...] = ()
    expectations: tuple[Expectation, ...] = ()
