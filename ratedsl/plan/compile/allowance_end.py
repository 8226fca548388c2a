"""What an allowance says of its end: what comes after it, and what is rolled over."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.grant import measured
from ratedsl.plan.judge import Judge
from ratedsl.plan.units import EVENT

SPEEDS = ("bit/s", "kbit/s", "Mbit/s", "Gbit/s")


def compile_after(judge: Judge, record: ast.Record, dimension: str) -> model.After | None:
    """What usage costs or meets once the allowance is used up."""
    facts = record.facts_of(ast.After)
    fact = judge.one(record, facts, "after")
    if fact is None:
        judge.missing(
            record,
            "after",
            "add `after own rate`, `after blocked`, or a price: what "
            "usage costs once it is used up",
        )
        return None
    if dimension == model.MONEY and fact.kind in ("price", "slowed"):
        judge.report(
            "E311",
            "an allowance of money pays usage at its own price",
            fact.span,
            "write `after own rate` or `after blocked`",
        )
        return None
    if fact.kind == "slowed":
        return _slowed(judge, fact)
    if fact.price is None:
        return model.After(kind=cast(Any, fact.kind), at=fact.span)
    judged = (
        judge.unit_price(fact.price, dimension or EVENT, "what it covers") if dimension else None
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
    capped = judge.money(fact.cap) if fact.cap else None
    span = judge.choice(fact.per, ("call", "event", "session", "day", "cycle"), "span of a limit")
    return model.After(
        kind="price",
        price=price,
        capped=capped,
        span=cast(Any, "event" if span in ("call", "session") else span or ""),
        at=fact.span,
    )


def _slowed(judge: Judge, fact: ast.After) -> model.After | None:
    assert fact.speed is not None
    number = judge.number(fact.speed.number)
    unit = judge.choice(fact.speed.unit, SPEEDS, "speed")
    if number is None or unit is None:
        return None
    if number <= 0:
        judge.report(
            "E318", "a speed is above zero", fact.speed.span, "write `after blocked` for no speed"
        )
        return None
    return model.After(kind="slowed", speed=f"{fact.speed.number.text} {unit}", at=fact.span)


def compile_rollover(
    judge: Judge, record: ast.Record, dimension: str, *, follows_cycle: bool
) -> model.Rollover | None:
    """How long and how much of an unused grant lives on."""
    facts = record.facts_of(ast.Rollover)
    fact = judge.one(record, facts, "rollover")
    if fact is None:
        return None
    if not follows_cycle:
        judge.report(
            "E311",
            "only what is granted each cycle rolls over",
            fact.span,
            "take this out, or grant per cycle",
        )
        return None
    cycles = judge.whole(fact.count, 1, 60, "the life of a rollover in cycles")
    judge.choice(fact.span_word, ("cycle", "cycles"), "span of a rollover")
    limit = measured(judge, fact.limit, dimension, "what it covers") if fact.limit else None
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
    return model.Rollover(
        cycles=cycles,
        limit=limit,
        used=cast(Any, used),
        age=cast(Any, fact.age or "oldest"),
        at=fact.span,
    )
