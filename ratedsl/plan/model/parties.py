"""Who else a plan pays or is paid by, and at what rates currencies are exchanged."""

from decimal import Decimal
from typing import Literal

from ratedsl.plan.model.base import Dated, Element
from ratedsl.plan.model.frame import Rounding


class Exchange(Dated):
    """One unit of the currency `per` is worth `amount` of the currency `of`."""

    amount: Decimal
    of: str
    per: str


class Party(Element):
    """Someone beside the subscriber with whom money is settled, in their own currency."""

    id: str
    title: str = ""
    currency: str
    rounding: tuple[Rounding, ...] = ()

    def rounding_for(self, scope: str) -> Rounding | None:
        """The party's rounding fact for a scope, if it has one."""
        return next((one for one in self.rounding if one.scope == scope), None)


class CommissionStep(Dated):
    """A share of the named charges."""

    percent: Decimal
    of: tuple[str, ...]


class Commission(Element):
    """A share of what is charged that goes from one party to another; empty is the plan's own."""

    id: str
    title: str = ""
    steps: tuple[CommissionStep, ...]
    counting: Literal["before", "after"]
    payer: str = ""
    payee: str = ""
