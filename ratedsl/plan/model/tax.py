"""Taxes: what each stands on, its shape over time, whom and what it spares, and where it is due."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from ratedsl.plan.model.base import Dated, Element
from ratedsl.plan.model.frame import Rounding
from ratedsl.plan.model.usage import Test

Shown = Literal["government tax", "carrier charge", "not billed"]
Sourcing = Literal[
    "primary-use", "service-address", "billing-address", "event-place", "two-of-three"
]


class Share(Dated):
    """An addend of a tax base: a percentage of groups of charges, records, or other taxes.

    An account that carries the attribute `stated_by` has a percentage of its own instead: that
    one, or what it leaves of the whole (`stated_rest`).
    """

    percent: Decimal
    of: tuple[str, ...]
    stated_by: str = ""
    stated_rest: bool = False


class Bracket(Element):
    """The percentage of the part of a base up to a bound; the last bracket has none."""

    bound: Decimal | None
    percent: Decimal


class TaxStep(Dated):
    """A tax's shape in a period: a percentage of its base, brackets of it, or an amount.

    The amount is for each line, item, event or invoice, or for each `unit_size` base units of
    usage in `dimension`; `unit` is how the plan writes that unit.
    """

    percent: Decimal | None = None
    amount: Decimal | None = None
    per: Literal["", "line", "item", "event", "invoice", "unit"] = ""
    unit: str = ""
    dimension: str = ""
    unit_size: int = 0
    brackets: tuple[Bracket, ...] = ()
    of: tuple[str, ...] = ()


class Exemption(Element):
    """What a tax does not stand on: some charges, or all (`of` empty), of those whom it is for."""

    of: tuple[str, ...] = ()
    conditions: tuple[Test, ...] = ()


class FirstExempt(Dated):
    """The first money of a base that is exempt on each invoice, and from which charges."""

    amount: Decimal
    spread: Literal["by order", "in proportion"]


class TaxCap(Dated):
    """The most that a tax comes to on an invoice: an amount, or what another tax comes to."""

    amount: Decimal | None = None
    at_tax: str = ""
    per: Literal["invoice", "line"] = "invoice"


class TaxSource(Element):
    """Where a tax's figures were read, when, and when they are to be read again."""

    words: str
    read: date | None = None
    review: date | None = None


class Tax(Element):
    """A tax or a carrier's own recovery charge, on a named base.

    `before` are the discounts before which its base stands (`all` of them, or ids); `base`
    replaces the `of` of its steps. `grossed` says that it is part of its own base, together
    with the taxes `grossed_with`. `within` are the places in which it is due; without any it
    is due everywhere. `source` tells where it was read and plays no part in what it charges.
    """

    id: str
    title: str = ""
    level: str = ""
    steps: tuple[TaxStep, ...]
    base: tuple[Share, ...] = ()
    before: tuple[str, ...] = ()
    added: Literal["on top", "included"] = "on top"
    grossed: bool = False
    grossed_with: tuple[str, ...] = ()
    shown: Shown = "government tax"
    exempt: tuple[Exemption, ...] = ()
    first: tuple[FirstExempt, ...] = ()
    caps: tuple[TaxCap, ...] = ()
    reverse: tuple[Test, ...] = ()
    within: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    dated_by: Literal["supply", "invoice"] = "supply"
    rounding: Rounding | None = None
    group: str = ""
    conditions: tuple[Test, ...] = ()
    source: TaxSource | None = Field(default=None, exclude=True)


class ExemptionRecord(Element):
    """An exemption from several taxes: those of some levels, or named ones, or all."""

    id: str
    title: str = ""
    levels: tuple[str, ...] = ()
    taxes: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    conditions: tuple[Test, ...] = ()


class Jurisdiction(Element):
    """A place that taxes. `within` are all the places around it, nearest first; usage abroad
    lies in the one that names the visited country or the start of the visited network's code.
    """

    id: str
    title: str = ""
    within: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


class Source(Element):
    """How the place of some charges is found: of a service, `fees`, `usage`, or all `taxes`."""

    of: str
    by: Sourcing


class BundlePart(Element):
    """A part of a bundle: its category, and its share in percent or its stand-alone price."""

    category: str
    percent: Decimal | None = None
    price: Decimal | None = None


class Bundle(Element):
    """Charges sold as one that taxes see as parts, where the carrier's books allocate them."""

    id: str
    title: str = ""
    of: tuple[str, ...]
    parts: tuple[BundlePart, ...]
    conditions: tuple[Test, ...] = ()
