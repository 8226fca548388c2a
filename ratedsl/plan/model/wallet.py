"""Prepaid money, and the pools of lines that share it or an allowance."""

from datetime import date
from typing import Literal

from ratedsl.plan.model.base import Element
from ratedsl.plan.model.usage import Test


class Pool(Element):
    """The lines of an account that share something: those whose attributes meet the conditions."""

    id: str
    title: str = ""
    conditions: tuple[Test, ...] = ()


class Expiry(Element):
    """When money of a wallet is lost: so long after its top-up, or after the day `through`.

    With `renewed` a top-up prolongs what is there already.
    """

    number: int = 0
    unit: Literal["day", "month", "year", ""] = ""
    through: date | None = None
    renewed: bool = False


class Wallet(Element):
    """A prepaid balance of a line, an account or a pool, and what it pays.

    `after` says what becomes of what it cannot pay. `taxed` says whether tax was due when it was
    topped up, or is due when it pays.
    """

    id: str
    title: str = ""
    pays: tuple[str, ...]
    scope: Literal["line", "account", "pool"]
    pool: str = ""
    after: Literal["blocked", "invoiced", "next wallet"]
    expiry: Expiry | None = None
    taxed: Literal["", "at top-up", "when used"] = ""
    order: int | None = None
