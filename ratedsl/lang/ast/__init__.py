"""The syntax tree: a file is records, a record is facts, a fact is words and values.

Every node knows its span. Words and numbers stay as written: what a word means is judged
by `ratedsl.plan`, which knows what there is to mean.

Nodes are never changed after they are made. They are compared by identity and carry no
generated methods but their constructor: making those for fifty classes would take a tenth of
the time in which `check` has to answer.
"""

from __future__ import annotations

from ratedsl.lang.ast.balances import After, Covers, Grant, Rollover, Sized
from ratedsl.lang.ast.charges import Amount, FeeTier, Index, Percent, PercentTier
from ratedsl.lang.ast.facts import (
    Change,
    Condition,
    Fact,
    Hours,
    Interval,
    Late,
    Measured,
    Moved,
    Named,
    Offers,
    PrefixRange,
    Proration,
    Setting,
)
from ratedsl.lang.ast.records import File, Record
from ratedsl.lang.ast.taxes import Spared, TaxBase, TaxBracket, TaxLimit, TaxRead
from ratedsl.lang.ast.tests import Act, Columns, EventFact, Expect, Given, Moment, TopUp
from ratedsl.lang.ast.usage import (
    Billed,
    Cell,
    FreeFirst,
    PercentPrice,
    Price,
    Priced,
    Setup,
    Tier,
    Tiers,
)
from ratedsl.lang.ast.values import (
    Bound,
    Clock,
    Dated,
    Day,
    Flat,
    Match,
    Number,
    Test,
    UnitPrice,
    Value,
    Word,
)

__all__ = [
    "Act",
    "After",
    "Amount",
    "Billed",
    "Bound",
    "Cell",
    "Change",
    "Clock",
    "Columns",
    "Condition",
    "Covers",
    "Dated",
    "Day",
    "EventFact",
    "Expect",
    "Fact",
    "FeeTier",
    "File",
    "Flat",
    "FreeFirst",
    "Given",
    "Grant",
    "Hours",
    "Index",
    "Interval",
    "Late",
    "Match",
    "Measured",
    "Moment",
    "Moved",
    "Named",
    "Number",
    "Offers",
    "Percent",
    "PercentPrice",
    "PercentTier",
    "PrefixRange",
    "Price",
    "Priced",
    "Proration",
    "Record",
    "Rollover",
    "Setting",
    "Setup",
    "Sized",
    "Spared",
    "TaxBase",
    "TaxBracket",
    "TaxLimit",
    "TaxRead",
    "Test",
    "Tier",
    "Tiers",
    "TopUp",
    "UnitPrice",
    "Value",
    "Word",
]
