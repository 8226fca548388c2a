"""An `allowance` record becomes an Allowance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.allowance_end import compile_after, compile_rollover
from ratedsl.plan.compile.condition import compile_conditions
from ratedsl.plan.compile.grant import compile_grants, measured
from ratedsl.plan.compile.holder import named_pool
from ratedsl.plan.compile.proration import compile_proration
from ratedsl.plan.compile.rate import compile_match, compile_order
from ratedsl.plan.judge import Judge

CHARGE_SPANS = ("call", "event", "session", "day", "cycle")


def compile_allowance(
    judge: Judge,
    record: ast.Record,
    fees: Mapping[str, model.Fee],
    taxes: Sequence[model.Tax] = (),
) -> model.Allowance | None:
    """The allowance, or None where what it grants or covers is not known.

    `fees` are those of the plan, by which an allowance may be sized, and `taxes` may stand on them.
    """
    granted = compile_grants(judge, record, fees, taxes)
    dimension = granted.dimension
    covers = _covers(judge, record, dimension)
    draws = optional(judge, record, "draws")
    if dimension == model.MONEY:
        if draws is not None:
            judge.report(
                "E311",
                "an allowance of money pays what usage costs, and draws no units",
                draws.span,
                "delete this line",
            )
        kind: str | None = "billed"
    else:
        if draws is None:
            judge.missing(
                record,
                "draws",
                "add `draws billed units` or `draws actual units`: "
                "whether it pays for whole increments or for what was used",
            )
        kind = (
            judge.choice(draws.words[0], ("billed", "actual"), "kind of units") if draws else None
        )
    ends = optional(judge, record, "ends")
    if ends is None:
        judge.missing(
            record,
            "ends",
            "add `ends split` or `ends whole event`: what happens to the event in which it runs "
            "out",
        )
    after = compile_after(judge, record, dimension)
    prorated, proration = compile_proration(judge, record)
    if prorated is not None and not granted.follows_cycle:
        judge.report(
            "E311",
            "only a grant per cycle has part periods",
            prorated.span,
            "take this out, or grant per cycle",
        )
    setup = optional(judge, record, "setup")
    waived = judge.choice(setup.words[0], ("waived", "charged"), "fate") if setup else "waived"
    step = judge.quantity(draws.value, dimension, "this") if draws and draws.value else 1
    charges = _charges(judge, record)
    pooled, pool = _pooled(judge, record, granted.scope)
    rollover = compile_rollover(judge, record, dimension, follows_cycle=granted.follows_cycle)
    if not (covers and granted.grants and kind and ends and after and waived):
        return None
    return model.Allowance(
        id=record.name,
        title=record.title,
        dimension=dimension,
        addon=record.addon,
        scope=cast(Any, granted.scope),
        pool=granted.pool or pool,
        grants=granted.grants,
        covers=covers,
        span=cast(Any, granted.span),
        count=granted.count,
        proration=proration,
        pooled=pooled,
        limit_per_line=_limit(judge, record, dimension),
        draws=cast(Any, kind),
        step=step or 1,
        ends=cast(Any, ends.variant),
        setup=cast(Any, waived),
        charges=charges,
        rollover=rollover,
        after=after,
        order=compile_order(judge, record),
        at=record.span,
    )


def optional(judge: Judge, record: ast.Record, keyword: str) -> ast.Setting | None:
    """The record's one setting of a keyword, if it has it."""
    facts = record.settings(keyword)
    return judge.one(record, facts, keyword)


def _covers(judge: Judge, record: ast.Record, dimension: str) -> tuple[model.Covers, ...]:
    facts = record.facts_of(ast.Covers)
    if not facts:
        judge.missing(record, "covers", "say what it may be used for: `covers data`")
    covers: list[model.Covers] = []
    for fact in facts:
        match = compile_match(judge, fact.match)
        window = (judge.name(fact.window, ("window",), "window") or "") if fact.window else ""
        if match is None:
            continue
        tests = [ast.Condition("when", fact.span, fact.tests)] if fact.tests else []
        conditions = compile_conditions(judge, tests, match.service)
        own = judge.units.dimension_of(match.service)
        counted: int | None = 1
        drawn: int | None = 1
        if fact.factor is not None and dimension == model.MONEY:
            judge.report(
                "E311",
                "an allowance of money is drawn by what usage costs",
                fact.factor[0].span,
                "take out `counting`",
            )
        elif fact.factor is not None:
            counted = judge.quantity(fact.factor[0], own, f"`{match.service}`")
            drawn = judge.quantity(fact.factor[1], dimension, "this allowance")
        elif dimension and dimension not in (own, model.MONEY):
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
                model.Covers(
                    match=match,
                    window=window,
                    conditions=conditions,
                    counted=counted,
                    drawn=drawn,
                    at=fact.span,
                )
            )
    return tuple(covers)


def _charges(judge: Judge, record: ast.Record) -> tuple[model.AllowanceCharge, ...]:
    """What the allowance costs when it is drawn on: once an event, a day or a cycle."""
    facts = record.facts_of(ast.Setup)
    charges = []
    for fact, period in judge.timeline(facts, "setup charges"):
        span = judge.choice(fact.per, CHARGE_SPANS, "span of an allowance's setup charge")
        money = judge.money(fact.money)
        if span is not None and money is not None:
            known = "event" if span in ("call", "session") else span
            charges.append(
                model.AllowanceCharge(
                    amount=money, span=cast(Any, known), period=period, at=fact.span
                )
            )
    return tuple(charges)


def _pooled(judge: Judge, record: ast.Record, scope: str) -> tuple[bool, str]:
    """Whether the grants of lines form one balance, and of which pool (empty: the account)."""
    fact = optional(judge, record, "pooled")
    if fact is None:
        return False, ""
    who = fact.words[0]
    if len(fact.words) == 1 and ("pool", who.text) in judge.names.records:
        hint = f"write `pooled across pool {who.text}`"
        judge.unknown("E112", f"`{who.text}` is a pool, which is named as one", who, (), "", hint)
        return False, ""
    whole = judge.choice(who, ("account", "pool"), "holder of what is pooled")
    if whole is None:
        return False, ""
    if scope != "line":
        judge.report(
            "E311",
            f"a grant per {scope} is shared already",
            fact.span,
            f"let each line grant its own: take `per {scope}` out of the grant",
        )
    if whole == "account":
        return True, ""
    return True, named_pool(judge, fact.words[1:], fact) or ""


def _limit(judge: Judge, record: ast.Record, dimension: str) -> Any:
    fact = optional(judge, record, "limit")
    if fact is None or fact.value is None:
        return None
    judge.choice(fact.words[0], ("line",), "member of a pool")
    return measured(judge, fact.value, dimension, "this allowance")
