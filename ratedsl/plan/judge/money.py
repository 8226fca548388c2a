"""Judgement of amounts of money and of prices per unit, each in the currency that it may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from ratedsl.lang import ast
from ratedsl.lang.spelling import suggest
from ratedsl.plan.currencies import CURRENCIES
from ratedsl.plan.judge.quantities import QuantityJudge
from ratedsl.plan.model import UnitPrice
from ratedsl.plan.units import EVENT

M = TypeVar("M")


@dataclass
class MoneyJudge(QuantityJudge):
    """Judges amounts and unit prices."""

    currency: str = ""
    whose: str = "plan"
    """Whose currency it is."""
    exchanged: frozenset[str] = frozenset()
    """Currencies that an `exchange` fact ties to the plan's own."""
    _own_currency: str | None = None
    """The currency of the record at hand: empty until an amount tells, None if it has no choice."""

    def money(self, value: ast.Value | None, *, negative: bool = False) -> Decimal | None:
        """An amount in the plan's currency."""
        if value is None:
            return None
        amount = self.number(value.number)
        code = value.unit.text
        if code not in CURRENCIES:
            help_text = ""
            if code in self.units.by_name:
                help_text = f"an amount of money goes here: {value.number.text} {self.currency}"
            otherwise = "write an ISO 4217 code such as `EUR`"
            message = f"unknown currency `{code}`"
            own = (self.currency, *sorted(self.exchanged))
            known = own if suggest(code, own) else CURRENCIES
            self.unknown("E301", message, value.unit, known, otherwise, help_text)
            return None
        if not self._in_its_currency(value.unit):
            return None
        if amount is not None and amount < 0 and not negative:
            self.report(
                "E309",
                "a price cannot be negative",
                value.span,
                "what reduces a bill is a `discount`",
            )
            return None
        return amount

    def in_one_currency(self, compile_one: Callable[[], M]) -> tuple[M, str]:
        """What was compiled, and the foreign currency that its amounts are in, if any.

        A record is in one currency: the first that its amounts name, for which there has to be
        an exchange rate where it is not the plan's own.
        """
        before, self._own_currency = self._own_currency, ""
        try:
            made = compile_one()
            own = self._own_currency or ""
            return made, "" if own == self.currency else own
        finally:
            self._own_currency = before

    def _in_its_currency(self, code: ast.Word) -> bool:
        """Whether an amount is in the currency of its record, which is the plan's by default."""
        own, text = self._own_currency, code.text
        if own == "" and self.currency and text in (self.currency, *self.exchanged):
            self._own_currency = text
            return True
        wanted = own or self.currency
        if not wanted or text == wanted:
            return True
        if own:
            message = f"other amounts of this record are in {wanted}, this one is in {text}"
            help_text = "give all amounts of a record in one currency"
        else:
            message = f"this {self.whose} is in {wanted}, not in {text}"
            help_text = f"give the amount in {wanted}"
        if own == "":
            help_text += f", or state a rate in the plan: `exchange 1.08 {text} per {wanted}`"
        self.report("E302", message, code.span, help_text)
        return False

    def unit_price(
        self, price: ast.UnitPrice, dimension: str, what: str
    ) -> tuple[UnitPrice, str] | None:
        """A unit price and its basis: `quantity`, or `event` where it is per call."""
        amount, unit = self.money(price.money), self.unit(price.unit)
        count = self.number(price.count) if price.count else Decimal(1)
        if amount is None or unit is None or count is None:
            return None
        basis = "event" if unit.dimension == EVENT != dimension else "quantity"
        if basis == "quantity" and not self.fits(unit, dimension, price.unit, what):
            return None
        per = unit.whole(count)
        if per is None or per <= 0:
            self.report(
                "E305",
                "a price is per a whole number of base units",
                price.span,
                "correct the number before the unit",
            )
            return None
        parts = (
            f"{price.money.number.text} {price.money.unit.text} per",
            price.block,
            price.count.text if price.count else "",
            price.unit.text,
        )
        text = " ".join(part for part in parts if part)
        block = price.block if price.block in ("started", "full", "nearest") else ""
        return (
            UnitPrice(amount=amount, per=per, block=block, text=text, at=price.span),  # type: ignore[arg-type]
            basis,
        )
