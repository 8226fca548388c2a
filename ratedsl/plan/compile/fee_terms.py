"""Facts of a fee about time: its term, what leaving costs, instalments, and indexes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.targets import percentage
from ratedsl.plan.judge import Judge
from ratedsl.plan.repeated import repeated

_SPANS = (*("days", "day", "weeks", "week"), *("months", "month", "years", "year"))
_MODES = ("up", "down", "half-up", "half-even", "half-down")


def compile_term(judge: Judge, record: ast.Record) -> model.Term | None:
    """The term for which the fee is agreed, and what leaving it costs."""
    fact = judge.setting(record, "term")
    leaving = judge.setting(record, "leaving")
    if fact is None or fact.number is None:
        if leaving is not None:
            judge.missing(record, "term", "add `term 24 months then renews`, or `then ends`")
        return None
    span = judge.choice(fact.words[0], _SPANS, "length of a term")
    then = judge.choice(fact.words[1], ("ends", "renews"), "end of a term")
    count = judge.whole(fact.number, 1, 1200, "the length of a term")
    money = share = None
    if leaving is not None and leaving.value is not None:
        money = judge.money(leaving.value)
    if leaving is not None and leaving.number is not None:
        share = percentage(judge, leaving.number)
    if span is None or then is None or count is None:
        return None
    return model.Term(
        count=count,
        span=cast(Any, span.rstrip("s")),
        renews=then == "renews",
        leaving=money,
        share=share,
        leaving_at=leaving.span if leaving else fact.span,
        at=fact.span,
    )


def compile_spread(
    judge: Judge, record: ast.Record, amounts: Sequence[model.FeeAmount]
) -> model.Spread | None:
    """In how many cycles a single fee is paid."""
    fact = judge.setting(record, "spread")
    if fact is None or fact.number is None:
        return None
    if any(amount.span != "once" for amount in amounts):
        judge.report(
            "E311",
            "only a single amount can be spread",
            fact.span,
            "write `amount 480.00 EUR once`, or take `spread` out",
        )
    judge.choice(fact.words[0], ("cycles", "cycle"), "span of instalments")
    rest = judge.choice(fact.words[1], ("due", "waived"), "end of instalments")
    cycles = judge.whole(fact.number, 2, 600, "a number of instalments")
    if rest is None or cycles is None:
        return None
    return model.Spread(cycles=cycles, rest_due=rest == "due", at=fact.span)


def indexed(
    judge: Judge, record: ast.Record, amounts: list[model.FeeAmount]
) -> list[model.FeeAmount]:
    """The amounts, raised on the days of the indexes, until a new one is stated."""
    facts = record.facts_of(ast.Index)
    days: dict[object, ast.Index] = {}
    for fact in facts:
        day = judge.day(fact.day)
        mode = judge.choice(fact.mode, _MODES, "way of rounding")
        step = judge.money(fact.step)
        percents = [judge.number(percent) for percent in fact.percents]
        if day in days:
            judge.report(
                "E310",
                f"two indexes from {day}",
                fact.span,
                "delete one of them",
                fixes=repeated(days[day], fact),
            )
        if step == 0:
            judge.report(
                "E318", "rounding to multiples of nothing", fact.step.span, "write 0.01 or the like"
            )
        days[day] = fact
        if day is None or mode is None or not step or None in percents:
            return amounts
    for fact in sorted(facts, key=lambda one: one.day.value or date.min):
        amounts = _raised(judge, fact, amounts)
    return amounts


def _raised(judge: Judge, fact: ast.Index, amounts: list[model.FeeAmount]) -> list[model.FeeAmount]:
    from ratedsl.rating.rounding import round_money, to_decimal  # noqa: PLC0415

    day = fact.day.value
    assert day is not None
    rounding = model.Rounding(
        scope="item", mode=cast(Any, fact.mode.text), quantum=fact.step.number.value
    )
    percent = sum((one.value for one in fact.percents), Decimal(0))
    found, raised = [], False
    for one in amounts:
        if not one.period.holds(day):
            found.append(one)
            continue
        raised = True
        exact = Fraction(one.amount) * (100 + Fraction(percent)) / 100
        amount = to_decimal(round_money(exact, rounding))
        amount = amount.quantize(max(one.amount, fact.step.number.value, key=_places))
        words = " + ".join(f"{number.text}" for number in fact.percents)
        note = f"{one.amount} raised by {words} from {day}, rounded {fact.mode.text}"
        if one.period.start != day:
            found.append(
                one.model_copy(update={"period": model.Period(start=one.period.start, end=day)})
            )
        found.append(
            one.model_copy(
                update={
                    "amount": amount,
                    "note": note,
                    "period": model.Period(start=day, end=one.period.end),
                    "at": fact.span,
                }
            )
        )
    if not raised:
        judge.report(
            "E403",
            f"this index raises nothing: no amount is in force on {day}",
            fact.day.span,
            "state the amount from an earlier day",
        )
    return found


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
