"""What a consumer is told before signing that no bill shows: speeds, equipment, notice."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from ratedsl.lang.source import Span
from ratedsl.plan.model.base import Element


class Speed(Element):
    """How fast the internet service is, one way, as promised in one of the ways of promising."""

    way: Literal["download", "upload"]
    kind: Literal["advertised", "maximum", "normal", "minimum", "typical"]
    amount: Decimal
    unit: Literal["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]


class Contract(Element):
    """The offer as consumer documents describe it; nothing of it changes an amount.

    `latency` counts milliseconds. `equipment` is empty where there is none. `base` is the fee
    that is the monthly price, where several could be. `notice` is so many of `notice_span`.
    Each fact knows its clause in `places`.
    """

    id: str
    title: str = ""
    access: Literal["", "fixed", "mobile"] = ""
    speeds: tuple[Speed, ...] = ()
    latency: Decimal | None = None
    remedies: str = ""
    equipment: str | None = None
    base: str = ""
    notice: int | None = None
    notice_span: Literal["", "day", "week", "month"] = ""
    ending: str = ""
    terms: str = ""
    information: tuple[str, ...] = ()
    identifier: str = ""
    places: dict[str, Span] = Field(default_factory=dict, exclude=True, repr=False)
