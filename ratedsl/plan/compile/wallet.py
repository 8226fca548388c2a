"""`wallet` and `pool` records become a Wallet and a Pool."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.allowance import optional
from ratedsl.plan.compile.condition import compile_conditions
from ratedsl.plan.compile.holder import named_pool
from ratedsl.plan.compile.rate import compile_order
from ratedsl.plan.compile.targets import CHARGES
from ratedsl.plan.judge import Judge

UNITS = ("days", "day", "months", "month", "years", "year")


def compile_pool(judge: Judge, record: ast.Record) -> model.Pool | None:
    """The pool, or None where it does not say who its members are."""
    facts = [
        fact
        for fact in record.facts
        if isinstance(fact, ast.Condition) and fact.keyword == "members"
    ]
    if not facts:
        judge.missing(
            record, "members", "add `members lines when ATTRIBUTE is VALUE`, or `members lines`"
        )
        return None
    tests = compile_conditions(judge, facts)
    for test in tests:
        if test.attribute in ("tenure", "segment", "lines"):
            judge.report(
                "E311",
                f"a pool's members cannot depend on `{test.attribute}`, which is the account's",
                test.at,
                "ask for an attribute of the line",
            )
    return model.Pool(id=record.name, title=record.title, conditions=tests, at=record.span)


def compile_wallet(judge: Judge, record: ast.Record) -> model.Wallet | None:
    """The wallet, or None where it says too little to be used."""
    pays = optional(judge, record, "pays")
    if pays is None:
        judge.missing(record, "pays", "say what it pays: `pays usage`")
    of = judge.targets(pays.words, ("fee", "rate", "deck", "allowance"), CHARGES) if pays else ()
    held = optional(judge, record, "held")
    if held is None:
        judge.missing(
            record, "held", "add `held per line`, `held per account` or `held per pool ID`"
        )
    scope = (
        judge.choice(held.words[0], ("line", "account", "pool"), "holder of a wallet")
        if held
        else None
    )
    pool = named_pool(judge, held.words[1:], held) if held and scope == "pool" else ""
    after = optional(judge, record, "after")
    if after is None:
        judge.missing(
            record,
            "after",
            "add `after blocked`, `after invoiced` or `after next wallet`: what becomes of what "
            "it cannot pay",
        )
    taxed = optional(judge, record, "taxed")
    expiry = _expiry(judge, record)
    if not (of and scope and after) or pool is None:
        return None
    return model.Wallet(
        id=record.name,
        title=record.title,
        pays=of,
        scope=cast(Any, scope),
        pool=pool,
        after=cast(Any, after.variant),
        expiry=expiry,
        taxed=cast(Any, taxed.variant if taxed else ""),
        order=compile_order(judge, record),
        at=record.span,
    )


def _expiry(judge: Judge, record: ast.Record) -> model.Expiry | None:
    """When its money is lost."""
    facts = [fact for fact in record.facts if fact.keyword == "expires"]
    fact = judge.one(record, facts, "expires")
    if isinstance(fact, ast.Interval) and fact.dated.through is not None:
        day = judge.day(fact.dated.through)
        return model.Expiry(through=day, at=fact.span) if day else None
    if not isinstance(fact, ast.Setting) or fact.number is None:
        return None
    number = judge.whole(fact.number, 1, 36_500, "the life of a top-up")
    unit = judge.choice(fact.words[0], UNITS, "length of time")
    if number is None or unit is None:
        return None
    return model.Expiry(
        number=number, unit=cast(Any, unit.rstrip("s")), renewed=fact.flag, at=fact.span
    )
