"""W552 and W553: discounts that take off more than there is.

A discount never makes a charge negative, so what it takes off beyond is lost without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.matching import exclusive_conditions, name_the_same
from ratedsl.plan.model import Discount, Expectation, Fee, Given, PlanTest, Test
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import seen_of
from ratedsl.proofs.words import money

_MOST = 4
"""So many discounts are looked at together."""


def prove_discounts_fit(ground: Ground) -> Iterator[Finding]:
    """One finding for each group of discounts over 100 %, and each amount beyond its fees."""
    adding = [one for one in ground.plan.discounts if one.stacks == "added" and one.steps]
    said: set[str] = set()
    for size in range(2, _MOST + 1):
        for group in _excessive(ground, adding, size, said):
            total = sum((_percent(one) for one in group), Decimal(0))
            said |= {one.id for one in group}
            last = max(group, key=lambda one: (one.order or 0, one.id))
            others = [one for one in group if one is not last]
            yield Finding(
                Diagnostic(
                    "W552",
                    f"{' and '.join(f'`{one.id}`' for one in group)} take off "
                    f"{total.normalize():f}% together",
                    last.at,
                    f"{_percent(last).normalize():f}% on top",
                    "lower one, let them be `stacks multiplied`, or exclude one by `when`",
                    tuple(Label(one.at, f"{_percent(one).normalize():f}%") for one in others),
                ),
                _bill(ground, group),
            )
    for discount in ground.plan.discounts:
        yield from _beyond(ground, discount)


def _excessive(
    ground: Ground, adding: Sequence[Discount], size: int, said: set[str]
) -> Iterator[list[Discount]]:
    """Groups of so many that are over 100 % together, of discounts that are not `said`.

    A group is given up as soon as two of it never meet, or the highest that are left cannot
    bring it over 100 %: of a thousand discounts there are ever so many groups.
    """
    adding = [one for one in adding if one.id not in said]
    percents = [_percent(one) for one in adding]
    # The most that one to `size` of the discounts from each on can take off.
    most = [[Decimal(0)] * (size + 1) for _ in range(len(adding) + 1)]
    highest: list[Decimal] = []
    for index in range(len(adding) - 1, -1, -1):
        highest = sorted((*highest, percents[index]), reverse=True)[:size]
        most[index] = [sum(highest[:count], Decimal(0)) for count in range(size + 1)]

    def grow(group: list[Discount], total: Decimal, start: int) -> Iterator[list[Discount]]:
        if len(group) == size:
            if total > 100:
                yield group
            return
        left = size - len(group)
        for index in range(start, len(adding)):
            if total + most[index][left] <= 100 or not said.isdisjoint(one.id for one in group):
                return
            one = adding[index]
            if one.id not in said and all(_together(ground, other, one) for other in group):
                yield from grow([*group, one], total + percents[index], index + 1)

    yield from grow([], Decimal(0), 0)


def _percent(discount: Discount) -> Decimal:
    return max(
        (one.percent for one in discount.steps if one.percent is not None), default=Decimal(0)
    )


def _together(ground: Ground, one: Discount, two: Discount) -> bool:
    """Whether one bill can have both off one charge."""
    return (
        one.applies == two.applies
        and name_the_same(ground.plan, one.of, two.of)
        and not exclusive_conditions(one.conditions, two.conditions)
        and any(
            (a.period.end is None or b.period.start is None or b.period.start < a.period.end)
            and (b.period.end is None or a.period.start is None or a.period.start < b.period.end)
            for a in one.steps
            for b in two.steps
        )
    )


def _beyond(ground: Ground, discount: Discount) -> Iterator[Finding]:
    """An amount off fees that all together are less, for the same holder."""
    fees = {fee.id: fee for fee in ground.plan.fees}
    for step in discount.steps:
        if step.amount is None or discount.carries or not step.of:
            continue
        named = [fees.get(name) for name in step.of]
        if None in named or "fees" in step.of:
            continue
        own = [one for one in named if one is not None and _once(one, discount)]
        if len(own) < len(named):
            continue
        most = sum(
            (
                max(a.amount for a in one.amounts) * _holders(one, discount)
                for one in own
                if one.amounts
            ),
            Decimal(0),
        )
        if not all(one.amounts for one in own) or step.amount <= most:
            continue
        currency = ground.plan.currency
        yield Finding(
            Diagnostic(
                "W553",
                f"`{discount.id}` takes {money(step.amount, currency)} off, "
                f"of {money(most, currency)} that there is",
                step.at,
                "what is more is lost",
                "lower it, let the rest be carried over, or take it off more charges",
                (Label(own[0].at, "costs less"),),
            ),
            _bill(ground, [discount]),
        )


def _holders(fee: Fee, discount: Discount) -> int:
    """How many lines pay the fee at least, of an account that has the discount."""
    if fee.scope != "line" or discount.scope == "line":
        return 1
    counts = [given.number for given in given_for(discount.conditions) if given.kind == "lines"]
    return int(counts[0] or 1) if counts else 1


def _once(fee: Fee, discount: Discount) -> bool:
    """Whether what one holder of the discount pays of the fee on a bill is known."""
    same = fee.scope == discount.scope or (fee.scope, discount.scope) == ("line", "account")
    months = all(one.span in ("month", "cycle", "once") for one in fee.amounts)
    return same and months and not fee.tiers and not fee.currency and not fee.item


def _bill(ground: Ground, group: Sequence[Discount]) -> tuple[PlanTest, ...]:
    """A bill on which all of the discounts apply, and what each takes off."""
    given = list(given_for([test for one in group for test in one.conditions]))
    given += [
        Given(kind="attribute", record="coupon", value=one.code) for one in group if one.code
    ][:1]
    starts = [step.period.start for one in group for step in one.steps if step.period.start]
    first = max([ground.times.first, *starts])
    cycle = ground.tables.cycles.after(ground.tables.cycles.on(first))
    # What is charged once stands on the bill of the day on which the line begins.
    named = {name for one in group for name in one.of}
    at_once = any(
        amount.span == "once"
        for fee in ground.plan.fees
        if fee.id in named
        for amount in fee.amounts
    )
    bill = cycle.start if at_once else cycle.end
    if not any(one.kind == "tenure" for one in given):
        given.append(Given(kind="started", day=cycle.start))
    test = PlanTest(
        title="what the discounts take off together" if len(group) > 1 else "what it takes off",
        given=tuple(given),
        bills=(bill,),
    )
    seen = seen_of(ground.tables, test)
    if seen is None or bill not in seen.invoices:
        return ()
    rows = seen.invoices[bill].items
    expected = tuple(
        Expectation(
            what="discount",
            record=one.id,
            money=-sum((row.amount for row in rows if row.record == one.id), Decimal(0)),
            bill=bill,
        )
        for one in group
    )
    return (test.model_copy(update={"expectations": expected}),)


def given_for(tests: Iterable[Test]) -> Iterator[Given]:
    """What an account has to be so that tests hold, as far as they ask for something."""
    named: dict[str, Given] = {}
    for test in tests:
        number = test.number or Decimal(0)
        if test.operator == ">":
            number += 1
        elif test.operator == "<":
            number -= 1
        match test.attribute:
            case "tenure":
                found = Given(kind="tenure", number=number, value=test.unit)
            case "lines":
                found = Given(kind="lines", number=number or Decimal(1))
            case _ if test.operator in ("is", "in"):
                found = Given(kind="attribute", record=test.attribute, value=test.values[0])
            case _:
                continue
        known = named.get(test.attribute)
        if known is None or (known.number or 0) < (found.number or 0):
            named[test.attribute] = found
    yield from named.values()
