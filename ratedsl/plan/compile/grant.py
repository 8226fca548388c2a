"""What an allowance grants: how much, how often, to whom; stated, or sized by a formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.holder import compile_holder
from ratedsl.plan.currencies import CURRENCIES
from ratedsl.plan.judge import Judge
from ratedsl.plan.timeline import cuts

SPANS = ("cycle", "day", "week", "month", "contract")
MODES = ("up", "down", "half-up", "half-down", "half-even")


@dataclass(frozen=True, slots=True)
class Granted:
    """The grants of an allowance, and what they have in common."""

    grants: tuple[model.Grant, ...]
    dimension: str
    scope: str = "line"
    pool: str = ""
    span: str = "cycle"
    count: int = 1

    @property
    def follows_cycle(self) -> bool:
        """Whether it is granted anew in each bill cycle."""
        return self.span == "cycle" and self.count == 1


def measured(judge: Judge, value: ast.Value, dimension: str, what: str) -> int | Decimal | None:
    """A quantity of what the allowance grants, which may be money."""
    if dimension == model.MONEY:
        return judge.money(value)
    return judge.quantity(value, dimension, what)


def compile_grants(
    judge: Judge,
    record: ast.Record,
    fees: Mapping[str, model.Fee],
    taxes: Sequence[model.Tax] = (),
) -> Granted:
    """The grants, who holds them, how often they come, and what they count."""
    facts = record.facts_of(ast.Grant)
    sized = record.facts_of(ast.Sized)
    if sized and facts:
        judge.report(
            "E311",
            "this allowance is granted and sized",
            sized[0].span,
            "keep one of the two",
        )
    if sized:
        return _sized(judge, sized, fees, taxes)
    if not facts:
        judge.missing(record, "grant", "say how much it gives: `grant 500 min per cycle`")
    grants = []
    scope, pool, dimension = "line", "", ""
    spans: dict[tuple[str, int], ast.Fact] = {}
    for fact, period in judge.timeline(facts, "grants"):
        spans.setdefault(_span(judge, fact), fact)
        if fact.who is not None:
            held = compile_holder(judge, fact.who, fact.pool, fact, "holder of an allowance")
            scope, pool = held or (scope, pool)
        if fact.value.unit.text in CURRENCIES:
            money = judge.money(fact.value)
            dimension = dimension or model.MONEY
            if money is not None and dimension == model.MONEY:
                grants.append(
                    model.Grant(
                        quantity=0,
                        unit=judge.currency,
                        money=money,
                        period=period,
                        at=fact.span,
                    )
                )
            continue
        unit = judge.unit(fact.value.unit)
        if unit is None:
            continue
        dimension = dimension or unit.dimension
        quantity = judge.quantity(fact.value, dimension, "this allowance")
        if quantity is not None:
            grants.append(
                model.Grant(
                    quantity=quantity, unit=fact.value.unit.text, period=period, at=fact.span
                )
            )
    (span, count), *others = list(spans) or [("cycle", 1)]
    for other in others:
        judge.report(
            "E311",
            "the grants of an allowance come equally often",
            spans[other].span,
            "give them one span, or make two allowances",
        )
    return Granted(tuple(grants), dimension, scope, pool, span, count)


def _span(judge: Judge, fact: ast.Grant) -> tuple[str, int]:
    """How often a grant comes: each `count` of a span."""
    if fact.count is None:
        return judge.choice(fact.per, SPANS, "span of a grant") or "cycle", 1
    count = judge.whole(fact.count, 1, 1000, "a number of cycles or days") or 1
    word = judge.choice(fact.per, ("cycles", "cycle", "days", "day"), "span of a grant")
    span = (word or "cycle").rstrip("s")
    # `per 1 day` counts from the line's start, as `per 2 days` does: a local day as well.
    return span, count


def _sized(
    judge: Judge,
    facts: tuple[ast.Sized, ...],
    fees: Mapping[str, model.Fee],
    taxes: Sequence[model.Tax],
) -> Granted:
    """A grant for each date on which the formula, or the fee in it, changes."""
    grants: list[model.Grant] = []
    dimension = ""
    for fact, period in judge.timeline(facts, "sizes"):
        unit = judge.unit(fact.price.unit)
        name = judge.name(fact.fee, ("fee",), "fee")
        if unit is None or name is None:
            continue
        dimension = dimension or unit.dimension
        judged = judge.unit_price(fact.price, dimension, "what it is sized in")
        mode = judge.choice(fact.mode, MODES, "way to round")
        quantum = judge.quantity(fact.quantum, dimension, "what it is sized in")
        factor = judge.number(fact.factor)
        fee = fees.get(name)
        if judged is None or mode is None or not quantum or factor is None or fee is None:
            continue
        price, _ = judged
        if not price.amount or factor <= 0:
            judge.report(
                "E318", "a size is a positive factor over a positive price", fact.span, "correct it"
            )
            continue
        inside = _tax_inside(fee, taxes) if fact.net else None
        if inside is not None:
            judge.report(
                "E311",
                f"the net of `{fee.id}` is asked for, but tax `{inside.id}` is included in it, and "
                "may differ from line to line",
                fact.fee.span,
                "leave `net` out, and lower the factor by the tax",
            )
            continue
        for start, end, amount in _amounts(fee, period):
            exact = Fraction(factor) * Fraction(amount) * price.per / Fraction(price.amount)
            grants.append(
                model.Grant(
                    quantity=round_quantity(exact, mode, quantum),
                    unit=fact.quantum.unit.text,
                    period=model.Period(start=start, end=end),
                    at=fact.span,
                )
            )
    return Granted(tuple(grants), dimension)


def _tax_inside(fee: model.Fee, taxes: Sequence[model.Tax]) -> model.Tax | None:
    """A tax that is included in the fee, for some line at some time."""
    names = {"charges", "fees", fee.id, f"category {fee.category}"}
    for tax in taxes:
        bases = [*(one.of for one in tax.base), *(one.of for one in tax.steps)]
        if tax.added == "included" and any(names & set(base) for base in bases):
            return tax
    return None


def _amounts(
    fee: model.Fee, period: model.Period
) -> Iterator[tuple[date | None, date | None, Decimal]]:
    """The fee's amounts within a period, each with its own part of it."""
    edges = [period.start, *cuts(one.period for one in fee.amounts), period.end]
    inner = sorted(
        {
            day
            for day in edges[1:-1]
            if day is not None
            and (period.start is None or day > period.start)
            and (period.end is None or day < period.end)
        }
    )
    starts = [period.start, *inner]
    for start, end in zip(starts, [*inner, period.end], strict=True):
        first = start or date.min
        for amount in fee.amounts:
            if amount.period.holds(first):
                yield start, end, amount.amount


def round_quantity(exact: Fraction, mode: str, quantum: int) -> int:
    """A positive quantity rounded to whole quanta."""
    whole, rest = divmod(exact, quantum)
    half = 2 * rest - quantum
    up = {
        "up": rest > 0,
        "down": False,
        "half-up": half >= 0,
        "half-down": half > 0,
        "half-even": half > 0 or (half == 0 and whole % 2 == 1),
    }[mode]
    return (int(whole) + up) * quantum
