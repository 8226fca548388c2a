"""A `fee` record becomes what it charges, how often and when."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.proration import compile_proration
from ratedsl.plan.judge import Judge
from ratedsl.plan.units import PERIODS


def compile_fee(judge: Judge, record: ast.Record) -> model.Fee | None:
    """The fee, or None where its amount is not known."""
    facts = [fact for fact in record.facts if isinstance(fact, ast.Amount)]
    if not facts:
        judge.missing(record, "amount", "add `amount 20.00 EUR per month in advance`")
    scope, item = _payer(judge, record, facts)
    amounts = [
        amount
        for fact, period in judge.timeline(facts, "amounts")
        if (amount := _fee_amount(judge, fact, period)) is not None
    ]
    for amount in amounts[1:]:
        if amount.span != amounts[0].span or amount.timing != amounts[0].timing:
            judge.report(
                "E311",
                f"fee `{record.name}` changes how often, or when, it is charged",
                amount.at,
                "end this fee with `through` and start another one",
                related=[Label(amounts[0].at, "charged otherwise before")],
            )
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
        at=record.span,
    )


def _introductory(judge: Judge, record: ast.Record) -> tuple[int, Decimal | None, int]:
    """For how many first periods the fee is waived, or reduced, and to what."""
    counts: dict[str, int] = {}
    reduced = None
    for keyword in ("waived", "reduced"):
        facts = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == keyword]
        fact = judge.one(record, facts, keyword)
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
    money = judge.money(fact.money)
    if fact.per is None:
        span: str | None = "once"
    else:
        span = judge.choice(fact.per, PERIODS, "period of a fee")
    timing = judge.choice(fact.timing, ("advance", "arrears"), "time of charging") or ""
    if span and span != "once" and fact.timing is None:
        judge.report(
            "E316",
            "this does not say when the fee is charged",
            fact.span,
            "add `in advance` or `in arrears`",
        )
        return None
    if money is None or span is None:
        return None
    return model.FeeAmount(
        amount=money, span=cast(Any, span), timing=cast(Any, timing), period=period, at=fact.span
    )
