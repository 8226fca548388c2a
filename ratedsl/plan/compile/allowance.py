"""`allowance` and `cap` records become an Allowance and a Cap."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.proration import compile_proration
from ratedsl.plan.compile.rate import compile_match, compile_order
from ratedsl.plan.judge import Judge
from ratedsl.plan.units import EVENT


def compile_allowance(judge: Judge, record: ast.Record) -> model.Allowance | None:
    """The allowance, or None where what it grants or covers is not known."""
    grants, scope, span, dimension = _grants(judge, record)
    covers = _covers(judge, record, dimension)
    draws = _setting(
        judge,
        record,
        "draws",
        "`draws billed units` or `draws actual units`: "
        "whether it pays for whole increments or for what was used",
    )
    kind = judge.choice(draws.words[0], ("billed", "actual"), "kind of units") if draws else None
    ends = _setting(
        judge,
        record,
        "ends",
        "`ends split` or `ends whole event`: what happens to the event in which it runs out",
    )
    after = _after(judge, record, dimension)
    _, proration = compile_proration(judge, record)
    setup = _optional(judge, record, "setup")
    waived = judge.choice(setup.words[0], ("waived", "charged"), "fate") if setup else "waived"
    step = judge.quantity(draws.value, dimension, "this") if draws and draws.value else 1
    if not (covers and grants and kind and ends and after and waived):
        return None
    return model.Allowance(
        id=record.name,
        title=record.title,
        dimension=dimension,
        addon=record.addon,
        scope=cast(Any, scope),
        grants=grants,
        covers=covers,
        span=cast(Any, span),
        proration=proration,
        pooled=_pooled(judge, record, scope),
        limit_per_line=_limit(judge, record, dimension),
        draws=cast(Any, kind),
        step=step or 1,
        ends=cast(Any, ends.variant),
        setup=cast(Any, waived),
        rollover=_rollover(judge, record, dimension, span),
        after=after,
        order=compile_order(judge, record),
        at=record.span,
    )


def _covers(judge: Judge, record: ast.Record, dimension: str) -> tuple[model.Covers, ...]:
    facts = [fact for fact in record.facts if isinstance(fact, ast.Covers)]
    if not facts:
        judge.missing(record, "covers", "say what it may be used for: `covers data`")
    covers: list[model.Covers] = []
    for fact in facts:
        match = compile_match(judge, fact.match)
        window = (judge.name(fact.window, ("window",), "window") or "") if fact.window else ""
        if match is None:
            continue
        own = judge.units.dimension_of(match.service)
        counted: int | None = 1
        drawn: int | None = 1
        if fact.factor is not None:
            counted = judge.quantity(fact.factor[0], own, f"`{match.service}`")
            drawn = judge.quantity(fact.factor[1], dimension, "this allowance")
        elif dimension and own != dimension:
            judge.report(
                "E304",
                f"`{match.service}` is not counted in what this allowance grants",
                fact.match.span,
                f"say how it counts: `covers {match.service} counting 1 message as 1 min`, or "
                "give it an allowance of its own",
            )
            continue
        if counted and drawn:
            covers.append(
                model.Covers(match=match, window=window, counted=counted, drawn=drawn, at=fact.span)
            )
    return tuple(covers)


def _grants(judge: Judge, record: ast.Record) -> tuple[tuple[model.Grant, ...], str, str, str]:
    """The grants, who holds them, how often they come, and what they count."""
    facts = [fact for fact in record.facts if isinstance(fact, ast.Grant)]
    if not facts:
        judge.missing(record, "grant", "say how much it gives: `grant 500 min per cycle`")
    grants = []
    scope, span, dimension = "line", "cycle", ""
    for fact, period in judge.timeline(facts, "grants"):
        span = judge.choice(fact.per, ("cycle", "day"), "span of a grant") or span
        if fact.who is not None:
            scope = judge.choice(fact.who, ("line", "account"), "holder of an allowance") or scope
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
    return tuple(grants), scope, span, dimension


def _optional(judge: Judge, record: ast.Record, keyword: str) -> ast.Setting | None:
    facts = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == keyword]
    return judge.one(record, facts, keyword)


def _pooled(judge: Judge, record: ast.Record, scope: str) -> bool:
    fact = _optional(judge, record, "pooled")
    if fact is None or judge.choice(fact.words[0], ("account",), "pool") is None:
        return False
    if scope == "account":
        judge.report(
            "E311",
            "a grant per account is shared already",
            fact.span,
            "let each line grant its own: take `per account` out of the grant",
        )
    return True


def _limit(judge: Judge, record: ast.Record, dimension: str) -> int | None:
    fact = _optional(judge, record, "limit")
    if fact is None or fact.value is None:
        return None
    judge.choice(fact.words[0], ("line",), "member of a pool")
    return judge.quantity(fact.value, dimension, "this allowance")


def _setting(judge: Judge, record: ast.Record, keyword: str, help_text: str) -> ast.Setting | None:
    facts = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == keyword]
    fact = judge.one(record, facts, keyword)
    if fact is None:
        judge.missing(record, keyword, f"add {help_text}")
    return fact


def _after(judge: Judge, record: ast.Record, dimension: str) -> model.After | None:
    facts = [fact for fact in record.facts if isinstance(fact, ast.After)]
    fact = judge.one(record, facts, "after")
    if fact is None:
        judge.missing(
            record,
            "after",
            "add `after own rate`, `after blocked`, or a price: what "
            "usage costs once it is used up",
        )
        return None
    price = None
    if fact.price is not None:
        judged = (
            judge.unit_price(fact.price, dimension or EVENT, "what it covers")
            if dimension
            else None
        )
        if judged is None:
            return None
        price, basis = judged
        if basis == "event":
            judge.report(
                "E304",
                "the price after an allowance is per unit of what it covers",
                fact.price.unit.span,
                "write a price per unit, or `after own rate`",
            )
            return None
    return model.After(kind=cast(Any, fact.kind), price=price, at=fact.span)


def _rollover(judge: Judge, record: ast.Record, dimension: str, span: str) -> model.Rollover | None:
    facts = [fact for fact in record.facts if isinstance(fact, ast.Rollover)]
    fact = judge.one(record, facts, "rollover")
    if fact is None:
        return None
    if span == "day":
        judge.report(
            "E311",
            "what is granted each day does not roll over",
            fact.span,
            "take this out, or grant per cycle",
        )
        return None
    cycles = judge.whole(fact.count, 1, 60, "the life of a rollover in cycles")
    judge.choice(fact.span_word, ("cycle", "cycles"), "span of a rollover")
    limit = judge.quantity(fact.limit, dimension, "what it covers") if fact.limit else None
    used = judge.choice(fact.used, ("first", "last"), "order of use") if fact.used else None
    if fact.used is None:
        judge.report(
            "E316",
            "this does not say when rolled-over units are used",
            fact.span,
            "add `, used first` or `, used last`",
        )
    if cycles is None or used is None:
        return None
    return model.Rollover(cycles=cycles, limit=limit, used=cast(Any, used), at=fact.span)
