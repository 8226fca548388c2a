"""`when` facts become tests of attributes: of usage and its line, or of the account alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.judge import Judge
from ratedsl.plan.units import TIME, VOLUME

DIRECTIONS = ("outgoing", "incoming", "forwarded")
_TENURE = ("months", "month", "years", "year", "days", "day")
_OF_USAGE = {"length": TIME, "volume": VOLUME}
_NUMBER = re.compile(r"-?\d")


def compile_conditions(
    judge: Judge, facts: Sequence[ast.Fact], service: str = ""
) -> tuple[model.Test, ...]:
    """The tests of all `when` facts; all of them must hold.

    With a service they look at its usage, and at the line and the account behind it; without
    one at the account and its lines.
    """
    tests: list[model.Test] = []
    for fact in facts:
        if isinstance(fact, ast.Condition):
            tests += compile_tests(judge, fact.tests, service)
    return tuple(tests)


def compile_tests(
    judge: Judge, tests: Sequence[ast.Test], service: str = ""
) -> tuple[model.Test, ...]:
    """The tests of one fact; one that is not understood is left out, after a finding."""
    found = [compile_test_of(judge, test, service) for test in tests]
    return tuple(test for test in found if test is not None)


def compile_test_of(judge: Judge, test: ast.Test, service: str = "") -> model.Test | None:
    """One test, or None where it compares what cannot be compared."""
    dimension = judge.units.dimension_of(service) if service else ""
    name = test.attribute.text
    if name == "tenure":
        return _tenure(judge, test)
    if service and (name == "quantity" or _OF_USAGE.get(name) == dimension):
        return _own_quantity(judge, test, dimension, service)
    if name == "direction" and service:
        known = [judge.choice(word, DIRECTIONS, "direction") for word in test.values]
        if None in known:
            return None
    _judge_as_described(judge, test, service)
    if test.unit is None:
        return _compiled(judge, test)
    unit = judge.unit(test.unit)
    if unit is None or test.number is None:
        return None
    value = ast.Value(test.number, test.unit, test.span)
    base = judge.quantity(value, unit.dimension, f"`{name}`")
    return None if base is None else _compiled(judge, test, base, unit.dimension)


def _judge_as_described(judge: Judge, test: ast.Test, service: str) -> None:
    """Report a comparison that the service's description of the attribute rules out.

    The test stays, so that the record it stands in does not seem to be for all usage.
    """
    known = {one.name: one for one in judge.attributes.get(service, ())}
    described = known.get(test.attribute.text)
    if described is None:
        return
    if test.number is None:
        for word in test.values:
            if judge.value_of(described, word):
                _judge_word(judge, described, word)
    elif described.kind == "text":
        listed = f"it is one of {', '.join(described.values)}" if described.values else ""
        judge.report(
            "E112",
            f"`{described.name}` is a word, and not a number",
            test.span,
            listed or f"compare it with `is`, or describe it: `attribute {described.name} number`",
        )
    elif test.unit is not None and described.kind != "quantity":
        what = "an amount of money" if described.kind == "money" else "a number"
        judge.report(
            "E304",
            f"`{described.name}` is {what}, and has no unit",
            test.unit.span,
            f"write `{described.name} {test.operator} {test.number.text}`",
        )
    elif test.unit is not None:
        unit = judge.units.by_name.get(test.unit.text)
        if unit is not None:
            dimension = judge.units.by_name[described.unit].dimension
            judge.fits(unit, dimension, test.unit, f"`{described.name}`")


def _judge_word(judge: Judge, described: model.Attribute, word: ast.Word) -> None:
    """Report a word as the value of an attribute that holds numbers."""
    if described.kind == "text" or _NUMBER.match(word.text):
        return
    what = {"money": "an amount of money", "number": "a number"}.get(described.kind, "a quantity")
    judge.report(
        "E112",
        f"`{word.text}` is a word, and `{described.name}` is {what}",
        word.span,
        "compare it with a number, or describe the attribute as `text`",
    )


def _compiled(
    judge: Judge, test: ast.Test, base: int | None = None, dimension: str = ""
) -> model.Test | None:
    number = judge.number(test.number) if test.number else None
    if test.number is not None and number is None:
        return None
    return model.Test(
        attribute=test.attribute.text,
        operator=cast(Any, test.operator),
        values=tuple(word.text for word in test.values),
        number=number,
        unit=test.unit.text if test.unit else "",
        base=base,
        dimension=dimension,
        at=test.span,
    )


def _tenure(judge: Judge, test: ast.Test) -> model.Test | None:
    if test.unit is None:
        judge.report("E303", "tenure needs a unit", test.span, "write it as `tenure >= 24 months`")
        return None
    if judge.choice(test.unit, _TENURE, "length of time") is None:
        return None
    made = _compiled(judge, test)
    return made and made.model_copy(update={"unit": test.unit.text.rstrip("s")})


def _own_quantity(judge: Judge, test: ast.Test, dimension: str, service: str) -> model.Test | None:
    """A test of the event's own quantity, under the one name that rating knows."""
    if test.number is None or test.unit is None:
        judge.report(
            "E303",
            f"`{test.attribute.text}` is compared with a quantity and its unit",
            test.span,
            f"write it as `{test.attribute.text} >= 1 {_example(judge, dimension)}`",
        )
        return None
    value = ast.Value(test.number, test.unit, test.span)
    base = judge.quantity(value, dimension, f"`{service}`")
    if base is None:
        return None
    made = _compiled(judge, test, base, dimension)
    return made and made.model_copy(update={"attribute": "quantity"})


def _example(judge: Judge, dimension: str) -> str:
    known = [unit.name for unit in judge.units.by_name.values() if unit.dimension == dimension]
    return "min" if dimension == TIME else known[-1]
