"""Judgement of words and values: what a number with a unit, a name or a choice means.

Every method returns None for what it cannot accept, after reporting one diagnostic that
says what is wrong and how to mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.mending import Fix, spelt_as
from ratedsl.lang.source import Span
from ratedsl.lang.spelling import did_you_mean
from ratedsl.plan.currencies import CURRENCIES
from ratedsl.plan.model import Attribute, Element, Period, UnitPrice, Zone
from ratedsl.plan.repeated import repeated
from ratedsl.plan.resolve import Reference, Resolved
from ratedsl.plan.timeline import no_such_date, periods
from ratedsl.plan.units import EVENT, Unit, Units

F = TypeVar("F", bound=ast.Fact)
E = TypeVar("E", bound=Element)
M = TypeVar("M")

# Beyond this no tariff goes; it keeps quantities and amounts inside 64 bits with room to spare.
_LARGEST = Decimal(10) ** 15
_SMALLEST_PLACES = 12


@dataclass
class Judge:
    """What the values of one plan are judged against, and the findings so far."""

    names: Resolved
    currency: str = ""
    whose: str = "plan"
    """Whose currency it is."""
    units: Units = field(default_factory=Units)
    attributes: Mapping[str, tuple[Attribute, ...]] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    zones: Sequence[Zone] = ()
    exchanged: frozenset[str] = frozenset()
    """Currencies that an `exchange` fact ties to the plan's own."""
    references: list[Reference] = field(default_factory=list)
    """Every name that was found to be that of a record, in the order of the compilation."""
    _names: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    _empty: set[Span] = field(default_factory=set)
    """Records of which it was said that they have no facts."""
    _own_currency: str | None = None
    """The currency of the record at hand: empty until an amount tells, None if it has no choice."""

    def report(
        self,
        code: str,
        message: str,
        span: Span,
        help_text: str = "",
        label: str = "",
        related: Sequence[Label] = (),
        fixes: Sequence[Fix] = (),
    ) -> None:
        """Add a finding."""
        self.found.append(
            Diagnostic(code, message, span, label, help_text, tuple(related), tuple(fixes))
        )

    def unknown(
        self,
        code: str,
        message: str,
        word: ast.Word,
        known: Iterable[str],
        otherwise: str = "",
        help_text: str = "",
    ) -> None:
        """Report a word that is none of those known, with the one that it most likely means.

        The help is `otherwise` where none is near, or `help_text` whatever is.
        """
        options = tuple(dict.fromkeys(known))
        help_text = help_text or did_you_mean(word.text, options, otherwise)
        fixes = spelt_as(word.text, word.span, options)
        self.found.append(
            Diagnostic(code, message, word.span, help=help_text, fixes=fixes, options=options)
        )

    def refer(self, word: ast.Word, record: ast.Record, within: str = "") -> None:
        """Note that a word names a record, for who asks where a name stands.

        `within` is what stands before the name in the word: `smart-20/`.
        """
        if record.id is not None:
            span = word.span._replace(column=word.span.column + len(within))
            self.references.append(Reference(span, record.id.span, record.kind.text))

    def add(self, finding: Diagnostic) -> None:
        """Add a finding made elsewhere."""
        self.found.append(finding)

    # ---- words ----------------------------------------------------------------------------

    def choice(self, word: ast.Word | None, known: Iterable[str], what: str) -> str | None:
        """The word if it is one of `known`; `what` says what it should be."""
        if word is None:
            return None
        options = list(known)
        if word.text in options:
            return word.text
        listed = ", ".join(options)
        self.unknown("E112", f"`{word.text}` is no {what}", word, options, f"it is one of {listed}")
        return None

    def name(self, word: ast.Word | None, kinds: Sequence[str], what: str) -> str | None:
        """The word if it names a record of one of the kinds."""
        if word is None:
            return None
        if self.refers(word, kinds):
            return word.text
        if self.names.may_hold(word.text, kinds):
            return None
        known = self._known(kinds)
        otherwise = (
            "" if known else f"define it, or `use` the file that does: no {what} is known here"
        )
        self.unknown("E101", f"unknown {what} `{word.text}`", word, known, otherwise)
        return None

    def refers(self, word: ast.Word, kinds: Sequence[str]) -> bool:
        """Whether a word names a record of one of the kinds, which is then noted."""
        for kind in kinds:
            record = self.names.records.get((kind, word.text))
            if record is not None:
                self.refer(word, record)
                return True
        return False

    def _known(self, kinds: Sequence[str]) -> list[str]:
        """The names of the kinds; records are settled before any is judged."""
        key = tuple(kinds)
        if key not in self._names:
            self._names[key] = [name for kind, name in self.names.records if kind in kinds]
        return self._names[key]

    def targets(
        self, words: Sequence[ast.Word], kinds: Sequence[str], groups: Sequence[str]
    ) -> tuple[str, ...]:
        """Names of charges: groups such as `usage`, or ids of records of the kinds."""
        good = []
        for word in words:
            if word.text in groups or self.refers(word, kinds):
                good.append(word.text)
            elif not self.names.may_hold(word.text, kinds):
                known = self._known(kinds)
                self.unknown(
                    "E101", f"unknown charge `{word.text}`", word, sorted({*groups, *known})
                )
        return tuple(dict.fromkeys(good))

    def place(self, word: ast.Word) -> str | None:
        """A zone's id, or digits: a prefix in E.164 with `+`, or as dialled."""
        if word.text.lstrip("+").isdigit():
            return word.text
        return self.name(word, ("zone",), "zone")

    # ---- numbers and units -----------------------------------------------------------------

    def number(self, number: ast.Number) -> Decimal | None:
        """The number, if it is neither huge nor finer than any tariff."""
        exponent = number.value.as_tuple().exponent
        if abs(number.value) > _LARGEST or (
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
            self.unknown("E301", message, value.unit, CURRENCIES, otherwise, help_text)
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

    def unit(self, word: ast.Word) -> Unit | None:
        """A unit of usage."""
        if word.text in self.units.by_name:
            self.refers(word, ("unit",))
            return self.units.by_name[word.text]
        if word.text not in CURRENCIES and self.names.may_hold(word.text, ("unit",)):
            return None
        help_text = ""
        if word.text in CURRENCIES:
            help_text = "a quantity with its unit goes here, not money"
        message = f"unknown unit `{word.text}`"
        self.unknown("E303", message, word, sorted(self.units.by_name), "", help_text)
        return None

    def quantity(self, value: ast.Value, dimension: str, what: str) -> int | None:
        """A quantity in base units of `dimension`, which `what` is counted in."""
        number, unit = self.number(value.number), self.unit(value.unit)
        if number is None or unit is None:
            return None
        if not self.fits(unit, dimension, value.unit, what):
            return None
        base = Fraction(number) * unit.size
        if base.denominator != 1 or base < 0:
            self.report(
                "E305",
                "this quantity is no whole number of base units",
                value.span,
                "durations count in whole milliseconds, volumes in whole bytes, "
                "others in whole pieces, and none is negative",
            )
            return None
        return int(base)

    def fits(self, unit: Unit, dimension: str, word: ast.Word, what: str) -> bool:
        """Whether a unit measures `dimension`; reports if not."""
        if unit.dimension == dimension:
            return True
        fitting = ", ".join(u.name for u in self.units.by_name.values() if u.dimension == dimension)
        self.report(
            "E304",
            f"{what} is not counted in `{unit.name}`",
            word.span,
            f"units that fit: {fitting}",
        )
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
        per = Fraction(count) * unit.size
        if per.denominator != 1 or per <= 0:
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
            UnitPrice(amount=amount, per=int(per), block=block, text=text, at=price.span),  # type: ignore[arg-type]
            basis,
        )

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

    def day(self, day: ast.Day) -> date | None:
        """The date, if there is such a day."""
        if day.value is None:
            self.add(no_such_date(day))
        return day.value

    # ---- facts ----------------------------------------------------------------------------

    def one(self, record: ast.Record, facts: Sequence[F], name: str) -> F | None:
        """The only fact of its kind, or None; a second one is reported."""
        for extra in facts[1:]:
            self.report(
                "E310",
                f"`{name}` stands twice in {record.kind.text} `{record.name}`",
                extra.span,
                "delete one of them",
                "the second",
                (Label(facts[0].span, "the first"),),
                repeated(facts[0], extra),
            )
        return facts[0] if facts else None

    def missing(self, record: ast.Record, fact: str, help_text: str) -> None:
        """Report a fact that the record needs, unless a broken line may hold it.

        Of a record without any facts that alone is said.
        """
        if not record.broken:
            span = record.id.span if record.id else record.kind.span
            if not record.facts:
                if span not in self._empty:
                    self._empty.add(span)
                    self.report(
                        "E308",
                        f"{record.kind.text} `{record.name}` has no facts",
                        span,
                        "state them below it, indented by two spaces; "
                        f"`ratedsl explain {record.kind.text}` tells of each",
                    )
                return
            self.report(
                "E308", f"{record.kind.text} `{record.name}` has no `{fact}`", span, help_text
            )

    def timeline(self, facts: Sequence[F], name: str) -> list[tuple[F, Period]]:
        """Dated facts of one key with their periods."""
        return periods(facts, lambda fact: fact.dated, name, self.add)  # type: ignore[attr-defined]
