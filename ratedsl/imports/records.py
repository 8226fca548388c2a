"""The records of a plan from the prices of an offering."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ratedsl.imports.meaning import (
    SERVICE_OF,
    dimension_of,
    item_of,
    kind_of,
    mode_of,
    unit_of,
)
from ratedsl.imports.record import FILL_IN, Record, dated, has, note, plain, slug, title
from ratedsl.imports.tmf620 import OfferedPrice, Offering, TaxItem
from ratedsl.plan.reserved import RELATIVE, RESERVED
from ratedsl.plan.units import UNITS, Units


class Records:
    """Makes the records of a plan from the prices of an offering."""

    def __init__(self, offering: Offering, currency: str = "") -> None:
        """`currency` is that of prices which name none."""
        self.offering = offering
        found = [one.currency for one in offering.prices if one.currency]
        self.currency = currency or (max(found, key=found.count) if found else "EUR")
        self.known_currency = bool(currency or found)
        self.ids: set[str] = {*RESERVED, *RELATIVE}
        self.zones: dict[str, Record] = {}
        self.taxes: dict[TaxItem, list[str]] = {}
        self.priced: list[str] = []
        self.by_price: dict[str, str] = {}
        self.measures = Units()

    def records(self) -> list[Record]:
        """All of them: zones, fees, usage, discounts, allowances and taxes."""
        groups: dict[tuple[str, str], list[OfferedPrice]] = {}
        for one in self.offering.prices:
            kind = kind_of(one)
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
                    note(prices, "it is neither a fee, usage, an allowance nor a discount")
                )
        self._order(allowances, "allowance")
        taxes = [self._tax(tax, names) for tax, names in self.taxes.items()]
        return [*self.zones.values(), *found, *allowances, *taxes]

    def _name(self, text: str) -> str:
        name = slug(text, self.ids)
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

    def _order(self, records: list[Record], kind: str) -> None:
        """Give an order where several could meet and the offering has none."""
        plain = [one for one in records if one.header.startswith(kind) and not has(one, "order")]
        if len(plain) < 2 and kind == "rate":
            return
        # What is for a place comes before what is for all of them.
        plain.sort(key=lambda one: " to " not in one.header and " roaming " not in one.header)
        for number, one in enumerate(plain, 1):
            one.facts.append(f"order {number * 10} {FILL_IN} which comes first")

    # ---- fees ----------------------------------------------------------------------------------

    def _fee(self, base: str, prices: list[OfferedPrice]) -> Record:
        name = self._name(base)
        first = prices[0]
        held = first.unit.lower() if first.kind != "once" else ""
        is_option = held != "" and first.unit == base
        head = "addon fee" if is_option else "fee"
        record = Record(f'{head} {name} "{title(first.name)}"')
        item = "" if is_option else item_of(first)
        tiers = [one for one in prices if one.bounds is not None]
        for one in prices:
            if one.amount is None:
                record.comments.append(f"{plain(one.name)} has no amount")
                continue
            money, on = self._money(one), dated(one.start, one.end)
            per = f" per {item}" if item else ""
            if kind_of(one) == "once":
                record.facts.append(f"amount {money} once{per}{on}")
                continue
            every = f"{one.every} {one.period}s" if one.every > 1 else one.period
            span = f"per {every}".replace(f"{one.period}s", one.period)
            if one.bounds is None:
                record.facts.append(f"amount {money} {span}{per} in advance{on}")
                continue
            if one is tiers[0]:
                held = one.bounds.name
                record.facts.append(f"amount by tier {span} per {held} in advance")
                record.facts.append(f"tiers {mode_of(one)}")
            bound = (
                "above" if one.bounds.top is None else f"up to {one.bounds.top} {one.bounds.unit}"
            )
            whole = "flat" if "all of it" in one.bounds.words else "each"
            record.facts.append(f"tier {bound} {money} {whole}{on}")
        if any(kind_of(one) == "recurring" for one in prices):
            record.facts.append(f"prorated not {FILL_IN} part periods, and advance or arrears")
        term = next((one.term for one in prices if one.term and one.term[1]), None)
        if term is not None and term[1] in ("day", "week", "month", "year"):
            unit = f"{term[1]}{'s' if term[0] > 1 else ''}"
            record.facts.append(f"term {term[0]} {unit} then renews {FILL_IN} renews or ends")
        self._said(record, prices)
        self._taxed(name, prices)
        return record

    def _leaving(
        self, base: str, prices: list[OfferedPrice], fees: dict[str, Record]
    ) -> list[Record]:
        """What leaving costs is a fact of the fee whose term it ends."""
        fee = fees.get(base.removesuffix(":leaving"))
        one = prices[0]
        if fee is None or one.amount is None or not has(fee, "term"):
            return [note(prices, "no fee with a term is named by it")]
        fee.facts.append(f"leaving {self._money(one)}")
        return []

    def _said(self, record: Record, prices: Sequence[OfferedPrice]) -> None:
        for text in dict.fromkeys(one.description for one in prices if one.description):
            if not text.startswith("per "):
                record.comments.append(text[:500])

    # ---- usage and what is included ------------------------------------------------------------

    def _rate(self, base: str, prices: list[OfferedPrice]) -> Record:
        first = next((one for one in prices if one.unit != "event"), prices[0])
        unit = unit_of(
            first.bounds.unit if first.bounds is not None and not first.unit else first.unit
        )
        service = next(iter(first.use("service")), "") or SERVICE_OF.get(dimension_of(unit), "")
        if not service:
            return note(prices, "no service tells what it counts")
        if any(one.use("window") for one in prices):
            return note(prices, "its windows are named, and their hours are not")
        name = self._name(base)
        record = Record(f'rate {name} "{title(first.name)}" for {self._match(first, service)}')
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
        on = dated(one.start, one.end)
        kind = re.search(r":(setup|attempt|release)(?::\d+)?$", one.id)
        if kind is not None:
            return [f"{kind[1]} {self._money(one)} per call{on}"]
        block = re.match(r"per (started|full|nearest) ", one.description)
        count = "" if one.per in (None, 1) else f"{one.per:f} "
        price = ""
        if one.amount is not None and one.unit:
            blocks = f"{block[1]} " if block else ""
            price = f"{self._money(one)} per {blocks}{count}{unit_of(one.unit)}"
        if one.bounds is None:
            return [f"price {price}{on}"] if price else []
        found = []
        if is_first_tier:
            span = next(iter(one.use("counted per")), "cycle")
            who = " per account" if "account" in one.use("counted for") else ""
            tiers = f"tiers {mode_of(one)} per {span}{who} counting all usage"
            found.append(f"{tiers} {FILL_IN} whether allowances count")
        if one.bounds.top is None:
            bound = "above"
        else:
            word = "up to" if one.bounds.inclusive else "below"
            unit = unit_of(one.bounds.unit)
            size = UNITS[unit].size if unit in UNITS else 1
            dimension = dimension_of(unit)
            shown = self.measures.show(one.bounds.top * size, dimension) if dimension else ""
            bound = f"{word} {shown or f'{one.bounds.top} {unit}'}"
        flat = f"{self._money(one)} flat" if one.amount is not None else "rejected"
        found.append(f"tier {bound} {price or flat}{on}")
        return found

    def _allowance(self, base: str, prices: list[OfferedPrice]) -> Record:
        name, first = self._name(base), prices[0]
        record = Record(f'allowance {name} "{title(first.name)}"')
        for one in prices:
            if one.amount is not None:
                amount = self._money(one)
            elif one.per is not None:
                amount = f"{one.per:f} {unit_of(one.unit)}"
            else:
                record.comments.append(f"{plain(one.name)} does not say how much it grants")
                continue
            span = one.period or "cycle"
            every = f"{one.every} {span}" if one.every > 1 else span
            who = " per account" if "account" in one.use("held by") else ""
            record.facts.append(f"grant {amount} per {every}{who}{dated(one.start, one.end)}")
        record.facts += self._covers(first)
        record.facts += [
            f"draws billed units {FILL_IN} billed or actual units",
            f"ends split {FILL_IN} split or whole event",
            f"after own rate {FILL_IN} what usage costs then",
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
                parts[-1] = (service, to, roaming, f"{more} {name} {plain(value)}")
        if not parts:
            service = SERVICE_OF.get(dimension_of(unit_of(one.unit)), "data")
            return [f"covers {service} {FILL_IN} which usage"]
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
        name = slug(text, set())
        zone = self.zones.get(name)
        if zone is None:
            zone = self.zones[name] = Record(f'zone {name} "{title(text)}"')
            zone.comments.append("fill in: its real prefixes or countries; no usage has these yet")
        number = list(self.zones).index(name)
        # A country code that nobody has, and a network code that is for private networks.
        fact = f"prefix +999{number:03}" if way == "to" else f"network 999-{number % 100:02}"
        if fact not in zone.facts:
            zone.facts.append(fact)
        return name

    def _ruled(self, record: Record, one: OfferedPrice, *, conditions: bool = True) -> None:
        if conditions:
            record.facts += [f"when {plain(text)}" for text in one.use("when")]
        for text in one.use("order")[:1]:
            if text.isdigit():
                record.facts.append(f"order {text}")

    # ---- discounts and taxes -------------------------------------------------------------------

    def _discount(self, base: str, prices: list[OfferedPrice]) -> Record:
        name, first = self._name(base), prices[0]
        record = Record(f'discount {name} "{title(first.name)}"')
        for one in prices:
            named = [self.by_price.get(each, "") for each in one.of] or one.use("of")
            of = list(dict.fromkeys(each for each in (named or one.use("of")) if each)) or ["fees"]
            on = dated(one.start, one.end)
            if one.percent:
                record.facts.append(f"percent {one.percent:f}% of {', '.join(of)}{on}")
            elif one.amount is not None:
                record.facts.append(f"amount {self._money(one)} off {', '.join(of)}{on}")
        record.facts.append(f"applies before tax {FILL_IN} before or after")
        self._ruled(record, first)
        if not has(record, "order"):
            record.facts.append(f"order {len(self.ids) * 10} {FILL_IN} which comes first")
        self._said(record, prices)
        return record

    def _tax(self, tax: TaxItem, names: Sequence[str]) -> Record:
        of = "charges" if {*names} == {*self.priced} else ", ".join(names)
        record = Record(f'tax {self._name(tax.id)} "{title(tax.title)}"')
        record.facts = [
            f"percent {tax.rate:f}% of {of} {FILL_IN} from which day",
            "shown as government tax",
        ]
        return record

    def _money(self, one: OfferedPrice) -> str:
        return f"{one.amount or Decimal(0):f} {one.currency or self.currency}"
