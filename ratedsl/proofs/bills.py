"""Bills that proofs have the engine make: one full cycle of a line that has just begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Expectation, Given, PlanTest, Rate
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.witness import Usage, seen_of
from ratedsl.rating.pricing import billed_units, cost, increments_in

_MOST_EVENTS = 2_000
"""So many events of one kind are put on a bill at most."""


def full_cycle(ground: Ground, day: date) -> BillCycle | None:
    """The first whole cycle from a day on; None where each account has cycles of its own."""
    if ground.plan.cycle.from_activation:
        return None
    cycles = ground.tables.cycles
    return cycles.after(cycles.on(day))


def bill_test(
    title: str, cycle: BillCycle, given: Sequence[Given], usage: Sequence[Usage] = ()
) -> PlanTest:
    """A test that makes the bill of a cycle, with which the lines begin."""
    of_usage = [one for used in usage for one in used.given]
    stated = dict.fromkeys((Given(kind="started", day=cycle.start), *given, *of_usage))
    if any(one.kind == "tenure" for one in stated):
        stated = dict.fromkeys(one for one in stated if one.kind != "started")
    return PlanTest(
        title=title,
        given=tuple(stated),
        events=tuple(one.event() for one in usage),
        bills=(cycle.end,),
    )


def total_of(ground: Ground, test: PlanTest) -> Decimal | None:
    """What the bill of a test comes to, taxes included; None where it cannot be made."""
    seen = seen_of(ground.tables, test)
    if seen is None or test.bills[0] not in seen.invoices:
        return None
    return seen.invoices[test.bills[0]].total


def expecting(test: PlanTest, total: Decimal) -> PlanTest:
    """The test with the total that its bill has."""
    expected = Expectation(what="total", money=total, bill=test.bills[0])
    return test.model_copy(update={"expectations": (expected,)})


class Payer:
    """A rate whose usage alone can bring a sum of charges to an amount."""

    def __init__(self, rate: Rate, usage: Usage) -> None:
        self.rate = rate
        self.usage = usage
        self._price = rate.prices[0].price

    def spent(self, quantity: int) -> Decimal:
        """What so much usage costs, rounded down to where it has an end."""
        if self.rate.basis == "event":
            return self._price.amount * quantity
        units = max(quantity, self.rate.minimum_units) if quantity else 0
        charge = cost(self._price, billed_units(units, increments_in(self.rate, "")))
        return Decimal(charge.numerator) / Decimal(charge.denominator)

    def most(self, amount: Decimal, *, inclusive: bool) -> int:
        """The largest quantity that costs up to an amount, or less than it."""

        def fits(quantity: int) -> bool:
            spent = self.spent(quantity)
            return spent <= amount if inclusive else spent < amount

        if not fits(0):
            return -1
        high = 1
        while fits(high):
            high *= 2
        low = 0
        while low + 1 < high:
            middle = (low + high) // 2
            low, high = (middle, high) if fits(middle) else (low, middle)
        return low

    def least(self, amount: Decimal) -> int:
        """The smallest quantity that costs at least an amount."""
        return self.most(amount, inclusive=False) + 1

    def using(self, quantity: int, cycle: BillCycle) -> list[Usage] | None:
        """So much usage in the cycle; None where that is too many events."""
        if not quantity:
            return []
        usage = self.usage.at(cycle.start)
        if self.rate.basis != "event":
            return [usage.of(quantity)]
        if quantity > _MOST_EVENTS:
            return None
        return [replace(usage, times=quantity)]


def payer_of(ground: Ground, of: Sequence[str], dimension: str = "") -> Payer | None:
    """A plain rate among the charges named, whose usage no allowance pays and no cap holds."""
    every = {"usage", "charges"} & {*of}
    for rate in ground.plan.rates:
        if not (every or rate.id in of) or not _plain(rate):
            continue
        if dimension and ground.units.dimension_of(rate.match.service) != dimension:
            continue
        cell = ground.cell_of(rate)
        if cell is not None and not cell.included and not cell.chosen.caps:
            return Payer(rate, cell.usage)
    return None


def _plain(rate: Rate) -> bool:
    """Whether it has one price, whatever the time, the number or the event before."""
    special = rate.tiers or rate.deck or rate.matrix or rate.free or rate.fees or rate.maximum
    other = rate.currency or rate.adds_to or rate.of or rate.minimum is not None
    if special or other or len(rate.prices) != 1 or len(rate.increments) > 1:
        return False
    (price,) = rate.prices
    undated = price.period.start is None and price.period.end is None
    return undated and not price.window and not price.price.percent and price.price.amount > 0
