"""What the prices of an offering mean in the words of plans: their kind, unit and tiers."""

from __future__ import annotations

import re

from ratedsl.imports.offering import PERIODS, OfferedPrice
from ratedsl.plan.units import MESSAGE, TIME, UNITS, VOLUME

_UNITS = {
    **dict.fromkeys(("minute", "minutes", "mins"), "min"),
    **dict.fromkeys(("second", "seconds", "sec"), "s"),
    **dict.fromkeys(("hour", "hours"), "h"),
    **{name.lower(): name for name in ("GB", "MB", "TB", "kB", "GiB", "MiB")},
    **dict.fromkeys(("sms", "mms", "msg"), "message"),
}
SERVICE_OF = {TIME: "voice", VOLUME: "data", MESSAGE: "sms"}
_NO_ITEM = {"", "line", "unit", "units", "each", "product", "pcs", "piece", "item"}
_MODES = ("graduated", "volume", "package", "stair-step")


def kind_of(one: OfferedPrice) -> str:
    """What kind of charge a price is: by what it says, else by what it has."""
    if one.kind in ("once", "recurring", "usage", "allowance", "discount", "penalty"):
        return one.kind
    if one.percent and one.amount is None:
        return "discount"
    if one.period:
        return "recurring"
    if dimension_of(unit_of(one.unit)):
        return "usage"
    return "once" if one.amount is not None else "other"


def item_of(one: OfferedPrice) -> str:
    """The thing that a fee is charged for, if it is neither the line nor a span of time."""
    text = one.unit.lower()
    if text in _NO_ITEM or text in PERIODS or dimension_of(unit_of(one.unit)):
        return ""
    return one.unit if re.fullmatch(r"[a-z][a-z0-9-]*", one.unit) else ""


def unit_of(text: str) -> str:
    """A unit by the name that plans have for it; any other as it is."""
    return text if text in UNITS else _UNITS.get(text.lower(), text)


def dimension_of(unit: str) -> str:
    """What a unit measures; empty for a unit that plans do not know."""
    return UNITS[unit].dimension if unit in UNITS else ""


def mode_of(one: OfferedPrice) -> str:
    """How the tiers of a price count."""
    words = one.bounds.words if one.bounds is not None else ""
    return next((mode for mode in _MODES if words.startswith(mode)), "graduated")
