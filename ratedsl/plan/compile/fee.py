"""A `fee` record becomes what it charges, how often and when."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.condition import compile_conditions
from ratedsl.plan.compile.fee_terms import compile_spread, compile_term, indexed
from ratedsl.plan.compile.fee_tiers import compile_fee_tiers
from ratedsl.plan.compile.proration import compile_proration
from ratedsl.plan.compile.rate import compile_nature
from ratedsl.plan.judge import Judge
from ratedsl.plan.units import PERIODS

_COUNTED = (*("days", "weeks", "months", "quarters", "years"), *("day", "week", "month", "year"))


def compile_fee(judge: Judge, record: ast.Record) -> model.Fee | None:
    """The fee, or None where its amount is not known."""
    facts = record.facts_of(ast.Amount)
    if not facts:
        judge.missing(record, "amount", "add `amount 20.00 EUR per month in advance`")
    scope, item = _payer(judge, record, facts)
    amounts = [
        amount
        for fact, period in judge.timeline(facts, "amounts")
        if (amount := _fee_amount(judge, fact, period)) is not None
    ]
    for amount in amounts[1:]:
        if (amount.span == "once") != (amounts[0].span == "once"):
            judge.report(
                "E311",
                f"fee `{record.name}` is charged once and again and again",
                amount.at,
                "make it two fees",
                related=[Label(amounts[0].at, "charged otherwise before")],
            )
    mode, tiers = compile_fee_tiers(judge, record, "line" if scope == "line" else item)
    amounts = indexed(judge, record, amounts)
    prorated, proration = compile_proration(judge, record)
    recurring = any(amount.span != "once" for amount in amounts)
    if prorated is None and recurring:
        judge.missing(
            record,
            "prorated",
            "say how a part of a period is charged: `prorated by day, counting the first day`, "
            "`prorated by second`, or `prorated not`",
        )
    if not amounts:
        return None
    waived, reduced, reduced_for = _introductory(judge, record)
    return model.Fee(
        id=record.name,
        title=record.title,
        scope=scope,
        item=item,
        amounts=tuple(amounts),
        waived=waived,
        reduced=reduced,
        reduced_for=reduced_for,
        proration=proration,
        counted_from=_counted_from(judge, record),
        tier_mode=mode,
        tiers=tiers,
        conditions=compile_conditions(judge, record.facts),
        spread=compile_spread(judge, record, amounts),
        term=compile_term(judge, record),
        **cast(Any, compile_nature(judge, record)),
        at=record.span,
    )


def _counted_from(judge: Judge, record: ast.Record) -> Literal["take-up", "activation", "cycle"]:
    """From which day the fee's own periods are counted."""
    fact = judge.setting(record, "periods")
    if fact is None:
        return "take-up"
    known = ("take-up", "activation", "cycle")
    chosen = judge.choice(fact.words[0], known, "start of a fee's periods")
    return cast(Literal["take-up", "activation", "cycle"], chosen or "take-up")


def _introductory(judge: Judge, record: ast.Record) -> tuple[int, Decimal | None, int]:
    """For how many first periods the fee is waived, or reduced, and to what."""
    counts: dict[str, int] = {}
    reduced = None
    for keyword in ("waived", "reduced"):
        fact = judge.setting(record, keyword)
        if fact is None or fact.number is None:
            continue
        judge.choice(fact.words[0], ("cycle", "cycles"), "span of an introduction")
        counts[keyword] = judge.whole(fact.number, 1, 600, "a number of cycles") or 0
        if fact.value is not None:
            reduced = judge.money(fact.value)
    return counts.get("waived", 0), reduced, counts.get("reduced", 0)


def _payer(
    judge: Judge, record: ast.Record, facts: Sequence[ast.Amount]
) -> tuple[Literal["line", "account", "item"], str]:
    """For what the fee is charged: each line, the account, or each held item."""
    words = [fact.who for fact in facts if fact.who is not None]
    for word in words[1:]:
        if word.text != words[0].text:
            judge.report(
                "E311",
                "a fee is charged for one kind of thing",
                word.span,
                "make it two fees",
                related=[Label(words[0].span, "another one")],
            )
    who = words[0].text if words else "line"
    if record.addon:
        if who == "account":
            judge.report(
                "E311", "an add-on is held by a line", words[0].span, "take `per account` out"
            )
        return "item", record.name
    if who == "account":
        return "account", ""
    return ("line", "") if who == "line" else ("item", who)


def _fee_amount(judge: Judge, fact: ast.Amount, period: model.Period) -> model.FeeAmount | None:
    money = judge.money(fact.money) if fact.money is not None else Decimal(0)
    every: int | None = 1
    if fact.per is None:
        span: str | None = "once"
    elif fact.every is None:
        span = judge.choice(fact.per, PERIODS, "period of a fee")
    else:
        span = judge.choice(fact.per, _COUNTED, "period of a fee")
        every = judge.whole(fact.every, 1, 1000, "a number of periods")
    timing = judge.choice(fact.timing, ("advance", "arrears"), "time of charging") or ""
    if span and span != "once" and fact.timing is None:
        judge.report(
            "E316",
            "this does not say when the fee is charged",
            fact.span,
            "add `in advance` or `in arrears`",
        )
        return None
    if money is None or span is None or every is None:
        return None
    return model.FeeAmount(
        amount=money,
        span=cast(Any, span.rstrip("s")),
        every=every,
        timing=cast(Any, timing),
        period=period,
        at=fact.span,
    )
