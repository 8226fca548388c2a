"""The shape of a tax over time: a percentage, brackets, or an amount for each of something."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.targets import CHARGED, charge_targets
from ratedsl.plan.judge import Judge
from ratedsl.plan.repeated import repeated
from ratedsl.plan.units import EVENT

_PER = ("line", "item", "event", "invoice")
_Shape = ast.Percent | ast.Amount | ast.TaxBracket


def compile_shape(judge: Judge, record: ast.Record, *, has_base: bool) -> list[model.TaxStep]:
    """The steps of a tax, oldest first. Brackets of the same dates are one step."""
    facts = [fact for fact in record.facts if isinstance(fact, _Shape)]
    if not facts:
        judge.missing(record, "percent", "add `percent 23% of fees, usage`")
    brackets: dict[tuple[Any, Any], list[ast.TaxBracket]] = {}
    leading: list[_Shape] = []
    for fact in facts:
        if isinstance(fact, ast.TaxBracket):
            start, through = fact.dated.start, fact.dated.through
            key = (start and start.value, through and through.value)
            if key not in brackets:
                leading.append(fact)
            brackets.setdefault(key, []).append(fact)
        else:
            leading.append(fact)
    steps = []
    for fact, period in judge.timeline(leading, "rates of this tax"):
        if isinstance(fact, ast.TaxBracket):
            start, through = fact.dated.start, fact.dated.through
            same = brackets[start and start.value, through and through.value]
            step = _bracketed(judge, same, period, has_base=has_base)
        elif isinstance(fact, ast.Percent):
            step = _percent(judge, fact, period, has_base=has_base)
        else:
            step = _amount(judge, fact, period, has_base=has_base)
        if step is not None:
            steps.append(step)
    return steps


def _of(judge: Judge, words: tuple[ast.Word, ...]) -> tuple[str, ...]:
    return charge_targets(judge, words, (*CHARGED, "tax"))


def _needs_base(judge: Judge, fact: ast.Fact, example: str) -> None:
    judge.report("E308", "this percentage is of nothing", fact.span, f"name its base: `{example}`")


def _percent(
    judge: Judge, fact: ast.Percent, period: model.Period, *, has_base: bool
) -> model.TaxStep | None:
    of = _of(judge, fact.of)
    percent = judge.number(fact.number)
    if not fact.of and not has_base:
        _needs_base(judge, fact, "percent 23% of fees, usage")
    if percent is None:
        return None
    return model.TaxStep(percent=percent, of=of, period=period, at=fact.span)


def _bracketed(
    judge: Judge, facts: list[ast.TaxBracket], period: model.Period, *, has_base: bool
) -> model.TaxStep | None:
    """Brackets that hold together; the last one is open above."""
    of = tuple(dict.fromkeys(name for fact in facts for name in _of(judge, fact.of)))
    if not any(fact.of for fact in facts) and not has_base:
        _needs_base(judge, facts[0], "bracket up to 100 USD 5% of charges")
    found: dict[Any, ast.TaxBracket] = {}
    for fact in facts:
        bound = judge.money(fact.bound) if fact.bound else None
        if fact.bound is not None and bound is None:
            return None
        if bound in found:
            judge.report(
                "E310",
                "two brackets with one bound",
                fact.span,
                "delete one",
                "the second",
                (Label(found[bound].span, "the first"),),
                repeated(found[bound], fact),
            )
            return None
        found[bound] = fact
    if None not in found:
        judge.report(
            "E306",
            "nothing is said about what lies above the last bracket",
            facts[-1].span,
            "end them with `bracket above P%`",
        )
        return None
    made = []
    for bound in [*sorted((one for one in found if one is not None), key=Fraction), None]:
        percent = judge.number(found[bound].number)
        if percent is None:
            return None
        made.append(model.Bracket(bound=bound, percent=percent, at=found[bound].span))
    return model.TaxStep(brackets=tuple(made), of=of, period=period, at=facts[0].span)


def _amount(
    judge: Judge, fact: ast.Amount, period: model.Period, *, has_base: bool
) -> model.TaxStep | None:
    amount = judge.money(fact.money)
    word = fact.per
    of = _of(judge, fact.of)
    if (
        not of
        and not has_base
        and word is not None
        and word.text not in ("line", "item", "invoice")
    ):
        of = ("usage",)
    if amount is None or word is None:
        return None
    parts: dict[str, Any] = {"amount": amount, "of": of, "period": period, "at": fact.span}
    if word.text in _PER:
        return model.TaxStep(per=cast(Any, word.text), **parts)
    unit = judge.units.by_name.get(word.text)
    if unit is not None and unit.dimension == EVENT:
        return model.TaxStep(per="event", **parts)
    if unit is None:
        judge.choice(word, [*_PER, *judge.units.by_name], "base of a fixed tax")
        return None
    size, dimension = int(unit.size), unit.dimension
    return model.TaxStep(per="unit", unit=word.text, dimension=dimension, unit_size=size, **parts)
