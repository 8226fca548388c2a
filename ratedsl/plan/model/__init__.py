"""The compiled plan: validated, frozen, and named by a hash of its content.

Every element knows the clause it came from (`at`). Where a clause stands does not count
for the hash, nor does the order of records and facts: two texts that mean the same bill
have the same hash. Money is `Decimal` in the plan's currency, quantities are integers in
base units (`ratedsl.plan.units`), periods are local dates in the plan's time zone.
"""

from __future__ import annotations

from ratedsl.plan.model.allowance import After, Allowance, Cap, CapAmount, Covers, Grant, Rollover
from ratedsl.plan.model.base import NOWHERE, Dated, Element, Period
from ratedsl.plan.model.change import Change, Keeps, Suspend
from ratedsl.plan.model.charges import (
    Commitment,
    CommitmentAmount,
    Discount,
    DiscountStep,
    Fee,
    FeeAmount,
    FeeTier,
    Spread,
    Term,
)
from ratedsl.plan.model.frame import (
    Cycle,
    Holidays,
    Hours,
    Rounding,
    Service,
    Trial,
    UnitDefinition,
    Window,
    Zone,
)
from ratedsl.plan.model.parties import Commission, CommissionStep, Exchange, Party
from ratedsl.plan.model.plan import Plan
from ratedsl.plan.model.proration import Proration
from ratedsl.plan.model.tax import (
    Bracket,
    Bundle,
    BundlePart,
    Exemption,
    ExemptionRecord,
    FirstExempt,
    Jurisdiction,
    Share,
    Source,
    Tax,
    TaxCap,
    TaxSource,
    TaxStep,
)
from ratedsl.plan.model.tests import Act, Expectation, Given, PlanTest, TestEvent
from ratedsl.plan.model.usage import (
    Across,
    Deck,
    EventFee,
    FreeFirst,
    Increments,
    IncrementStep,
    Limit,
    Match,
    Price,
    Rate,
    Test,
    Tier,
    Tiers,
    UnitPrice,
)

__all__ = [
    "NOWHERE",
    "Across",
    "Act",
    "After",
    "Allowance",
    "Bracket",
    "Bundle",
    "BundlePart",
    "Cap",
    "CapAmount",
    "Change",
    "Commission",
    "CommissionStep",
    "Commitment",
    "CommitmentAmount",
    "Covers",
    "Cycle",
    "Dated",
    "Deck",
    "Discount",
    "DiscountStep",
    "Element",
    "EventFee",
    "Exchange",
    "Exemption",
    "ExemptionRecord",
    "Expectation",
    "Fee",
    "FeeAmount",
    "FeeTier",
    "FirstExempt",
    "FreeFirst",
    "Given",
    "Grant",
    "Holidays",
    "Hours",
    "IncrementStep",
    "Increments",
    "Jurisdiction",
    "Keeps",
    "Limit",
    "Match",
    "Party",
    "Period",
    "Plan",
    "PlanTest",
    "Price",
    "Proration",
    "Rate",
    "Rollover",
    "Rounding",
    "Service",
    "Share",
    "Source",
    "Spread",
    "Suspend",
    "Tax",
    "TaxCap",
    "TaxSource",
    "TaxStep",
    "Term",
    "Test",
    "TestEvent",
    "Tier",
    "Tiers",
    "Trial",
    "UnitDefinition",
    "UnitPrice",
    "Window",
    "Zone",
]
