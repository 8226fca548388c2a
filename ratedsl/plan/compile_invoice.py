"""`fee`, `discount` and `tax` records become what they put on an invoice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile_rate import compile_conditions, compile_order
from ratedsl.plan.judge import Judge
from ratedsl.plan.units import PERIODS

CHARGES = ("fees", "usage", "charges")


def compile_fee(judge: Judge, record: ast.Record, cycle_span: str) -> model.Fee | None:
    """The fee, or None where its amount is not known. `cycle_span` is the plan's own cycle."""
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
    recurring = any(amount.span in ("cycle", cycle_span) for amount in amounts)
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


def compile_proration(
    judge: Judge, record: ast.Record
) -> tuple[ast.Proration | None, model.Proration | None]:
    """The `prorated` fact and what it means."""
    prorations = [fact for fact in record.facts if isinstance(fact, ast.Proration)]
    prorated = judge.one(record, prorations, "prorated")
    if prorated is None:
        return None, None
    if prorated.method == "day" and not prorated.counting:
        judge.report(
            "E316",
            "this does not say which end days count",
            prorated.span,
            "add `, counting the first day`, `, counting the last day`, or "
            "`, counting the first and last day`",
        )
    return prorated, model.Proration(
        method=cast(Any, prorated.method), counting=cast(Any, prorated.counting), at=prorated.span
    )


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


def _percentage(judge: Judge, number: ast.Number) -> Decimal | None:
    value = judge.number(number)
    if value is not None and value > 100:
        judge.report("E315", "this is more than 100%", number.span, "correct the percentage")
        return None
    return value


def compile_commitment(judge: Judge, record: ast.Record) -> model.Commitment | None:
    """The minimum spend, or None where its amount is not known."""
    facts = [fact for fact in record.facts if isinstance(fact, ast.Amount)]
    if not facts:
        judge.missing(record, "amount", "add `amount 100.00 EUR per cycle of usage before tax`")
    amounts = []
    scope = "line"
    for fact, period in judge.timeline(facts, "amounts"):
        judge.choice(fact.per, ("cycle",), "span of a commitment")
        judge.choice(fact.around_tax, ("before",), "side of tax that a commitment counts")
        if fact.who is not None:
            scope = judge.choice(fact.who, ("line", "account"), "payer of a commitment") or scope
        of = judge.targets(fact.of, ("fee", "rate", "deck"), CHARGES)
        money = judge.money(fact.money)
        if of and money is not None:
            amounts.append(model.CommitmentAmount(amount=money, of=of, period=period, at=fact.span))
    _, proration = compile_proration(judge, record)
    if proration is None:
        judge.missing(
            record,
            "prorated",
            "say what a part of a cycle commits to: `prorated by "
            "day, counting the first day`, or `prorated not`",
        )
    counting = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "counting"]
    side = judge.one(record, counting, "counting")
    if side is None:
        judge.missing(
            record, "counting", "add `counting before discounts` or `counting after discounts`"
        )
    chosen = judge.choice(side.words[0], ("before", "after"), "side of discounts") if side else None
    if not amounts or chosen is None:
        return None
    return model.Commitment(
        id=record.name,
        title=record.title,
        scope=cast(Any, scope),
        amounts=tuple(amounts),
        proration=proration,
        counting=cast(Any, chosen),
        at=record.span,
    )


