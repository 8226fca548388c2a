"""What a plan includes, and the limits that it sets: allowances and caps."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from ratedsl.plan.model.base import Dated, Element
from ratedsl.plan.model.proration import Proration
from ratedsl.plan.model.usage import Match, Test, UnitPrice


class Grant(Dated):
    """How much an allowance gives each cycle, shown in `unit`."""

    quantity: int
    unit: str


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
