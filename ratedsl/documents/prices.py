"""The prices of a plan in the words of a consumer document, with or without its taxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ratedsl.lang.source import Span
from ratedsl.plan.model import Fee, Plan, Rate, Rounding, Tax, Test, UnitPrice
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.report.money import format_amount
from ratedsl.report.show.words import conditions, counted, each

SERVICES = {
    "voice": "Calls",
    "sms": "Messages",
    "mms": "Picture messages",
    "data": "Internet access",
}
"""What consumers call the services that every plan knows, in the order in which they stand."""

_CYCLES = {1: "month", 3: "quarter", 12: "year"}


@dataclass(frozen=True, slots=True)
class Taxed:
    """The taxes of one charge: what they add in percent, and those that no percentage tells."""

    percent: Fraction
    inside: tuple[Tax, ...]
    others: tuple[Tax, ...]


class Prices:
    """Words for what a plan charges on one day; with `taxed`, taxes are in the amounts.

    A tax is in an amount where it is a plain percentage on top that everyone pays. Others
    depend on the place or the customer, and are named instead.
    """

    def __init__(self, plan: Plan, *, taxed: bool) -> None:
        self.plan = plan
        self.taxed = taxed
        self.measures = plan.measures()
        self.named: dict[str, Tax] = {}
        self.included: dict[str, Tax] = {}

    # ---- money and taxes ---------------------------------------------------------------------

    def money(self, amount: Decimal | Fraction, currency: str = "") -> str:
        """An amount with its currency, whole: at least its minor digits, and all that it has."""
        exact = amount if isinstance(amount, Decimal) else to_decimal(amount)
        code = currency or self.plan.currency
        return f"{format_amount(_plain(exact), code)} {code}"

    def taxes(self, names: Iterable[str]) -> Taxed:
        """The taxes of a charge that goes by these names."""
        known = {*names, "charges"}
        inside: list[Tax] = []
        others: list[Tax] = []
        for tax in self.plan.taxes:
            if tax.shown == "not billed" or tax.added == "included":
                continue
            of = {name for step in tax.steps for name in step.of}
            of |= {name for share in tax.base for name in share.of}
            exempt = any(one.of and known & {*one.of} and not one.conditions for one in tax.exempt)
            if not of & known or exempt:
                continue
            (inside if is_plain_percent(tax) else others).append(tax)
        percents = [step.percent for tax in inside for step in tax.steps if step.percent]
        return Taxed(sum(map(Fraction, percents), Fraction(0)), tuple(inside), tuple(others))

    def gross(self, amount: Decimal, names: Iterable[str], *, rounded: bool) -> Fraction:
        """The amount with the taxes that can be told; those that cannot are remembered."""
        if not self.taxed or not amount:
            return Fraction(amount)
        found = self.taxes(names)
        self.named |= {tax.id: tax for tax in found.others}
        self.included |= {tax.id: tax for tax in found.inside}
        tax = Fraction(amount) * found.percent / 100
        return Fraction(amount) + (round_money(tax, self._tax_rounding()) if rounded else tax)

    def _tax_rounding(self) -> Rounding | None:
        plan = self.plan
        return plan.rounding_for("tax per item") or plan.rounding_for("tax per invoice")

    # ---- fees --------------------------------------------------------------------------------

    def fee(self, fee: Fee) -> tuple[str, ...]:
        """What a fee costs, one row for what it costs and one for each thing that changes that."""
        currency = fee.currency or self.plan.currency
        names = ("fees", fee.id, fee.category)

        def price(amount: Decimal) -> str:
            return self.money(self.gross(amount, names, rounded=True), currency)

        rows = []
        for one in fee.amounts:
            often = "once" if one.span == "once" else f"per {each(one.every, self.span(one.span))}"
            if one.span == "once" and fee.spread is not None:
                often = f"in all, in {counted(fee.spread.cycles, 'bill')}"
            whose = "" if fee.scope != "item" or fee.item == fee.id else f" for each {fee.item}"
            if fee.tier_mode:
                rows += [
                    f"{'up to ' + str(tier.limit) if tier.limit is not None else 'above'}: "
                    f"{price(tier.amount)}{' in all' if tier.flat else ' each'} {often}"
                    for tier in fee.tiers
                ]
            else:
                rows.append(f"{price(one.amount)} {often}{whose}")
        if fee.waived:
            rows.append(f"free for the first {counted(fee.waived, 'bill')}")
        if fee.reduced is not None:
            rows.append(f"{price(fee.reduced)} on the first {counted(fee.reduced_for, 'bill')}")
        return tuple(rows)

    def span(self, span: str) -> str:
        """A span of time as a consumer calls it: the bill cycle of a monthly plan is a month."""
        cycle = self.plan.cycle
        if span != "cycle":
            return span
        return _CYCLES.get(cycle.months, "bill") if not cycle.days else "bill"

    # ---- usage -------------------------------------------------------------------------------

    def service(self, name: str) -> str:
        """What consumers call a service."""
        own = {one.id: one.title for one in self.plan.services}
        return SERVICES.get(name) or own.get(name) or name

    def usage(self, rate: Rate) -> tuple[str, ...]:
        """What usage costs, one row for each price."""
        return tuple(self._usage(rate))

    def _usage(self, rate: Rate) -> Iterator[str]:
        windows = {one.id: one.title or one.id for one in self.plan.windows}
        currency = rate.currency or self.plan.currency
        names = ("usage", rate.id, rate.category, rate.match.service)
        for fee in rate.fees:
            yield f"{self.money(self.gross(fee.amount, names, rounded=False), currency)} {fee.kind}"
        for one in rate.prices:
            first = f" for the first {self._show(one.first, rate)}" if one.first is not None else ""
            where = f" in {windows.get(one.window, one.window)}" if one.window else ""
            yield f"{self.unit_price(one.price, names)}{first}{where}"
        if rate.matrix is not None:
            yield f"by {', '.join(rate.matrix.attributes)}"
        if rate.deck is not None:
            yield "by destination"
        for tier in rate.tiers.tiers if rate.tiers is not None else ():
            if tier.rejected:
                continue
            bound = "above" if tier.bound is None else f"up to {self._show(tier.bound, rate)}"
            price = self.unit_price(tier.price, names) if tier.price else ""
            gross = self.gross(tier.flat, names, rounded=False)
            flat = f"{self.money(gross, currency)} in all" if tier.flat else ""
            yield f"{bound}: {' plus '.join(part for part in (price, flat) if part)}"

    def _show(self, units: int, rate: Rate) -> str:
        if rate.basis == "event":
            return f"{units}"
        return self.measures.show(units, self.measures.dimension_of(rate.match.service, rate.of))

    def unit_price(self, price: UnitPrice, names: Iterable[str]) -> str:
        """A price per unit as the plan writes it, with taxes where these are wanted."""
        if price.percent is not None or not self.taxed:
            return price.text
        rest = price.text.split(" ", 1)[1]
        amount = to_decimal(self.gross(price.amount, names, rounded=False))
        return f"{format_amount(_plain(amount), self.plan.currency)} {rest}"

    def tax_words(self) -> tuple[tuple[str, ...], tuple[Span, ...]]:
        """Which taxes the amounts hold, and which come on top."""
        rows = []
        if self.included:
            names = ", ".join(tax.title or tax.id for tax in self.included.values())
            rows.append(f"Prices include {names}.")
        if self.named:
            names = ", ".join(tax.title or tax.id for tax in self.named.values())
            rows.append(f"Where they are due, these are added: {names}.")
        taxes = (*self.included.values(), *self.named.values())
        return tuple(rows), tuple(step.at for tax in taxes for step in tax.steps)


def when_words(tests: Iterable[Test]) -> str:
    """Conditions as a customer would say them; those that have no other words as written."""
    return " and ".join(_when(one) for one in tests)


def _when(test: Test) -> str:
    number = f"{test.number.normalize():f}" if test.number is not None else ""
    if test.operator == ">=" and test.attribute == "tenure":
        return (
            f"after {counted(int(number), test.unit)}" if number.isdigit() else conditions([test])
        )
    if test.operator == ">=" and test.attribute == "lines":
        return f"with {number} lines or more"
    return f"when {conditions([test])}"


def is_option(fee: Fee) -> bool:
    """Whether a fee is of an add-on, or of a thing that a customer may hold."""
    return fee.scope == "item"


def recurs(fee: Fee) -> bool:
    """Whether the fee is charged again and again."""
    return any(one.span != "once" for one in fee.amounts)


def at_home(rate: Rate) -> bool:
    """Whether a rate is for usage that a customer makes in his own country."""
    return not rate.match.roaming and not any(_incoming(one) for one in rate.conditions)


def is_free(rate: Rate) -> bool:
    """Whether nothing of a rate costs anything."""
    if rate.matrix is not None or rate.deck is not None or rate.tiers is not None:
        return False
    prices = [one.price for one in rate.prices]
    return not any(one.amount or one.percent or one.plus for one in prices) and not any(
        one.amount for one in rate.fees
    )


def _incoming(test: Test) -> bool:
    return test.attribute == "direction" and test.operator == "is" and "incoming" in test.values


def is_plain_percent(tax: Tax) -> bool:
    """Whether a tax is a percentage that everyone pays on what it names."""
    plain = all(step.percent is not None and not step.brackets for step in tax.steps)
    special = (tax.base, tax.grossed, tax.first, tax.caps, tax.within, tax.replaces)
    return plain and not any(special) and not tax.conditions


def _plain(amount: Decimal) -> Decimal:
    """The amount without zeros at its end; money formats add the currency's own."""
    short = amount.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short