def compile_discount(judge: Judge, record: ast.Record) -> model.Discount | None:
    """The discount, or None where what it takes off is not known."""
    facts = [fact for fact in record.facts if isinstance(fact, ast.Percent | ast.Amount)]
    if not facts:
        judge.missing(record, "percent", "add `percent 10% of usage` or `amount 5.00 EUR off fees`")
    steps = []
    for fact, period in judge.timeline(facts, "discounts"):
        of = judge.targets(fact.of, ("fee", "rate", "deck"), CHARGES)
        percent = _percentage(judge, fact.number) if isinstance(fact, ast.Percent) else None
        amount = judge.money(fact.money) if isinstance(fact, ast.Amount) else None
        if of and (percent is not None or amount is not None):
            steps.append(
                model.DiscountStep(
                    percent=percent, amount=amount, of=of, period=period, at=fact.span
                )
            )
    applies = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "applies"]
    side = judge.one(record, applies, "applies")
    if side is None:
        judge.missing(record, "applies", "add `applies before tax` or `applies after tax`")
    chosen = judge.choice(side.words[0], ("before", "after"), "side of tax") if side else None
    limits = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "limit"]
    limit = judge.one(record, limits, "limit")
    lasting = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "lasts"]
    lasts = judge.one(record, lasting, "lasts")
    if lasts is not None:
        judge.choice(lasts.words[0], ("cycle", "cycles"), "span of a discount")
    if not steps or chosen is None:
        return None
    return model.Discount(
        id=record.name,
        title=record.title,
        steps=tuple(steps),
        applies=cast(Any, chosen),
        conditions=compile_conditions(judge, record.facts),
        limit=judge.money(limit.value) if limit and limit.value else None,
        lasts=judge.whole(lasts.number, 1, 600, "a number of cycles")
        if lasts and lasts.number
        else None,
        order=compile_order(judge, record),
        at=record.span,
    )


def compile_tax(judge: Judge, record: ast.Record) -> model.Tax | None:
    """The tax, or None where its rate or its base is not known."""
    settings = [fact for fact in record.facts if isinstance(fact, ast.Setting)]
    base = []
    for fact in settings:
        if fact.keyword == "base" and fact.number is not None:
            percent = _percentage(judge, fact.number)
            of = judge.targets(fact.words, ("fee", "rate", "deck", "tax"), CHARGES)
            if percent is not None and of:
                base.append(model.Share(percent=percent, of=of, at=fact.span))
    steps = _tax_steps(judge, record, bool(base) or record.broken)
    shown_facts = [fact for fact in settings if fact.keyword == "shown"]
    shown = judge.one(record, shown_facts, "shown")
    kind = " ".join(word.text for word in shown.words) if shown else ""
    kinds = ("government tax", "carrier charge")
    if shown is None:
        judge.missing(record, "shown", "add `shown as government tax` or `shown as carrier charge`")
    elif kind not in kinds:
        judge.report(
            "E112",
            f"`{kind}` is no way to show a tax",
            shown.span,
            "it is `government tax` or `carrier charge`",
        )
    if not steps:
        return None
    return model.Tax(
        id=record.name,
        title=record.title,
        steps=tuple(steps),
        base=tuple(base),
        shown=cast(Any, kind if kind in kinds else kinds[0]),
        conditions=compile_conditions(judge, record.facts),
        at=record.span,
    )


def _tax_steps(judge: Judge, record: ast.Record, has_base: bool) -> list[model.TaxStep]:
    facts = [fact for fact in record.facts if isinstance(fact, ast.Percent | ast.Amount)]
    if not facts:
        judge.missing(record, "percent", "add `percent 23% of fees, usage`")
    steps = []
    for fact, period in judge.timeline(facts, "rates of this tax"):
        of = judge.targets(fact.of, ("fee", "rate", "deck", "tax"), CHARGES)
        percent = amount = None
        per: str | None = ""
        if isinstance(fact, ast.Percent):
            percent = judge.number(fact.number)
            if not fact.of and not has_base:
                judge.report(
                    "E308",
                    "this percentage is of nothing",
                    fact.span,
                    "name its base: `percent 23% of fees, usage`",
                )
        else:
            amount = judge.money(fact.money)
            per = judge.choice(fact.per, ("line", "item", "invoice"), "base of a fixed tax")
        if per is not None and (percent is not None or amount is not None):
            steps.append(
                model.TaxStep(
                    percent=percent,
                    amount=amount,
                    per=cast(Any, per),
                    of=of,
                    period=period,
                    at=fact.span,
                )
            )
    return steps
