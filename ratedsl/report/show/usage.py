"""Rates and costs in plain text: which usage, how it is counted, and every price."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.plan.model import FreeFirst, Increments, Limit, Plan, Price, Rate, Tier, Tiers
from ratedsl.plan.units import EVENT, MONEY
from ratedsl.report.show.words import (
    Rows,
    dated,
    in_window,
    match_words,
    money,
    named,
    ordered,
    paid_words,
    when,
)

_ACROSS = {
    "carry": "each part at the price of its window, increments carried on",
    "restart": "each part at the price of its window, increments begun anew",
    "start": "all of it at the price of the window in which it starts",
}
_THEN = {"authorisation": "limits authorisation only"}


def rate_rows(rate: Rate, plan: Plan) -> Rows:
    """All that a rate says."""
    head = f"{named(rate.title, rate.id)}: {match_words(rate.match)}"
    return [head, *_Rate(rate, plan).rows()]


def cost_rows(cost: Rate, plan: Plan) -> Rows:
    """All that a cost says, and between whom it flows."""
    head, *rest = rate_rows(cost, plan)
    return [head, *paid_words(cost.payer, cost.payee), *rest]


class _Rate:
    def __init__(self, rate: Rate, plan: Plan) -> None:
        self.rate = rate
        self.plan = plan
        self.currency = rate.currency or plan.currency
        self.measures = plan.measures()
        self.dimension = self.measures.dimension_of(rate.match.service, rate.of)
        self.by_event = rate.basis == "event"

    def rows(self) -> Iterator[str]:
        rate = self.rate
        yield from when(rate.conditions)
        yield from ordered(rate.order)
        yield from self.counting()
        yield from map(self.increments, rate.increments)
        yield from map(self.free, rate.free)
        for fee in rate.fees:
            amount = f"{money(fee.amount, self.currency)} {fee.kind} fee{in_window(fee.window)}"
            yield dated(amount, fee.period)
        if rate.unanswered != "free":
            yield f"unanswered {rate.unanswered}"
        yield from map(self.price, rate.prices)
        yield from self.deck()
        yield from self.cells()
        if rate.tiers is not None:
            yield from self.tiers(rate.tiers)
        if rate.across is not None:
            yield f"across windows {_ACROSS[rate.across.mode]}"
        if rate.across_dates is not None:
            yield "across dates on which prices change: each part at the price of its own day"
        yield from self.limits()
        if rate.category:
            yield f"category: {rate.category}"
        if rate.description:
            yield f"description: {rate.description}"
        if rate.provider:
            yield f"provided by {rate.provider}"

    def counting(self) -> Iterator[str]:
        rate = self.rate
        if rate.currency:
            yield f"in {rate.currency}"
        if rate.adds_to:
            yield f"charged beside {rate.adds_to}"
        if self.by_event:
            yield "counted by event"
        if rate.of:
            yield f"measured by {rate.of}"
        if rate.grace is not None:
            yield f"up to {self.show(rate.grace)} free of charge"
        if rate.minimum_units:
            yield f"at least {self.show(rate.minimum_units)} billed"

    def show(self, amount: int) -> str:
        return self.measures.show(amount, self.dimension)

    def increments(self, one: Increments) -> str:
        blocks = " then ".join(
            self.show(step.size)
            + (f" until {self.show(step.until)}" if step.until not in (None, step.size) else "")
            for step in one.steps
        )
        words = f"billed by {one.block} {blocks}".replace("  ", " ") + in_window(one.window)
        if one.span != "event":
            words += f", on the total of a {one.span}"
        return f"{words}, the next block from its edge on" if one.edge_next else words

    def free(self, one: FreeFirst) -> str:
        if one.kind == "quantity":
            dimension = self.measures.dimension_of(self.rate.match.service, one.of)
            what = self.measures.show(int(one.amount), dimension if one.of else self.dimension)
        elif one.kind == "events":
            what = self.measures.show(int(one.amount), EVENT)
        else:
            what = money(one.amount, self.currency)
        return " ".join(f"first {what} {one.of} free per {one.span}".split())

    def price(self, one: Price) -> str:
        first = f" for the first {self.show(one.first)}" if one.first is not None else ""
        return dated(f"{one.price.text}{first}{in_window(one.window)}", one.period)

    def deck(self) -> Iterator[str]:
        deck = self.rate.deck
        if deck is None:
            return
        block = f", increments in {self.show(deck.block)}" if deck.block is not None else ""
        foreign = f" in {deck.currency}" if deck.currency else ""
        yield f"prices by prefix in {deck.file}{foreign}, {deck.unit.text}{block}"
        if deck.to:
            yield f"of it only {', '.join(deck.to)}"

    def cells(self) -> Iterator[str]:
        matrix = self.rate.matrix
        if matrix is None:
            return
        yield f"by {', '.join(matrix.attributes)}"
        for cell in matrix.cells:
            words = f"{', '.join(cell.values) or 'otherwise'}: {cell.price.text}"
            yield dated(words, cell.period)

    def tiers(self, tiers: Tiers) -> Iterator[str]:
        whose = {"account": " of the account", "pool": f" of pool {tiers.pool}"}.get(tiers.who, "")
        yield f"{tiers.mode} per {tiers.span}{whose}, counting {tiers.counting} usage"
        yield from (dated(self.tier(tier), tier.period) for tier in tiers.tiers)

    def tier(self, tier: Tier) -> str:
        word = "up to" if tier.inclusive else "below"
        dimension = EVENT if self.by_event else self.dimension
        bounds = [] if tier.bound is None else [self.measures.show(tier.bound, dimension)]
        for attribute, bound in tier.also:
            of = self.measures.dimension_of(self.rate.match.service, attribute)
            bounds.append(f"{self.measures.show(bound, of)} {self.unit_of(of)}{attribute}")
        parts = [tier.price.text] if tier.price else []
        if tier.flat:
            at_zero = ", also for no usage" if tier.flat_at_zero else ""
            parts.append(f"{money(tier.flat, self.currency)} flat{at_zero}")
        if tier.rejected:
            parts = ["rejected"]
        bound_words = f"{word} {' and '.join(bounds)}" if bounds else "above"
        return f"{bound_words}: {' plus '.join(parts)}"

    def unit_of(self, dimension: str) -> str:
        return f"{self.plan.currency} " if dimension == MONEY else ""

    def limits(self) -> Iterator[str]:
        if self.rate.minimum is not None:
            yield f"at least {self.limit(self.rate.minimum)} per event"
        maximum = self.rate.maximum
        if maximum is not None:
            then = _THEN.get(maximum.then, maximum.then)
            yield f"at most {self.limit(maximum)} per event, then {then}"

    def limit(self, one: Limit) -> str:
        return money(one.amount, self.currency)
