"""The beginnings of a plan from an offering: it checks clean, and says what has to be filled in.

A guess that the language asks for is marked `fill in`. What cannot be said with what the
offering tells stands in comments, so nothing of it is lost from sight.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from ratedsl.imports.tmf620 import OfferedPrice, Offering, TaxItem
from ratedsl.plan.resolve import RELATIVE, RESERVED
from ratedsl.plan.units import MESSAGE, TIME, UNITS, VOLUME, Units
from ratedsl.report.money import minor_digits

WIDTH = 100
_FILL_IN = "# fill in:"
_UNITS = {
    **dict.fromkeys(("minute", "minutes", "mins"), "min"),
    **dict.fromkeys(("second", "seconds", "sec"), "s"),
    **dict.fromkeys(("hour", "hours"), "h"),
    **{name.lower(): name for name in ("GB", "MB", "TB", "kB", "GiB", "MiB")},
    **dict.fromkeys(("sms", "mms", "msg"), "message"),
}
_SERVICE_OF = {TIME: "voice", VOLUME: "data", MESSAGE: "sms"}
_NO_ITEM = {"", "line", "unit", "units", "each", "product", "pcs", "piece", "item"}
_MODES = ("graduated", "volume", "package", "stair-step")


@dataclass(slots=True)
class _Record:
    """A record of the plan to be, with the comments above it."""

    header: str
    facts: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    left_out: str = ""

    def lines(self) -> list[str]:
        told = [line for text in self.comments for line in _comment(text)]
        body = [self.header, *(f"  {_aligned(fact)}" for fact in self.facts)]
        if self.left_out:
            body = [*_comment(f"left out, since {self.left_out}:"), *(f"# {one}" for one in body)]
        return [*told, *body]


def draft(
    offering: Offering, *, path: Path, plan_id: str = "", timezone: str = "UTC", currency: str = ""
) -> str:
    """The text of a plan file for `path` that `check` has nothing against."""
    from ratedsl.plan.load import load  # noqa: PLC0415

    made = _Draft(offering, plan_id, timezone, currency)
    records = made.records()
    for _ in range(len(records) + 1):
        text, places = _text(made.head(), records)
        wrong = [one for one in load(path, {path.resolve(): text}).diagnostics if one.is_error]
        if not wrong:
            return text
        for one in wrong:
            record = places.get(one.span.line)
            if record is not None and not record.left_out:
                record.left_out = f"{one.message} ({one.code})"
    return text


def _text(head: Sequence[str], records: Iterable[_Record]) -> tuple[str, dict[int, _Record]]:
    lines = list(head)
    places: dict[int, _Record] = {}
    for record in records:
        lines.append("")
        for line in record.lines():
            lines.append(line)
            places[len(lines)] = record
    return "\n".join(lines) + "\n", places


class _Draft:
    def __init__(self, offering: Offering, plan_id: str, timezone: str, currency: str) -> None:
        self.offering = offering
        self.timezone = timezone
        self.id = plan_id or _slug(offering.id or offering.name, set())
        found = [one.currency for one in offering.prices if one.currency]
        self.currency = currency or (max(found, key=found.count) if found else "EUR")
        self.known_currency = bool(currency or found)
        self.ids: set[str] = {*RESERVED, *RELATIVE}
        self.zones: dict[str, _Record] = {}
        self.taxes: dict[TaxItem, list[str]] = {}
        self.priced: list[str] = []
        self.by_price: dict[str, str] = {}
        self.measures = Units()

    # ---- the file ------------------------------------------------------------------------------

    def head(self) -> list[str]:
        offering = self.offering
        words = [f"{_plain(offering.name)}: begun from a product offering of TMF620."]
        words.append(
            "The standard does not say by which clock and on which day bills close, how amounts"
            " are rounded, how usage is counted in steps, what becomes of part periods, and what"
            " comes after an allowance. Lines that say `fill in` hold a guess."
        )
        if offering.description and not offering.description.startswith("Not carried"):
            words.append(offering.description[:500])
        if offering.unread:
            words.append(f"Fields of the offering that are not here: {', '.join(offering.unread)}.")
        unread = sorted({name for one in offering.prices for name in one.unread})
        if unread:
            words.append(f"Fields of its prices that are not here: {', '.join(unread)}.")
        if offering.missing:
            names = ", ".join(_plain(name) for name in offering.missing[:20])
            words.append(f"Prices that it names, and that were not given: {names}.")
        lines = [line for text in words for line in _comment(text)]
        if offering.description.startswith("Not carried"):
            lines += ["#"]
            lines += [
                line
                for text in offering.description.split("; ")
                for line in _comment(text, indent="  ")
            ]
        digits = minor_digits(self.currency)
        quantum = Decimal(1).scaleb(-digits)
        title = _title(offering.name)
        lines += [
            "",
            f'plan {self.id} "{title}"',
            f"  {_aligned(f'currency {self.currency}')}"
            + ("" if self.known_currency else f" {_FILL_IN} no price names one"),
            f"  {_aligned(f'timezone {self.timezone}')} {_FILL_IN} the clock of its days",
        ]
        if offering.start or offering.end:
            lines.append(f"  {_aligned('sold' + _dated(offering.start, offering.end))}")
        lines += [
            f"  {_aligned('cycle monthly on day 1')} {_FILL_IN} when bills close",
            f"  {_aligned(f'rounding half-up {quantum:f} {self.currency} per item')} {_FILL_IN}"
            " where and how it rounds",
        ]
        if self.taxes:
            text = f"rounding half-up {quantum:f} {self.currency} per tax per invoice"
            lines.append(f"  {_aligned(text)} {_FILL_IN} likewise")
        return lines

    def records(self) -> list[_Record]:
        groups: dict[tuple[str, str], list[OfferedPrice]] = {}
        for one in self.offering.prices:
            kind = _kind(one)
            base = re.sub(r":\d+$", "", one.id or one.name)
            if kind == "usage":
                base = re.sub(r":(setup|attempt|release)$", "", base)
            groups.setdefault(("fee" if kind in ("once", "recurring") else kind, base), []).append(
                one
            )
        fees = {
            base: self._fee(base, prices)
            for (kind, base), prices in groups.items()
            if kind == "fee"
        }
        found = list(fees.values())
        for (kind, base), prices in groups.items():
            if kind == "usage":
                found.append(self._rate(base, prices))
        self._order(found, "rate")
        allowances = [
            self._allowance(base, prices)
            for (kind, base), prices in groups.items()
            if kind == "allowance"
        ]
        for (kind, base), prices in groups.items():
            if kind == "penalty":
                found += self._leaving(base, prices, fees)
            elif kind == "discount":
                found.append(self._discount(base, prices))
            elif kind == "other":
                found.append(
                    _note(prices, "it is neither a fee, usage, an allowance nor a discount")
                )
        self._order(allowances, "allowance")
        taxes = [self._tax(tax, names) for tax, names in self.taxes.items()]
        return [*self.zones.values(), *found, *allowances, *taxes]

    def _name(self, text: str) -> str:
        name = _slug(text, self.ids)
        self.ids.add(name)
        return name

    def _taxed(self, name: str, prices: Sequence[OfferedPrice]) -> None:
        self.priced.append(name)
        for one in prices:
            self.by_price[one.id] = name
            for tax in one.taxes:
                held = self.taxes.setdefault(tax, [])
                if name not in held:
                    held.append(name)

    def _order(self, records: list[_Record], kind: str) -> None:
        """Give an order where several could meet and the offering has none."""
        plain = [one for one in records if one.header.startswith(kind) and not _has(one, "order")]
        if len(plain) < 2 and kind == "rate":
            return
        # What is for a place comes before what is for all of them.
        plain.sort(key=lambda one: " to " not in one.header and " roaming " not in one.header)
        for number, one in enumerate(plain, 1):
            one.facts.append(f"order {number * 10} {_FILL_IN} which comes first")

    # ---- fees ----------------------------------------------------------------------------------

    def _fee(self, base: str, prices: list[OfferedPrice]) -> _Record:
        name = self._name(base)
        first = prices[0]
        held = first.unit.lower() if first.kind != "once" else ""
        is_option = held != "" and first.unit == base
        head = "addon fee" if is_option else "fee"
        record = _Record(f'{head} {name} "{_title(first.name)}"')
        item = "" if is_option else _item(first)
        tiers = [one for one in prices if one.bounds is not None]
        for one in prices:
            if one.amount is None:
                record.comments.append(f"{_plain(one.name)} has no amount")
                continue
            money, dated = self._money(one), _dated(one.start, one.end)
            per = f" per {item}" if item else ""
            if _kind(one) == "once":
                record.facts.append(f"amount {money} once{per}{dated}")
                continue
            every = f"{one.every} {one.period}s" if one.every > 1 else one.period
            span = f"per {every}".replace(f"{one.period}s", one.period)
            if one.bounds is None:
                record.facts.append(f"amount {money} {span}{per} in advance{dated}")
                continue
            if one is tiers[0]:
                held = one.bounds.name
                record.facts.append(f"amount by tier {span} per {held} in advance")
                record.facts.append(f"tiers {_mode(one)}")
            bound = (
                "above" if one.bounds.top is None else f"up to {one.bounds.top} {one.bounds.unit}"
            )
            whole = "flat" if "all of it" in one.bounds.words else "each"
            record.facts.append(f"tier {bound} {money} {whole}{dated}")
        if any(_kind(one) == "recurring" for one in prices):
            record.facts.append(f"prorated not {_FILL_IN} part periods, and advance or arrears")
        term = next((one.term for one in prices if one.term and one.term[1]), None)
        if term is not None and term[1] in ("day", "week", "month", "year"):
            unit = f"{term[1]}{'s' if term[0] > 1 else ''}"
            record.facts.append(f"term {term[0]} {unit} then renews {_FILL_IN} renews or ends")
        self._said(record, prices)
        self._taxed(name, prices)
        return record

    def _leaving(
        self, base: str, prices: list[OfferedPrice], fees: dict[str, _Record]
    ) -> list[_Record]:
        """What leaving costs is a fact of the fee whose term it ends."""
        fee = fees.get(base.removesuffix(":leaving"))
        one = prices[0]
        if fee is None or one.amount is None or not _has(fee, "term"):
            return [_note(prices, "no fee with a term is named by it")]
        fee.facts.append(f"leaving {self._money(one)}")
        return []

    def _said(self, record: _Record, prices: Sequence[OfferedPrice]) -> None:
        for text in dict.fromkeys(one.description for one in prices if one.description):
            if not text.startswith("per "):
                record.comments.append(text[:500])

    # ---- usage and what is included ------------------------------------------------------------

    def _rate(self, base: str, prices: list[OfferedPrice]) -> _Record:
        first = next((one for one in prices if one.unit != "event"), prices[0])
        unit = _unit(
            first.bounds.unit if first.bounds is not None and not first.unit else first.unit
        )
        service = next(iter(first.use("service")), "") or _SERVICE_OF.get(_dimension(unit), "")
        if not service:
            return _note(prices, "no service tells what it counts")
        if any(one.use("window") for one in prices):
            return _note(prices, "its windows are named, and their hours are not")
        name = self._name(base)
        record = _Record(f'rate {name} "{_title(first.name)}" for {self._match(first, service)}')
        self._ruled(record, first)
        tiers = [one for one in prices if one.bounds is not None]
        for one in prices:
            record.facts += self._usage(one, one is (tiers[0] if tiers else None))
        self._said(record, [one for one in prices if one.bounds is None])
        if not tiers:
            record.comments.append("fill in: in which steps usage is billed, with `billed`")
        self._taxed(name, prices)
        return record

    def _usage(self, one: OfferedPrice, is_first_tier: bool) -> list[str]:
        dated = _dated(one.start, one.end)
        kind = re.search(r":(setup|attempt|release)(?::\d+)?$", one.id)
        if kind is not None:
            return [f"{kind[1]} {self._money(one)} per call{dated}"]
        block = re.match(r"per (started|full|nearest) ", one.description)
        count = "" if one.per in (None, 1) else f"{one.per:f} "
        price = ""
        if one.amount is not None and one.unit:
            blocks = f"{block[1]} " if block else ""
            price = f"{self._money(one)} per {blocks}{count}{_unit(one.unit)}"
        if one.bounds is None:
            return [f"price {price}{dated}"] if price else []
        found = []
        if is_first_tier:
            span = next(iter(one.use("counted per")), "cycle")
            who = " per account" if "account" in one.use("counted for") else ""
            tiers = f"tiers {_mode(one)} per {span}{who} counting all usage"
            found.append(f"{tiers} {_FILL_IN} whether allowances count")
        if one.bounds.top is None:
            bound = "above"
        else:
            word = "up to" if one.bounds.inclusive else "below"
            unit = _unit(one.bounds.unit)
            size = UNITS[unit].size if unit in UNITS else 1
            dimension = _dimension(unit)
            shown = self.measures.show(one.bounds.top * size, dimension) if dimension else ""
            bound = f"{word} {shown or f'{one.bounds.top} {unit}'}"
        flat = f"{self._money(one)} flat" if one.amount is not None else "rejected"
        found.append(f"tier {bound} {price or flat}{dated}")
        return found

    def _allowance(self, base: str, prices: list[OfferedPrice]) -> _Record:
        name, first = self._name(base), prices[0]
        record = _Record(f'allowance {name} "{_title(first.name)}"')
        for one in prices:
            if one.amount is not None:
                amount = self._money(one)
            elif one.per is not None:
                amount = f"{one.per:f} {_unit(one.unit)}"
            else:
                record.comments.append(f"{_plain(one.name)} does not say how much it grants")
                continue
            span = one.period or "cycle"
            every = f"{one.every} {span}" if one.every > 1 else span
            who = " per account" if "account" in one.use("held by") else ""
            record.facts.append(f"grant {amount} per {every}{who}{_dated(one.start, one.end)}")
        record.facts += self._covers(first)
        record.facts += [
            f"draws billed units {_FILL_IN} billed or actual units",
            f"ends split {_FILL_IN} split or whole event",
            f"after own rate {_FILL_IN} what usage costs then",
        ]
        self._ruled(record, first, conditions=False)
        self._said(record, prices)
        return record

    def _covers(self, one: OfferedPrice) -> list[str]:
        """The usage that it covers: places and conditions follow the service they belong to."""
        parts: list[tuple[str, list[str], list[str], str]] = []
        for name, value in one.uses:
            if name == "service":
                parts.append((value, [], [], ""))
            elif parts and name == "to":
                parts[-1][1].append(self._place(value, "to"))
            elif parts and name == "roaming":
                parts[-1][2].append(self._place(value, "roaming"))
            elif parts and name in ("when", "counting"):
                service, to, roaming, more = parts[-1]
                parts[-1] = (service, to, roaming, f"{more} {name} {_plain(value)}")
        if not parts:
            service = _SERVICE_OF.get(_dimension(_unit(one.unit)), "data")
            return [f"covers {service} {_FILL_IN} which usage"]
        return [
            f"covers {service}"
            + (f" to {', '.join(to)}" if to else "")
            + (f" roaming {', '.join(roaming)}" if roaming else "")
            + more
            for service, to, roaming, more in parts
        ]

    def _match(self, one: OfferedPrice, service: str) -> str:
        to = [self._place(place, "to") for place in one.use("to")]
        roaming = [self._place(place, "roaming") for place in one.use("roaming")]
        words = service
        if to:
            words += f" to {', '.join(to)}"
        return f"{words} roaming {', '.join(roaming)}" if roaming else words

    def _place(self, text: str, way: str) -> str:
        """A place: digits as they are, a zone by its id, which is begun if it is new."""
        if re.fullmatch(r"\+?\d{1,15}", text) or text in {*RESERVED, *RELATIVE}:
            return text
        name = _slug(text, set())
        zone = self.zones.get(name)
        if zone is None:
            zone = self.zones[name] = _Record(f'zone {name} "{_title(text)}"')
            zone.comments.append("fill in: its real prefixes or countries; no usage has these yet")
        number = list(self.zones).index(name)
        # A country code that nobody has, and a network code that is for private networks.
        fact = f"prefix +999{number:03}" if way == "to" else f"network 999-{number % 100:02}"
        if fact not in zone.facts:
            zone.facts.append(fact)
        return name

    def _ruled(self, record: _Record, one: OfferedPrice, *, conditions: bool = True) -> None:
        if conditions:
            record.facts += [f"when {_plain(text)}" for text in one.use("when")]
        for text in one.use("order")[:1]:
            if text.isdigit():
                record.facts.append(f"order {text}")

    # ---- discounts and taxes -------------------------------------------------------------------

    def _discount(self, base: str, prices: list[OfferedPrice]) -> _Record:
        name, first = self._name(base), prices[0]
        record = _Record(f'discount {name} "{_title(first.name)}"')
        for one in prices:
            named = [self.by_price.get(each, "") for each in one.of] or one.use("of")
            of = list(dict.fromkeys(each for each in (named or one.use("of")) if each)) or ["fees"]
            dated = _dated(one.start, one.end)
            if one.percent:
                record.facts.append(f"percent {one.percent:f}% of {', '.join(of)}{dated}")
            elif one.amount is not None:
                record.facts.append(f"amount {self._money(one)} off {', '.join(of)}{dated}")
        record.facts.append(f"applies before tax {_FILL_IN} before or after")
        self._ruled(record, first)
        if not _has(record, "order"):
            record.facts.append(f"order {len(self.ids) * 10} {_FILL_IN} which comes first")
        self._said(record, prices)
        return record

    def _tax(self, tax: TaxItem, names: Sequence[str]) -> _Record:
        of = "charges" if {*names} == {*self.priced} else ", ".join(names)
        record = _Record(f'tax {self._name(tax.id)} "{_title(tax.title)}"')
        record.facts = [
            f"percent {tax.rate:f}% of {of} {_FILL_IN} from which day",
            "shown as government tax",
        ]
        return record

    def _money(self, one: OfferedPrice) -> str:
        return f"{one.amount or Decimal(0):f} {one.currency or self.currency}"


def _kind(one: OfferedPrice) -> str:
    if one.kind in ("once", "recurring", "usage", "allowance", "discount", "penalty"):
        return one.kind
    if one.percent and one.amount is None:
        return "discount"
    if one.period:
        return "recurring"
    if _dimension(_unit(one.unit)):
        return "usage"
    return "once" if one.amount is not None else "other"


def _item(one: OfferedPrice) -> str:
    """The thing that a fee is charged for, if it is neither the line nor a span of time."""
    from ratedsl.imports.tmf620 import PERIODS  # noqa: PLC0415

    text = one.unit.lower()
    if text in _NO_ITEM or text in PERIODS or _dimension(_unit(one.unit)):
        return ""
    return one.unit if re.fullmatch(r"[a-z][a-z0-9-]*", one.unit) else ""


def _unit(text: str) -> str:
    return text if text in UNITS else _UNITS.get(text.lower(), text)


def _dimension(unit: str) -> str:
    return UNITS[unit].dimension if unit in UNITS else ""


def _mode(one: OfferedPrice) -> str:
    words = one.bounds.words if one.bounds is not None else ""
    return next((mode for mode in _MODES if words.startswith(mode)), "graduated")


def _has(record: _Record, keyword: str) -> bool:
    return any(fact.split()[0] == keyword for fact in record.facts)


def _note(prices: Sequence[OfferedPrice], why: str) -> _Record:
    """Prices that make no record, told in comments."""
    record = _Record("#")
    record.comments = [f"left out, since {why}:"]
    for one in prices:
        parts = [one.name, one.kind]
        if one.amount is not None:
            parts.append(f"{one.amount:f} {one.currency}")
        if one.unit:
            parts.append(f"per {one.per if one.per is not None else 1} {one.unit}")
        parts += [f"{name} {value}" for name, value in one.uses]
        parts.append(f"{one.start or ''} {one.end or ''}".strip())
        record.comments.append("  " + ", ".join(part for part in parts if part))
    return record


def _dated(start: date | None, end: date | None) -> str:
    words = f" from {start}" if start else ""
    if end is not None and (start is None or end > start):
        words += f" through {end - timedelta(days=1)}"
    return words


def _slug(text: str, taken: set[str]) -> str:
    """An id from any text: small letters, digits and `-`, not taken yet."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    name = "-".join(words)[:60].strip("-")
    if not name or not name[0].isalpha():
        name = f"n-{name}".strip("-")
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    return unique


def _plain(text: str) -> str:
    """Text that stays on its line and in its comment."""
    return " ".join(text.replace('"', "'").split())


def _title(text: str) -> str:
    return _plain(text)[:120]


def _aligned(fact: str) -> str:
    keyword, _, rest = fact.partition(" ")
    return f"{keyword:<9} {rest}".rstrip()


def _comment(text: str, indent: str = "") -> list[str]:
    from textwrap import wrap  # noqa: PLC0415

    first = indent or text[: len(text) - len(text.lstrip())]
    body = wrap(text.strip(), WIDTH, initial_indent=first, subsequent_indent=first + indent)
    return [f"# {line}" for line in body] or ["#"]
