"""Judgement of numbers and of quantities with their units, and of what services count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ratedsl.lang import ast
from ratedsl.plan.currencies import CURRENCIES
from ratedsl.plan.judge.names import NameJudge
from ratedsl.plan.model import Attribute
from ratedsl.plan.units import Unit, Units

# Beyond this no tariff goes; it keeps quantities and amounts inside 64 bits with room to spare.
_LARGEST = Decimal(10) ** 15
_SMALLEST_PLACES = 12
# What people call a unit whose name the spelling alone would not lead to.
_CALLED = {
    **dict.fromkeys(("second", "seconds", "sec", "secs"), "s"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), "h"),
    **dict.fromkeys(("sms", "mms", "msg", "text", "texts"), "message"),
    **dict.fromkeys(("byte", "bytes"), "B"),
    **dict.fromkeys(("megabyte", "megabytes"), "MB"),
    **dict.fromkeys(("gigabyte", "gigabytes"), "GB"),
}


@dataclass
class QuantityJudge(NameJudge):
    """Judges numbers, units, and the services and attributes that are counted in them."""

    units: Units = field(default_factory=Units)
    attributes: Mapping[str, tuple[Attribute, ...]] = field(default_factory=dict)

    def number(self, number: ast.Number) -> Decimal | None:
        """The number, if it is neither huge nor finer than any tariff."""
        exponent = number.value.as_tuple().exponent
        # `abs` would round, and a million digits are too many for that.
        if number.value.copy_abs() > _LARGEST or (
            isinstance(exponent, int) and -exponent > _SMALLEST_PLACES
        ):
            self.report(
                "E317",
                "this number is too large, or too fine, to be meant",
                number.span,
                f"numbers go up to {_LARGEST:.0f} and down to {_SMALLEST_PLACES} decimals",
            )
            return None
        return number.value

    def whole(self, number: ast.Number, least: int, most: int, what: str) -> int | None:
        """The number as an integer between `least` and `most`."""
        value = self.number(number)
        if value is None:
            return None
        if value != value.to_integral_value() or not least <= value <= most:
            self.report(
                "E318",
                f"{what} is a whole number from {least} to {most}",
                number.span,
                "correct the number",
            )
            return None
        return int(value)

    def unit(self, word: ast.Word) -> Unit | None:
        """A unit of usage."""
        if word.text in self.units.by_name:
            self.refers(word, ("unit",))
            return self.units.by_name[word.text]
        if word.text not in CURRENCIES and self.names.may_hold(word.text, ("unit",)):
            return None
        known, help_text = sorted(self.units.by_name), ""
        if (meant := _CALLED.get(word.text.lower())) in self.units.by_name:
            known, help_text = [meant], f"did you mean `{meant}`?"
        if word.text in CURRENCIES:
            help_text = "a quantity with its unit goes here, not money"
        message = f"unknown unit `{word.text}`"
        self.unknown("E303", message, word, known, "", help_text)
        return None

    def quantity(self, value: ast.Value, dimension: str, what: str) -> int | None:
        """A quantity in base units of `dimension`, which `what` is counted in."""
        number, unit = self.number(value.number), self.unit(value.unit)
        if number is None or unit is None:
            return None
        if not self.fits(unit, dimension, value.unit, what):
            return None
        base = unit.whole(number)
        if base is None or base < 0:
            self.report(
                "E305",
                "this quantity is no whole number of base units",
                value.span,
                "durations count in whole milliseconds, volumes in whole bytes, "
                "others in whole pieces, and none is negative",
            )
            return None
        return base

    def fits(self, unit: Unit, dimension: str, word: ast.Word, what: str) -> bool:
        """Whether a unit measures `dimension`; reports if not."""
        if unit.dimension == dimension:
            return True
        fitting = [u.name for u in self.units.by_name.values() if u.dimension == dimension]
        self.report(
            "E304",
            f"{what} is not counted in `{unit.name}`",
            word.span,
            f"units that fit: {', '.join(fitting)}",
            options=fitting,
        )
        return False

    def service(self, word: ast.Word) -> str | None:
        """A service; `units` tells what it is measured in."""
        if word.text not in self.units.dimensions and self.names.may_hold(word.text, ("service",)):
            return None
        self.refers(word, ("service",))
        return self.choice(word, self.units.dimensions, "service")

    def attribute(self, service: str, word: ast.Word) -> Attribute | None:
        """An attribute that the service describes."""
        known = {one.name: one for one in self.attributes.get(service, ())}
        if word.text not in known:
            self.unknown(
                "E101",
                f"service `{service}` has no attribute `{word.text}`",
                word,
                sorted(known),
                "describe it: `attribute NAME in UNIT`",
            )
        return known.get(word.text)

    def value_of(self, attribute: Attribute, word: ast.Word) -> bool:
        """Whether the attribute may have the value: one of those listed, or any."""
        if not attribute.values:
            return True
        return self.choice(word, attribute.values, f"value of `{attribute.name}`") is not None
