"""What taxes stand on: the charges of an invoice, bundles taken apart, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from ratedsl.billing.apportion import share_out
from ratedsl.billing.charge import Charge
from ratedsl.billing.tax.sourcing import Site, Sourcing
from ratedsl.plan.model import Bundle, BundlePart, Plan, Test
from ratedsl.rating.conditions import applies_to
from ratedsl.rating.events import Account

ZERO = Fraction(0)


@dataclass(slots=True)
class TaxedLine:
    """A charge, or a part of one, as taxes see it.

    `net` is what they stand on: the charge after discounts before tax, and after the taxes
    that are included in it. `discounted` is what each discount took off. `charge` is None
    for a fixed tax, which later taxes may stand on. `categories` are more than one where a
    bundle is not allocated: it is taxed as each of them, and exempt as none. `part` is that of
    an allocated bundle.
    """

    key: str
    charge: Charge | None
    line: str
    supplied: date
    site: Site
    net: Fraction = ZERO
    share: Fraction = Fraction(1)
    categories: frozenset[str] = frozenset()
    discounted: dict[str, Fraction] = field(default_factory=dict)
    part: BundlePart | None = None

    def is_of(self, targets: tuple[str, ...]) -> bool:
        """Whether the line is one of the named charges."""
        if self.charge is None:
            return False
        return self.charge.is_of(targets) or any(
            f"category {one}" in targets for one in self.categories
        )

    def is_only_of(self, targets: tuple[str, ...]) -> bool:
        """The same for an exemption, which spares no bundle that is not allocated."""
        if self.charge is None:
            return False
        whole = bool(self.categories) and all(
            f"category {one}" in targets for one in self.categories
        )
        return self.charge.is_of(targets) or whole


class Customer:
    """Whose invoice it is, and whether conditions hold for it on the day of the bill."""

    def __init__(self, account: Account, since: date | None, close: date) -> None:
        self.account = account
        self.since = since
        self.close = close

    def meets(self, tests: Iterable[Test], line: str = "") -> bool:
        """Whether the tests hold for a line, or (empty) for the account by any of its lines."""
        return applies_to(tests, self.account, self.since, self.close, line)

    def stated(self, name: str, line: str) -> str:
        """An attribute of the line, or of the first line that carries it; empty if none does."""
        carried = [
            one.attributes.get(name, "") for one in self.account.lines if line in ("", one.id)
        ]
        return next((one for one in carried if one), "")


def taxed_lines(
    plan: Plan, charges: Sequence[Charge], customer: Customer, sourcing: Sourcing
) -> list[TaxedLine]:
    """The charges in order; one of a bundle as its parts where its books allocate it."""
    rounding = plan.rounding_for("item")
    quantum = Fraction(rounding.quantum) if rounding else Fraction(1, 10**12)
    found = []
    for charge in charges:
        site = sourcing.site(charge)
        bundle = next((one for one in plan.bundles if charge.is_of(one.of)), None)
        own = frozenset({charge.category} - {""})
        if bundle is None:
            found.append(_line(charge, site, charge.net, own))
        elif not customer.meets(bundle.conditions, charge.line):
            together = own | {part.category for part in bundle.parts}
            found.append(_line(charge, site, charge.net, frozenset(together)))
        else:
            shares = _shares(bundle)
            names = [part.category for part in bundle.parts]
            amounts = share_out(charge.net, shares, quantum, names)
            for part, share, amount in zip(bundle.parts, shares, amounts, strict=True):
                key = f"{charge.key}#{part.category}"
                one = _line(charge, site, amount, own | {part.category}, key, share)
                found.append(replace(one, part=part))
    return found


def _line(
    charge: Charge,
    site: Site,
    net: Fraction,
    categories: frozenset[str],
    key: str = "",
    share: Fraction = Fraction(1),
) -> TaxedLine:
    discounted = {name: amount * share for name, amount in charge.discounted.items()}
    return TaxedLine(
        key or charge.key,
        charge,
        charge.line,
        charge.supplied,
        site,
        net,
        share,
        categories,
        discounted,
    )


def _shares(bundle: Bundle) -> list[Fraction]:
    """The share of each part: its percentage, or its stand-alone price of all of them."""
    given = [
        Fraction(part.percent if part.percent is not None else part.price or 0)
        for part in bundle.parts
    ]
    total = sum(given, ZERO)
    return [one / total for one in given]
