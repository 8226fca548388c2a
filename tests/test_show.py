"""`ratedsl show` prints everything that a plan says: no field of any record is left out.

A field is in the text if the text of the same plan with another value there is another one. So
a field that is added to the model, and not to the text, is found by the first plan that uses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

from ratedsl.plan.as_of import as_of, version_dates
from ratedsl.plan.load import load
from ratedsl.plan.model import After, Allowance, FeeAmount, Grant, Plan, TaxStep
from ratedsl.plan.model.base import Element
from ratedsl.report.show import render_plan

ROOT = Path(__file__).parents[1]
PLANS = [
    path
    for folder in ("plans", "tests/cases/good")
    for path in sorted((ROOT / folder).rglob("*.rate"))
    if re.search(r"^plan ", path.read_text(), re.MULTILINE)
]

# What follows from other fields, which stand in the text.
DERIVED = {
    ("UnitPrice", "amount"),
    ("UnitPrice", "per"),
    ("UnitPrice", "block"),
    ("UnitPrice", "percent"),
    ("UnitPrice", "of"),
    ("UnitPrice", "plus"),
    ("Test", "base"),
    ("Test", "dimension"),
    ("TaxStep", "dimension"),
    ("TaxStep", "unit_size"),
    ("Grant", "unit"),
    ("DiscountTiers", "dimension"),
    ("Allowance", "dimension"),
    ("UnitDefinition", "dimension"),
    ("Deck", "digest"),
    ("Zone", "digests"),
    ("CommitmentAmount", "of"),
}


def other_values(annotation: object, value: object) -> Iterator[object]:
    """Values that the field could have instead."""
    choices = [one for kind in _kinds(annotation) if get_origin(kind) is Literal
               for one in get_args(kind)]  # fmt: skip
    if choices:
        yield from (one for one in choices if one not in (value, ""))
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | Decimal):
        yield value + 7
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, str):
        yield f"{value}x"
    elif isinstance(value, tuple) and value:
        yield value[1:]


def _kinds(annotation: object) -> Iterator[object]:
    yield annotation
    for one in get_args(annotation):
        yield from _kinds(one) if get_origin(annotation) is not Literal else ()


def follows(element: Element, name: str) -> bool:
    """Whether this value follows from another one of this element."""
    match element, name:
        case After(kind="price"), "kind":
            return True
        case FeeAmount(amount=0), "amount":  # the amounts are those of tiers
            return True
        case Grant(money=Decimal()), "quantity":
            return True
        case Allowance(dimension="money"), "draws":
            return True
        case TaxStep(per="unit"), "per":
            return True
    return False


def changed(element: Element, path: str = "") -> Iterator[tuple[str, Element]]:
    """The element with one stated value changed, and which one, over all that it holds."""
    for name, field in type(element).model_fields.items():
        value = getattr(element, name)
        where = f"{path}.{name}"
        kind = type(element).__name__
        if name == "at" or field.exclude or (kind, name) in DERIVED or value in (None, "", ()):
            continue
        if follows(element, name):
            continue
        if isinstance(value, Element):
            for at, one in changed(value, where):
                yield at, element.model_copy(update={name: one})
            continue
        if isinstance(value, tuple) and isinstance(value[0], Element):
            for number, inner in enumerate(value):
                for at, one in changed(inner, f"{where}[{number}]"):
                    parts = (*value[:number], one, *value[number + 1 :])
                    yield at, element.model_copy(update={name: parts})
            continue
        if value == field.default:
            continue
        for other in list(other_values(field.annotation, value))[:1]:
            yield where, element.model_copy(update={name: other})


def days_of(plan: Plan) -> list[date]:
    cuts = version_dates(plan)
    return cuts or [date(2026, 3, 1)]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_value_stands_in_the_text(path: Path) -> None:
    plan = load(path).plan
    assert plan is not None
    day = days_of(plan)[-1]
    shown = as_of(plan, day)
    text = render_plan(shown, shown, day)
    missing = []
    for where, other in changed(shown):
        assert isinstance(other, Plan)
        try:
            different = render_plan(other, shown, day) != text
        except (KeyError, ValueError, IndexError):
            different = True  # what cannot be printed was to be printed
        if not different:
            missing.append(where)
    assert missing == []


def test_these_plans_say_all_that_can_be_said() -> None:
    """Else a field of the model could be forgotten in the text without a plan that shows it."""
    paths = [*PLANS, *sorted((ROOT / "tests/cases/worked").rglob("*.rate"))]
    said: set[tuple[str, str]] = set()
    known: set[tuple[str, str]] = set()
    for path in paths:
        plan = load(path).plan
        if plan is not None:
            collect(plan, said, known)
    assert known - said - DERIVED == set()


def collect(element: Element, said: set[tuple[str, str]], known: set[tuple[str, str]]) -> None:
    kind = type(element).__name__
    for name, field in type(element).model_fields.items():
        if name == "at" or field.exclude:
            continue
        value = getattr(element, name)
        known.add((kind, name))
        if value not in (None, "", ()) and value != field.default:
            said.add((kind, name))
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Element):
                collect(one, said, known)
