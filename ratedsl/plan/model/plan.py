"""A whole plan."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr

from ratedsl.plan.content import content_hash
from ratedsl.plan.model.allowance import Allowance, Cap
from ratedsl.plan.model.base import ALWAYS, Element, Period
from ratedsl.plan.model.change import Change, Credit, Keeps, Suspend
from ratedsl.plan.model.charges import Commitment, Discount, Fee
from ratedsl.plan.model.contract import Contract
from ratedsl.plan.model.frame import (
    AtOnce,
    Cycle,
    DepositInterest,
    Due,
    Holidays,
    Issuer,
    Late,
    Negative,
    Rounding,
    Service,
    Trial,
    UnitDefinition,
    Window,
    Zone,
)
from ratedsl.plan.model.parties import Commission, Exchange, Party
from ratedsl.plan.model.tax import Bundle, ExemptionRecord, Jurisdiction, Source, Tax
from ratedsl.plan.model.tests import PlanTest
from ratedsl.plan.model.usage import Offer, Rate
from ratedsl.plan.model.wallet import Pool, Wallet
from ratedsl.plan.units import MONEY, Unit, Units

_Charging = Fee | Rate | Allowance | Cap | Commitment | Discount | Tax


class Plan(Element):
    """A whole plan. Records stand in order of their ids, so their order in the text is gone."""

    id: str
    title: str = ""
    currency: str
    timezone: str
    subscriber_zone: bool = False
    sold: Period = ALWAYS
    cycle: Cycle
    trial: Trial | None = None
    at_once: AtOnce | None = None
    issuer: Issuer | None = None
    contract: Contract | None = None
    due: Due | None = None
    late: Late | None = None
    deposit_interest: DepositInterest | None = None
    late_usage: Literal["", "next invoice", "correction"] = ""
    negative: Negative = ""
    rounding: tuple[Rounding, ...] = ()
    home: tuple[str, ...] = ()
    exchange: tuple[Exchange, ...] = ()
    cancel: Credit = ""
    change: Change | None = None
    suspend: Suspend | None = None
    keeps: Keeps | None = None
    offers: tuple[Offer, ...] = ()
    units: tuple[UnitDefinition, ...] = ()
    services: tuple[Service, ...] = ()
    zones: tuple[Zone, ...] = ()
    holidays: tuple[Holidays, ...] = ()
    windows: tuple[Window, ...] = ()
    fees: tuple[Fee, ...] = ()
    rates: tuple[Rate, ...] = ()
    costs: tuple[Rate, ...] = ()
    parties: tuple[Party, ...] = ()
    commissions: tuple[Commission, ...] = ()
    pools: tuple[Pool, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    wallets: tuple[Wallet, ...] = ()
    caps: tuple[Cap, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    discounts: tuple[Discount, ...] = ()
    bundles: tuple[Bundle, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    sources: tuple[Source, ...] = ()
    exemptions: tuple[ExemptionRecord, ...] = ()
    taxes: tuple[Tax, ...] = ()
    tests: tuple[PlanTest, ...] = Field(default=(), exclude=True)
    others: tuple["Plan", ...] = Field(default=(), exclude=True)
    _written: "Plan | None" = PrivateAttr(default=None)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A view of the plan, such as on a day or of one sign-up; it keeps the plan's name."""
        copied = super().model_copy(update=update, deep=deep)
        copied._written = self._written or self
        return copied

    @cached_property
    def content_hash(self) -> str:
        """The name of what the plan means (`ratedsl.plan.content`), worked out when asked for."""
        return content_hash(self._written or self)

    def measures(self) -> Units:
        """The units and services that the plan counts in."""
        custom = {one.id: Unit(one.id, one.dimension, one.size) for one in self.units}
        attributes = {
            (service.id, one.name): one.unit if one.kind == "quantity" else MONEY
            for service in self.services
            for one in service.attributes
            if one.kind in ("quantity", "money")
        }
        return Units(custom, {one.id: one.unit for one in self.services}, attributes)

    def negative_usage(self, service: str) -> Negative:
        """What becomes of usage below zero: what the service says, or else the plan."""
        for one in self.services:
            if one.id == service and one.negative:
                return one.negative
        return self.negative or "rejected"

    def record(self, name: str) -> Element | None:
        """The record of that id among those that charge, which share one space of ids."""
        kinds: tuple[tuple[_Charging, ...], ...] = (
            *(self.fees, self.rates, self.allowances, self.caps),
            *(self.commitments, self.discounts, self.taxes),
        )
        return next((one for kind in kinds for one in kind if one.id == name), None)

    def rounding_for(self, scope: str) -> Rounding | None:
        """The plan's rounding fact for a scope, if it has one."""
        return next((one for one in self.rounding if one.scope == scope), None)
