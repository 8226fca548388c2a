"""What stands on the invoice beside usage: fees, commitments and discounts."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from ratedsl.lang.source import Span
from ratedsl.plan.model.base import NOWHERE, Dated, Element
from ratedsl.plan.model.proration import Proration
from ratedsl.plan.model.usage import Test


class FeeAmount(Dated):
    """What a fee costs for every so many spans (or once).

    The amount of a fee with tiers is theirs. `note` says how an index made the amount.
    """

    amount: Decimal
    span: Literal["day", "week", "month", "quarter", "year", "cycle", "once"]
    every: int = 1
    timing: Literal["advance", "arrears", ""] = ""
    note: str = ""


class FeeTier(Dated):
    """What each of the held things costs up to so many of them, or all of them, if `flat`."""

    limit: int | None = None
    amount: Decimal
    flat: bool = False


class Term(Element):
    """For how long a fee is agreed, what comes then, and what leaving before costs.

    `share` is the percentage of the fees that are left in the term.
    """

    count: int
    span: Literal["day", "week", "month", "year"]
    renews: bool
    leaving: Decimal | None = None
    share: Decimal | None = None
    leaving_at: Span = Field(default=NOWHERE, exclude=True, repr=False)


class Spread(Element):
    """In how many cycles a single fee is paid, and whether the rest falls due at an early end."""

    cycles: int
    rest_due: bool


class Fee(Element):
    """A charge that does not depend on usage, for each line or once for the account.

    With the scope `item` it is charged for each `item` that a line holds: a thing that the
    fee names (a seat, a device), or an add-on by its own id.
    """

    id: str
    title: str = ""
    scope: Literal["line", "account", "item"] = "line"
    item: str = ""
    amounts: tuple[FeeAmount, ...]
    waived: int = 0
    reduced: Decimal | None = None
    reduced_for: int = 0
    proration: Proration | None = None
    currency: str = ""
    counted_from: Literal["take-up", "activation", "cycle"] = "take-up"
    tier_mode: Literal["", "graduated", "volume"] = ""
    tiers: tuple[FeeTier, ...] = ()
    conditions: tuple[Test, ...] = ()
    spread: Spread | None = None
    term: Term | None = None
    category: str = ""
    description: str = ""
    provider: str = ""


class CommitmentAmount(Dated):
    """The least that the named charges come to in a cycle, a quarter or a year."""

    amount: Decimal
    of: tuple[str, ...]


class Commitment(Element):
    """A minimum spend: what charges fall short of it is charged as a true-up."""

    id: str
    title: str = ""
    scope: Literal["line", "account"] = "line"
    span: Literal["cycle", "quarter", "year"] = "cycle"
    amounts: tuple[CommitmentAmount, ...]
    proration: Proration | None = None
    counting: Literal["before", "after"]


class DiscountStep(Dated):
    """A percentage or an amount off the named charges."""

    percent: Decimal | None = None
    amount: Decimal | None = None
    of: tuple[str, ...]


class DiscountTier(Dated):
    """The percentage up to a bound; `bound` is None for the last tier."""

    bound: Decimal | None
    inclusive: bool = True
    percent: Decimal


class DiscountTiers(Element):
    """A percentage that grows with what the named charges come to, or with how much is used.

    `graduated` takes each part of the amount at its tier's percentage, `volume` all of it at that
    of the tier which it reaches. `dimension` is what bounds of usage are counted in; empty for
    money.
    """

    mode: Literal["graduated", "volume"]
    of: tuple[str, ...]
    dimension: str = ""
    tiers: tuple[DiscountTier, ...]


class Discount(Element):
    """A reduction of the invoice, never below zero, for each line or for the account.

    It has `steps` or `tiers`. `stacks` says how it meets others of the same charges.
    """

    id: str
    title: str = ""
    steps: tuple[DiscountStep, ...] = ()
    tiers: DiscountTiers | None = None
    scope: Literal["account", "line"] = "account"
    applies: Literal["before", "after"]
    spread: Literal["amount", "in order"] = "amount"
    stacks: Literal["", "multiplied", "added", "best only"] = ""
    conditions: tuple[Test, ...] = ()
    code: str = ""
    limit: Decimal | None = None
    limit_per: Literal["invoice", "cycle", "contract"] = "invoice"
    lasts: int | None = None
    lasts_in: Literal["cycle", "month"] = "cycle"
    carries: bool = False
    order: int | None = None

    @property
    def of(self) -> tuple[str, ...]:
        """All charges that it may be off."""
        named = [name for step in self.steps for name in step.of]
        return tuple(dict.fromkeys([*named, *(self.tiers.of if self.tiers else ())]))

    @property
    def in_percent(self) -> bool:
        """Whether any of it is a share of the charges."""
        return self.tiers is not None or any(one.percent is not None for one in self.steps)
