"""The `tiers` and `tier` facts of a rate become its tiers."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.holder import compile_holder
from ratedsl.plan.compile.price import PriceCompiler, as_event
from ratedsl.plan.units import EVENT, MONEY, MONEY_PARTS, SPANS

MODES = ("graduated", "volume", "package", "stair-step")


def compile_tiers(prices: PriceCompiler) -> model.Tiers | None:
    """The rate's tiers, or None where it has none that can be used."""
    judge, record = prices.judge, prices.record
    tier_facts = record.facts_of(ast.Tier)
    heads = record.facts_of(ast.Tiers)
    head = judge.one(record, heads, "tiers")
    if head is None:
        if tier_facts:
            judge.missing(
                record,
                "tiers",
                "say how the tiers are read: `tiers graduated per cycle counting all usage`",
            )
        return None
    mode = judge.choice(head.mode, MODES, "kind of tiers")
    span = judge.choice(as_event(head.per), SPANS, "span of tiers")
    held = compile_holder(judge, head.who, head.pool, head, "holder of tiers")
    counting = judge.choice(head.counting, ("all", "uncovered"), "usage to count")
    tiers = _tier_list(prices, tier_facts)
    if not tier_facts:
        judge.missing(record, "tier", "add `tier up to Q PRICE` and `tier above PRICE`")
    if not (mode and span and held and counting and tiers):
        return None
    several = next((tier for tier in tiers if tier.also), None)
    if several is not None and mode != "stair-step":
        judge.report(
            "E311",
            f"{mode} tiers count one measure",
            several.at,
            "read them as `stair-step`, or keep one bound",
        )
    if mode == "stair-step":
        _check_steps(prices, tiers)
    if mode == "package":
        tiers = [_in_packages(prices, tier) for tier in tiers]
    return model.Tiers(
        mode=cast(Any, mode),
        span=cast(Any, span),
        who=cast(Any, held[0]),
        pool=held[1],
        counting=cast(Any, counting),
        tiers=tuple(tiers),
        at=head.span,
    )


def _check_steps(prices: PriceCompiler, tiers: Sequence[model.Tier]) -> None:
    """A step has one price for all that reaches it."""
    for tier in tiers:
        if tier.price is not None:
            prices.judge.report(
                "E311",
                "a step has a flat amount and no unit price",
                tier.at,
                "write `MONEY flat`, or read the tiers as `volume`",
            )


def _in_packages(prices: PriceCompiler, tier: model.Tier) -> model.Tier:
    """The tier priced by begun blocks, which its prices need not say each."""
    price = tier.price
    if price is None:
        return tier
    if price.block not in ("", "started"):
        prices.judge.report(
            "E311",
            f"a package is charged once begun, and not per {price.block} one",
            tier.at,
            "leave the word out, or read the tiers as `graduated`",
        )
    return tier.model_copy(update={"price": price.model_copy(update={"block": "started"})})


def _tier_list(prices: PriceCompiler, facts: Sequence[ast.Tier]) -> list[model.Tier]:
    # By what the bound comes to: `up to 1 GB` and `up to 1000 MB` are one tier.
    by_bound: dict[tuple[str, int | None], list[ast.Tier]] = defaultdict(list)
    for fact in facts:
        by_bound[fact.bound.kind, _bound(prices, fact.bound)].append(fact)
    tiers = []
    for (_, limit), same in by_bound.items():
        bound = same[0].bound
        ends = f" {bound.value.number.text} {bound.value.unit.text}" if bound.value else ""
        for fact, period in prices.judge.timeline(same, f"tiers `{bound.kind}{ends}`"):
            price = prices.unit_price(fact, fact.price) if fact.price else None
            if fact.percent is not None:
                price = _percentage(prices, fact, fact.percent)
            flat = prices.judge.money(fact.flat.money) if fact.flat else None
            priced = fact.price is not None or fact.percent is not None
            if (priced and price is None) or (fact.flat and flat is None):
                continue
            tiers.append(
                model.Tier(
                    bound=limit,
                    inclusive=bound.kind != "below",
                    price=price,
                    flat=flat or Decimal(0),
                    flat_at_zero=bool(fact.flat and fact.flat.at_zero),
                    rejected=fact.rejected,
                    also=_other_bounds(prices, fact.bound),
                    period=period,
                    at=fact.span,
                )
            )
    tiers.sort(key=lambda tier: (tier.bound is None, tier.bound or 0, tier.inclusive))
    _check_shape(prices, tiers, facts)
    return tiers


def _percentage(
    prices: PriceCompiler, fact: ast.Tier, percent: ast.Number
) -> model.UnitPrice | None:
    """A share of the value that the tiers count."""
    value = prices.judge.number(percent)
    if prices.dimension != MONEY:
        prices.judge.report(
            "E304",
            "a percentage is of an amount of money, which these tiers do not count",
            percent.span,
            "count one: `tiers graduated of ATTR per cycle ...`, with `attribute ATTR money`",
        )
        return None
    if value is None:
        return None
    prices.bases.setdefault("quantity", fact)
    text = f"{percent.text}% of {prices.of}"
    return model.UnitPrice(amount=value / 100, per=MONEY_PARTS, text=text, at=fact.span)


def _other_bounds(prices: PriceCompiler, bound: ast.Bound) -> tuple[tuple[str, int], ...]:
    """The bounds of a step on other measures: the attributes that are counted in their units."""
    judge, found = prices.judge, []
    for value in bound.also:
        unit = judge.unit(value.unit)
        if unit is None:
            continue
        names = [
            one.name
            for one in judge.attributes.get(prices.service, ())
            if one.kind == "quantity" and judge.units.by_name[one.unit].dimension == unit.dimension
        ]
        if len(names) != 1:
            judge.report(
                "E304",
                f"`{unit.name}` measures {len(names) or 'no'} attributes of `{prices.service}`",
                value.unit.span,
                "give the service one attribute in that unit: `attribute NAME in UNIT`",
            )
            continue
        units = judge.quantity(value, unit.dimension, f"`{names[0]}`")
        if units is not None:
            found.append((names[0], units))
    return tuple(found)


def _bound(prices: PriceCompiler, bound: ast.Bound) -> int | None:
    if bound.value is None:
        return None
    judge = prices.judge
    if prices.dimension == MONEY:
        money = judge.money(bound.value)
        return int(money * MONEY_PARTS) if money is not None else 0
    unit = judge.units.by_name.get(bound.value.unit.text)
    if unit is not None and unit.dimension == EVENT != prices.dimension:
        prices.bases.setdefault("event", ast.Fact("tier", bound.span))
        return judge.quantity(bound.value, EVENT, "a number of events") or 0
    return judge.quantity(bound.value, prices.dimension, f"`{prices.service}`") or 0


def _check_shape(prices: PriceCompiler, tiers: list[model.Tier], facts: Sequence[ast.Tier]) -> None:
    judge, record = prices.judge, prices.record
    if facts and not any(fact.bound.kind == "above" for fact in facts) and not record.broken:
        last = max(facts, key=lambda fact: fact.span)
        judge.report(
            "E306",
            f"the tiers of `{record.name}` say nothing about usage above the last",
            last.span,
            "add `tier above PRICE`, or `tier above rejected`",
        )
    for before, after in itertools.pairwise(tiers):
        same = before.bound is not None and before.bound == after.bound
        if same and before.inclusive != after.inclusive:
            judge.report(
                "E307",
                "two tiers end at the same bound",
                after.at,
                "keep either `below` or `up to`",
                related=[Label(before.at, "the other one")],
            )
