"""Discounts: which of them apply, in which order, and what they take off the charges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import Section
from ratedsl.billing.reduction import Offer, offers_of
from ratedsl.billing.spread import spread_by_amount, spread_in_order
from ratedsl.plan.calendar import moved
from ratedsl.plan.matching import name_the_same
from ratedsl.plan.model import Discount, Plan, Rounding
from ratedsl.rating.conditions import applies_to
from ratedsl.rating.events import Account, Line
from ratedsl.rating.rounding import round_money
from ratedsl.rating.trace import Step
from ratedsl.rating.words import show_amount

ZERO = Fraction(0)


@dataclass
class BillFacts:
    """What discounts look at beside the charges of a bill.

    `since` is when the account took up its first plan, `start` and `close` bound the bill's
    cycle, `bills_since` counts the bills from a day to this one, and `remembered` is what earlier
    bills left behind.
    """

    account: Account
    since: date | None
    taken_up: date | None
    start: date
    close: date
    bills_since: Callable[[date], int]
    remembered: dict[tuple[str, ...], Fraction]


def discount_charges(
    plan: Plan, side: str, charges: Sequence[Charge], facts: BillFacts
) -> list[Charge]:
    """The discounts before or after tax; each lowers `net` of the charges that it is off.

    Lower `order` first, each as it says that it stacks, never below zero. What a discount takes
    off is spread over its charges, to the last cent. Credits are left alone: they give back what
    was paid.
    """
    found = [charge for charge in charges if charge.section is not Section.CREDITS]
    work = _Discounts(found, facts, plan.rounding_for("item"))
    ordered = sorted(plan.discounts, key=lambda one: (one.order or 0, one.id))
    waiting = [one for one in ordered if one.applies == side and work.lasts_still(one)]
    made: list[Charge] = []
    while waiting:
        rivals = _rivals(plan, waiting)
        waiting = [one for one in waiting if one not in rivals]
        # Of equal ones the first in order is kept.
        chosen = rivals[0] if len(rivals) == 1 else max(rivals, key=work.worth)
        made += work.take_off(chosen)
    return made


def _rivals(plan: Plan, waiting: list[Discount]) -> list[Discount]:
    """The next discount, with those of which only the best one counts."""
    rivals = [waiting[0]]
    if rivals[0].stacks != "best only":
        return rivals
    for _ in waiting:
        rivals += [
            one
            for one in waiting
            if one not in rivals
            and one.stacks == "best only"
            and any(name_the_same(plan, one.of, other.of) for other in rivals)
        ]
    return [one for one in waiting if one in rivals]


class _Discounts:
    """The work on one invoice: what each discount finds, and what it leaves."""

    def __init__(self, charges: list[Charge], facts: BillFacts, rounding: Rounding | None) -> None:
        self.charges = charges
        self.facts = facts
        self.rounding = rounding
        self.gross = {charge.key: charge.net for charge in charges}

    def lasts_still(self, discount: Discount) -> bool:
        """Whether it applies to the account on this bill, or has a credit left to give."""
        return any(True for _ in self._holders(discount))

    def _holders(self, discount: Discount) -> Iterator[tuple[str, bool]]:
        """For which lines it applies (empty: the account), and whether it still gives anew."""
        facts = self.facts
        lines: list[Line | None] = [None]
        if discount.scope == "line":
            lines = list(facts.account.lines)
        for line in lines:
            held = facts.account.lines if line is None else (line,)
            since = _coupon(discount, held, facts) if discount.code else facts.taken_up
            name = line.id if line else ""
            good = (
                (since is not None or not discount.code)
                and self._lasts(discount, since, name)
                and self._meets(discount, line)
            )
            carried = facts.remembered.get(("carried", discount.id, name), ZERO)
            if good or carried:
                yield name, good

    def _meets(self, discount: Discount, line: Line | None) -> bool:
        facts = self.facts
        account = facts.account
        if line is None:
            return applies_to(discount.conditions, account, facts.since, facts.close)
        # How many lines there are is the account's; all else is the line's own.
        shared = [test for test in discount.conditions if test.attribute == "lines"]
        own = [test for test in discount.conditions if test.attribute != "lines"]
        alone = replace(account, lines=(line,))
        return applies_to(shared, account, facts.since, facts.close) and applies_to(
            own, alone, facts.since, facts.close
        )

    def _lasts(self, discount: Discount, since: date | None, line: str) -> bool:
        if discount.lasts is None or since is None:
            return True
        if discount.carries and discount.lasts_in == "cycle":
            # What is given is counted, as none of it is lost.
            given = self.facts.remembered.get(("given", discount.id, line), ZERO)
            return given < discount.lasts
        if discount.lasts_in == "month":
            return self.facts.start < moved(since, "month", discount.lasts)
        return self.facts.bills_since(since) < discount.lasts

    def worth(self, discount: Discount) -> Fraction:
        """What it would take off now."""
        before = [(charge.net, dict(charge.discounted)) for charge in self.charges]
        total = ZERO
        for name, anew in self._holders(discount):
            offers, _ = self._offers(discount, name, anew=anew)
            total += sum((offer.off for offer in offers), ZERO)
        for charge, (net, discounted) in zip(self.charges, before, strict=True):
            charge.net, charge.discounted = net, discounted
        return total

    def take_off(self, discount: Discount) -> list[Charge]:
        """The rows of the discount, for each of its holders to whom it brings something."""
        made = []
        for name, anew in list(self._holders(discount)):
            offers, rest = self._offers(discount, name, anew=anew)
            total = sum((offer.off for offer in offers), ZERO)
            self._remember(discount, name, total, rest)
            if anew and discount.carries:
                key = ("given", discount.id, name)
                self.facts.remembered[key] = self.facts.remembered.get(key, ZERO) + 1
            if total:
                made.append(self._charge(discount, name, total, offers))
        return made

    def _offers(self, discount: Discount, line: str, *, anew: bool) -> tuple[list[Offer], Fraction]:
        """What each of its facts takes off, and what is left over of a fixed amount."""
        mine = [one for one in self.charges if not line or one.line == line]
        carried = self.facts.remembered.get(("carried", discount.id, line), ZERO)
        left = self._left(discount, line)
        offers = []
        rest = carried
        for offer in offers_of(discount, mine, self.gross, self.facts.start, carried, anew=anew):
            wanted = round_money(offer.wanted, self.rounding)
            base = sum((one.net for one in offer.charges), ZERO)
            off = max(min(wanted, base) if left is None else min(wanted, base, left), ZERO)
            rest = wanted - off
            if off <= 0:
                continue
            if discount.spread == "in order":
                spread_in_order(discount.id, off, offer.charges)
            else:
                spread_by_amount(discount.id, off, offer.charges, self.rounding)
            left = None if left is None else left - off
            offers.append(offer.taken(off))
        return offers, rest

    def _left(self, discount: Discount, line: str) -> Fraction | None:
        """What its limit still leaves."""
        if discount.limit is None:
            return None
        used = self.facts.remembered.get(self._used_key(discount, line), ZERO)
        return max(Fraction(discount.limit) - used, ZERO)

    def _used_key(self, discount: Discount, line: str) -> tuple[str, ...]:
        span = {"contract": "", "cycle": self.facts.start.isoformat()}
        return "used", discount.id, line, span.get(discount.limit_per, self.facts.close.isoformat())

    def _remember(self, discount: Discount, line: str, total: Fraction, rest: Fraction) -> None:
        remembered = self.facts.remembered
        if discount.limit is not None:
            key = self._used_key(discount, line)
            remembered[key] = remembered.get(key, ZERO) + total
        if discount.carries:
            remembered["carried", discount.id, line] = rest

    def _charge(
        self, discount: Discount, line: str, total: Fraction, offers: Sequence[Offer]
    ) -> Charge:
        steps = [Step(offer.words, offer.at) for offer in offers]
        steps += [Step(f"{one.percent}% in this tier", one.at) for o in offers for one in o.tiers]
        if discount.limit is not None and not self._left(discount, line):
            words = f"held to the limit of {discount.limit} per {discount.limit_per}"
            steps.append(Step(words, discount.at))
        rest = self.facts.remembered.get(("carried", discount.id, line), ZERO)
        if rest:
            steps.append(Step(f"{show_amount(rest)} are carried over", discount.at))
        return Charge(
            key=f"discount:{discount.id}" + (f":{line}" if line else ""),
            section=Section.DISCOUNTS if discount.applies == "before" else Section.AFTER_TAX,
            record=discount.id,
            title=discount.title or discount.id,
            at=discount.at,
            supplied=self.facts.close,
            line=line,
            detail=offers[-1].rate,
            formula=" + ".join(offer.words for offer in offers),
            exact=-total,
            amount=-total,
            net=ZERO,
            steps=tuple(steps),
        )


def _coupon(discount: Discount, lines: Sequence[Line], facts: BillFacts) -> date | None:
    """Since when any of the lines holds the discount's coupon; None where none does.

    A line holds it as an item of that name, from and until its dates, or always by its attribute
    `coupon`.
    """
    found = []
    for line in lines:
        if line.attributes.get("coupon") == discount.code:
            found.append(facts.taken_up or facts.start)
        found += [
            one.start
            for one in line.items
            if one.item == discount.code
            and one.start <= facts.close
            and (one.end is None or one.end > facts.start)
        ]
    return min(found, default=None)
