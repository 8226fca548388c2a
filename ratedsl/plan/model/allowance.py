"""What a plan includes, and the limits that it sets: allowances and caps."""

from decimal import Decimal
from typing import Literal

from ratedsl.plan.model.base import Dated, Element
from ratedsl.plan.model.proration import Proration
from ratedsl.plan.model.usage import Match, Test, UnitPrice


class Grant(Dated):
    """How much an allowance gives each time, shown in `unit`: a quantity, or `money`."""

    quantity: int
    unit: str
    money: Decimal | None = None


class Covers(Element):
    """Usage that an allowance may pay for, in a window (empty: at all times), if `conditions` hold.

    `counted` units of the usage draw `drawn` units of the allowance.
    """

    match: Match
    window: str = ""
    conditions: tuple[Test, ...] = ()
    counted: int = 1
    drawn: int = 1


class Rollover(Element):
    """Unused grant lives on for `cycles`, at most `limit` base units (or money) of it.

    It is used before or after the new grant; among it the `age` goes first, and is dropped first
    where it is too much.
    """

    cycles: int
    limit: int | Decimal | None = None
    used: Literal["first", "last"]
    age: Literal["oldest", "newest"] = "oldest"


class AllowanceCharge(Dated):
    """What an allowance costs when it is first drawn on in an event, a day or a cycle."""

    amount: Decimal
    span: Literal["event", "day", "cycle"]


class After(Element):
    """What becomes of usage once the allowance is used up.

    A price may come to `capped` at most in a span. `slowed` is usage without a charge at a speed.
    """

    kind: Literal["own rate", "blocked", "price", "slowed"]
    price: UnitPrice | None = None
    capped: Decimal | None = None
    span: Literal["event", "day", "cycle", ""] = ""
    speed: str = ""


MONEY = "money"
"""The dimension of an allowance that grants money, which pays usage at its price."""


class Allowance(Element):
    """Usage included in the plan, for each line or shared by the account's lines.

    The grants of all lines are `pooled` into one balance, of the account or of the `pool`, where
    it says so. It is granted each `count` of `span`, drawn in whole `step`s, and a line draws at
    most `limit_per_line` in a cycle.
    """

    id: str
    title: str = ""
    dimension: str
    addon: bool = False
    scope: Literal["line", "account", "pool"] = "line"
    pool: str = ""
    grants: tuple[Grant, ...]
    covers: tuple[Covers, ...]
    span: Literal["cycle", "day", "week", "month", "contract"] = "cycle"
    count: int = 1
    proration: Proration | None = None
    pooled: bool = False
    limit_per_line: int | Decimal | None = None
    draws: Literal["billed", "actual"]
    step: int = 1
    ends: Literal["split", "whole event"]
    setup: Literal["waived", "charged"] = "waived"
    charges: tuple[AllowanceCharge, ...] = ()
    rollover: Rollover | None = None
    after: After
    order: int | None = None


class CapAmount(Dated):
    """A cap's limit on what its rates charge in a span."""

    amount: Decimal


class Cap(Element):
    """A limit on charges for usage in a span, after which usage is blocked, free or goes on.

    With `roaming` only usage while visiting those places counts. Each alert is a share of it.
    """

    id: str
    title: str = ""
    of: tuple[str, ...]
    roaming: tuple[str, ...] = ()
    span: Literal["cycle", "day", "week", "month"] = "cycle"
    scope: Literal["line", "account"] = "line"
    amounts: tuple[CapAmount, ...]
    then: Literal["blocked", "free", "continues"]
    alerts: tuple[Decimal, ...] = ()
    order: int | None = None
