"""What becomes of a line that changes to the plan, is suspended, or signed up at older prices."""

from datetime import date
from typing import Literal

from ratedsl.plan.model.base import Element

Credit = Literal["", "crediting unused", "without credit"]


class Change(Element):
    """What a change to this plan means: when it takes effect, and what becomes of what is left.

    `credit` is for the fees in advance of the plan that is left; empty leaves it to that plan.
    """

    when: Literal["once", "cycle end"]
    credit: Credit = ""
    allowances: Literal["reset", "kept", "prorated"] = "reset"


class Suspend(Element):
    """What a suspended line is charged, and whether its grants are for the whole cycle."""

    charging: Literal["fees", "nothing"]
    allowances: Literal["kept", "prorated"] = "kept"


class Keeps(Element):
    """That a line keeps the prices of its signup: for so many months, or until it is moved."""

    months: int | None = None
    until: date | None = None
