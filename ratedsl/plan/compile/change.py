"""The plan's facts about lines that change to it, are suspended, or keep older prices."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.judge import Judge

FATES = ("reset", "kept", "prorated")
GRANTS = ("kept", "prorated")
_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}


def compile_change(judge: Judge, record: ast.Record) -> model.Change | None:
    """What a change to the plan means, or None where the plan does not say."""
    facts = record.facts_of(ast.Change)
    fact = judge.one(record, facts, "change")
    if fact is None:
        return None
    when = "once"
    if fact.when == "end":
        if judge.choice(fact.span_word, ("cycle",), "time of a change") is None:
            return None
        when = "cycle end"
    fate = judge.choice(fact.allowances, FATES, "fate of allowances")
    if fact.allowances is not None and fate is None:
        return None
    if when == "once" and not fact.credit:
        judge.report(
            "E316",
            "this does not say what becomes of a fee that was paid in advance for the plan left",
            fact.span,
            "write `change at once crediting unused`, or `change at once without credit`",
        )
    if when == "once" and fate is None and judge.names.of_kind("allowance"):
        judge.report(
            "E316",
            "this does not say what becomes of allowances at a change",
            fact.span,
            "add `, allowances reset`, `, allowances kept` or `, allowances prorated`",
        )
    return model.Change(
        when=cast(Any, when),
        credit=cast(Any, fact.credit),
        allowances=cast(Any, fate or "reset"),
        at=fact.span,
    )


def compile_suspend(judge: Judge, record: ast.Record) -> model.Suspend | None:
    """What a suspended line is charged, or None where the plan does not say."""
    fact = judge.setting(record, "suspend")
    if fact is None:
        return None
    charging = judge.choice(fact.words[0], ("fees", "nothing"), "charge while suspended")
    fate = judge.choice(fact.words[1], GRANTS, "fate of allowances") if fact.words[1:] else None
    if charging is None or (fact.words[1:] and fate is None):
        return None
    if fate is None and judge.names.of_kind("allowance"):
        judge.report(
            "E316",
            "this does not say what becomes of allowances while a line is suspended",
            fact.span,
            "add `, allowances kept` or `, allowances prorated`",
        )
    return model.Suspend(
        charging=cast(Any, charging), allowances=cast(Any, fate or "kept"), at=fact.span
    )


def _each_line_alone(judge: Judge) -> None:
    """Report what lines of one account share: they may have signed up at different prices."""
    for kind in ("fee", "allowance", "rate", "commitment"):
        for record in judge.names.of_kind(kind).values():
            shared = [fact for fact in record.facts if _is_shared(fact)]
            for fact in shared:
                judge.report(
                    "E311",
                    "lines of one account may keep different prices, so none can be shared",
                    fact.span,
                    "charge and grant each line its own, or take `keeps` out of the plan",
                )


def _is_shared(fact: ast.Fact) -> bool:
    who = getattr(fact, "who", None)
    named = who.text if isinstance(who, ast.Word) else ""
    return fact.keyword == "pooled" or named in ("account", "pool")


def compile_keeps(judge: Judge, record: ast.Record) -> model.Keeps | None:
    """How long a line keeps the prices of its signup, or None where it does not."""
    keeps = record.settings("keeps")
    moves = record.facts_of(ast.Moved)
    kept = judge.one(record, keeps, "keeps")
    moved = judge.one(record, moves, "moves")
    if kept is None:
        if moved is not None and not record.broken:
            judge.report(
                "E308",
                "nobody is moved to current prices by a plan that keeps none",
                moved.span,
                "add `keeps price of signup`, or delete this",
            )
        return None
    months = None
    if kept.value is not None:
        unit = judge.choice(kept.value.unit, _MONTHS, "length of time")
        number = judge.whole(kept.value.number, 1, 1200, "how long prices are kept")
        if unit is None or number is None:
            return None
        months = number * _MONTHS[unit]
    until = judge.day(moved.day) if moved is not None else None
    _each_line_alone(judge)
    return model.Keeps(months=months, until=until, at=kept.span)
