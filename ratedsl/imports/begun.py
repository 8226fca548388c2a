"""What of a plan was begun so far: its ids, its zones, and which taxes are on which charges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ratedsl.imports.offering import OfferedPrice, Offering, TaxItem
from ratedsl.imports.record import Record, slug, title
from ratedsl.plan.reserved import RELATIVE, RESERVED
from ratedsl.plan.units import Units


class Begun:
    """The plan to be, as far as its records have to know of each other."""

    def __init__(self, offering: Offering, currency: str = "") -> None:
        """`currency` is that of prices which name none."""
        found = [one.currency for one in offering.prices if one.currency]
        self.currency = currency or (max(found, key=found.count) if found else "EUR")
        self.known_currency = bool(currency or found)
        self.ids: set[str] = {*RESERVED, *RELATIVE}
        self.zones: dict[str, Record] = {}
        self.taxes: dict[TaxItem, list[str]] = {}
        self.priced: list[str] = []
        self.by_price: dict[str, str] = {}
        self.measures = Units()

    def name(self, text: str) -> str:
        """An id like the text that no other record has."""
        name = slug(text, self.ids)
        self.ids.add(name)
        return name

    def taxed(self, name: str, prices: Sequence[OfferedPrice]) -> None:
        """Note that a record has these prices, and with them their taxes."""
        self.priced.append(name)
        for one in prices:
            self.by_price[one.id] = name
            for tax in one.taxes:
                held = self.taxes.setdefault(tax, [])
                if name not in held:
                    held.append(name)

    def money(self, one: OfferedPrice) -> str:
        """The amount of a price with its currency."""
        return f"{one.amount or Decimal(0):f} {one.currency or self.currency}"

    def match(self, one: OfferedPrice, service: str) -> str:
        """A service with the places that a price is for."""
        to = [self.place(place, "to") for place in one.use("to")]
        roaming = [self.place(place, "roaming") for place in one.use("roaming")]
        words = service
        if to:
            words += f" to {', '.join(to)}"
        return f"{words} roaming {', '.join(roaming)}" if roaming else words

    def place(self, text: str, way: str) -> str:
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
