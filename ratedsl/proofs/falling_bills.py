"""W550: a bill that falls when more is held or spent: items, lines, discounts and commitments.

Each finding is a bill that the engine made twice, on both sides of a bound.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Span
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.matching import name_the_same
from ratedsl.plan.model import Commitment, Discount, DiscountTiers, Fee, Given, PlanTest, Test
from ratedsl.proofs.bills import Payer, bill_test, expecting, full_cycle, payer_of, total_of
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.discounts import given_for
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.witness import seen_of
from ratedsl.proofs.words import length, money

_ALLOW = "; if it is meant, say so: `# allow W550: the reason`"
_FEWER = f"charge by `graduated` tiers, or lower what takes so much off{_ALLOW}"
_SPENT = f"let the tiers be `graduated`, so that each part has its own percentage{_ALLOW}"
_COMMITTED = f"let the commitment count `after discounts`{_ALLOW}"
_CENT = Decimal("0.01")


def prove_bills_grow(ground: Ground) -> Iterator[Finding]:
    """One finding for each fee, discount and commitment: the first bound at which a bill falls."""
    for fee in ground.plan.fees:
        yield from itertools.islice(_items(ground, fee), 1)
    yield from _lines(ground)
    for discount in ground.plan.discounts:
        if discount.tiers is not None and discount.tiers.mode == "volume":
            yield from itertools.islice(_spent(ground, discount, discount.tiers), 1)
    for commitment in ground.plan.commitments:
        if commitment.counting == "before" and commitment.span == "cycle":
            yield from itertools.islice(_committed(ground, commitment), 1)


# ---- items and lines ----------------------------------------------------------------------------


def _items(ground: Ground, fee: Fee) -> Iterator[Finding]:
    """A fee by volume of which one thing more makes all of them cheaper than it costs."""
    if fee.tier_mode != "volume" or fee.scope != "item":
        return
    given = tuple(given_for(fee.conditions))
    for tier, after in itertools.pairwise(fee.tiers):
        cycle = full_cycle(
            ground, max(after.period.start or ground.times.first, ground.times.first)
        )
        if tier.limit is None or cycle is None:
            continue
        few, many = (
            bill_test(
                f"what {number} {fee.item} cost",
                cycle,
                (*given, Given(kind="held", number=Decimal(number), record=fee.item)),
            )
            for number in (tier.limit, tier.limit + 1)
        )
        names = str(tier.limit), f"{tier.limit + 1} {fee.item}"
        at = after.at if after.at.line else fee.at
        yield from _fall(ground, few, many, names, (at, f"falls above {tier.limit}", _FEWER))


def _lines(ground: Ground) -> Iterator[Finding]:
    """Bills of so many lines, and of one more, where a discount or a fee looks at their number."""
    told: set[Span | int] = set()
    for number, at, given in sorted(_line_bounds(ground), key=lambda one: one[:2]):
        cycle = full_cycle(ground, ground.times.first)
        if number < 2 or told & {at, number} or cycle is None or _surely_more(ground, number):
            continue
        few, many = (
            bill_test(
                f"what {count} lines cost",
                cycle,
                (*given, Given(kind="lines", number=Decimal(count))),
            )
            for count in (number - 1, number)
        )
        names = str(number - 1), f"{number} lines"
        where = at, f"falls with line {number}", _FEWER
        for finding in _fall(ground, few, many, names, where):
            told |= {at, number}
            yield finding


def _surely_more(ground: Ground, number: int) -> bool:
    """Whether the fees of one line more are beyond all that discounts can take off with it.

    So that most plans need no bill to be made. What taxes add to either side is at most as much
    again.
    """
    fees = [fee for fee in ground.plan.fees if fee.scope == "line"]
    if any(fee.tiers or fee.conditions or fee.currency for fee in fees):
        return False
    each = sum((_least_of(fee) for fee in fees), Decimal(0))
    most = sum((max(one.amount for one in fee.amounts) for fee in ground.plan.fees), Decimal(0))
    off = shares = Decimal(0)
    for discount in ground.plan.discounts:
        percent = max((one.percent or Decimal(0) for one in discount.steps), default=Decimal(0))
        shares += percent / 100 if discount.tiers is None else 1
        if any(one.attribute == "lines" for one in discount.conditions):
            amount = max((one.amount or Decimal(0) for one in discount.steps), default=Decimal(0))
            off += percent / 100 * most * number + amount * number
    return 2 * off < each * max(Decimal(0), 1 - shares)


def _least_of(fee: Fee) -> Decimal:
    """What a line pays of the fee on each bill at least."""
    if fee.waived or any(one.span not in ("month", "cycle") for one in fee.amounts):
        return Decimal(0)
    least = min(one.amount for one in fee.amounts)
    return least if fee.reduced is None else min(least, fee.reduced)


def _line_bounds(ground: Ground) -> Iterator[tuple[int, Span, tuple[Given, ...]]]:
    """Each number of lines from which on something changes, and what else it asks for."""
    plan = ground.plan
    records: tuple[Discount | Fee, ...] = (*plan.discounts, *plan.fees)
    for record in records:
        others = [one for one in record.conditions if one.attribute != "lines"]
        given = [*given_for(others)]
        if isinstance(record, Discount) and record.code:
            given.append(Given(kind="attribute", record="coupon", value=record.code))
        for test in record.conditions:
            if test.attribute == "lines":
                for number in _turns(test):
                    yield number, record.at, tuple(given)
        if isinstance(record, Fee) and record.scope == "line" and record.tier_mode == "volume":
            for tier in record.tiers:
                if tier.limit is not None:
                    yield tier.limit + 1, record.at, tuple(given)


def _turns(test: Test) -> tuple[int, ...]:
    number = int(test.number if test.number is not None else (test.values or ("0",))[0])
    if test.operator in (">=", "<"):
        return (number,)
    return (number + 1,) if test.operator in (">", "<=") else (number, number + 1)


# ---- what is spent ------------------------------------------------------------------------------


def _spent(ground: Ground, discount: Discount, tiers: DiscountTiers) -> Iterator[Finding]:
    """A discount that takes a larger share of all, once so much is spent or used."""
    cycle, payer = _scene(ground, discount, tiers.of, tiers.dimension)
    if cycle is None or payer is None:
        return
    given = _given_of(discount)
    fees = Decimal(0) if tiers.dimension else _charged(ground, tiers.of, cycle, given)
    step = _step(ground)
    for tier, after in itertools.pairwise(tiers.tiers):
        if tier.bound is None or after.percent <= tier.percent:
            continue
        if tiers.dimension:
            low = int(tier.bound) - (not tier.inclusive)
            pair = low, low + 1
            shown = length(int(tier.bound), tiers.dimension, ground.units)
        else:
            left = tier.bound - fees
            low = payer.most(left, inclusive=tier.inclusive)
            pair = low, payer.least(left + step if tier.inclusive else left)
            shown = money(tier.bound, ground.plan.currency)
        where = tier.at, f"more is taken off all above {shown}", _SPENT
        yield from _more_used(ground, payer, pair, cycle, given, where)


def _committed(ground: Ground, commitment: Commitment) -> Iterator[Finding]:
    """A commitment that counts charges before discounts: up to it, more usage is more discount."""
    for amount in commitment.amounts:
        for discount in ground.plan.discounts:
            if not discount.in_percent or not name_the_same(ground.plan, discount.of, amount.of):
                continue
            of = [
                rate.id
                for rate in ground.plan.rates
                if _in_both(ground, rate.id, discount, amount.of)
            ]
            cycle, payer = _scene(ground, discount, of, "")
            if cycle is None or payer is None:
                continue
            given = _given_of(discount)
            left = amount.amount - _charged(ground, amount.of, cycle, given)
            where = amount.at, "what is missing is counted before the discount", _COMMITTED
            pair = 0, payer.most(left, inclusive=True)
            related = (Label(discount.at, "takes more off, the more is used"),)
            yield from _more_used(ground, payer, pair, cycle, given, where, related)


def _in_both(ground: Ground, rate: str, discount: Discount, of: Sequence[str]) -> bool:
    return name_the_same(ground.plan, [rate], discount.of) and name_the_same(
        ground.plan, [rate], of
    )


def _scene(
    ground: Ground, discount: Discount, of: Sequence[str], dimension: str
) -> tuple[BillCycle | None, Payer | None]:
    starts = [one.period.start for one in discount.steps if one.period.start is not None]
    day = max(ground.times.first, min(starts, default=ground.times.first))
    return full_cycle(ground, day), payer_of(ground, of, dimension) if of else None


def _given_of(discount: Discount) -> tuple[Given, ...]:
    given = [*given_for(discount.conditions)]
    if discount.code:
        given.append(Given(kind="attribute", record="coupon", value=discount.code))
    return tuple(given)


def _charged(
    ground: Ground, of: Sequence[str], cycle: BillCycle, given: Sequence[Given]
) -> Decimal:
    """What a bill without usage holds of the charges named."""
    seen = seen_of(ground.tables, bill_test("x", cycle, given))
    if seen is None or cycle.end not in seen.invoices:
        return Decimal(0)
    fees = {fee.id for fee in ground.plan.fees if name_the_same(ground.plan, [fee.id], of)}
    rows = seen.invoices[cycle.end].items
    return sum((row.amount for row in rows if row.record in fees), Decimal(0))


def _step(ground: Ground) -> Decimal:
    rounding = ground.plan.rounding_for("item")
    return _CENT if rounding is None else rounding.quantum


def _more_used(
    ground: Ground,
    payer: Payer,
    pair: tuple[int, int],
    cycle: BillCycle,
    given: Sequence[Given],
    where: tuple[Span, str, str],
    related: tuple[Label, ...] = (),
) -> Iterator[Finding]:
    """The bills of two quantities of one kind of usage."""
    if pair[0] < 0 or pair[1] <= pair[0]:
        return
    used = [payer.using(quantity, cycle) for quantity in pair]
    if None in used:
        return
    dimension = ground.units.dimension_of(payer.rate.match.service)
    names = [
        f"{quantity} events"
        if payer.rate.basis == "event"
        else length(quantity, dimension, ground.units)
        if quantity
        else "none"
        for quantity in pair
    ]
    few, many = (
        bill_test(f"what {name} of `{payer.rate.id}` cost", cycle, given, usage or ())
        for name, usage in zip(names, used, strict=True)
    )
    shown = names[0], f"{names[1]} of `{payer.rate.id}`"
    yield from _fall(ground, few, many, shown, where, related)


def _fall(
    ground: Ground,
    few: PlanTest,
    many: PlanTest,
    names: tuple[str, str],
    where: tuple[Span, str, str],
    related: tuple[Label, ...] = (),
) -> Iterator[Finding]:
    """A finding where the second bill comes to less than the first."""
    much, less = total_of(ground, few), total_of(ground, many)
    if much is None or less is None or less >= much:
        return
    at, label, remedy = where
    currency = ground.plan.currency
    yield Finding(
        Diagnostic(
            "W550",
            f"{names[1]} cost less than {names[0]}: "
            f"{money(less, currency)} against {money(much, currency)} on one bill",
            at,
            label,
            remedy,
            related,
        ),
        (expecting(few, much), expecting(many, less)),
    )
