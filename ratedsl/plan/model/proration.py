"""How a part of a period is charged."""

from typing import Literal

from ratedsl.plan.model.base import Element


class Proration(Element):
    """How a part of a period is charged; `counting` names the end days that count."""

    method: Literal["day", "second", "30-day actual", "30/360", "not"]
    counting: Literal["first", "last", "both", ""] = ""
