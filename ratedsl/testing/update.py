"""Writes what came over what was expected: figures alone, each in its place in the text.

Nothing else of the text changes: comments, spaces, units and the order of lines stay, and a
figure keeps the unit in which it is written wherever it is exact in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ratedsl.lang.source import Source, Span
from ratedsl.plan.model import Plan
from ratedsl.plan.units import TIME, VOLUME, Units
from ratedsl.rating.rounding import to_decimal
from ratedsl.testing.run import Failure, TestResult

# As many decimals as the language reads.
_MOST_PLACES = 12
_BASE = {TIME: "ms", VOLUME: "B"}
_FIGURE = re.compile(r"(?P<number>-?\d+(?:\.\d+)?)(?:(?P<space>[ \t]+)(?P<unit>\S+))?")


@dataclass(frozen=True, slots=True)
class Edit:
    """A figure that changes: its place and its new text."""

    at: Span
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A failure that no figure in the text can mend, and why."""

    failure: Failure
    why: str


def update(
    source: Source, plan: Plan, results: Iterable[TestResult]
) -> tuple[str, tuple[Edit, ...], tuple[Kept, ...]]:
    """The text with what came in place of what was expected, the edits, and what was left.

    `results` are those of tests of the plan in `source`.
    """
    failures = [failure for result in results for failure in result.failures]
    shared = _shared(plan)
    edits: dict[Span, Edit] = {}
    kept = []
    for failure in failures:
        span = failure.at
        wanted = [one for one in failures if one.at == span]
        edit = _edit(source, plan, failure)
        if isinstance(edit, str):
            kept.append(Kept(failure, edit))
        elif len(wanted) < shared.get(span, 1):
            kept.append(Kept(failure, "other rows of the table expect the same figure"))
        elif edits.setdefault(span, edit) != edit:
            kept.append(Kept(failure, "the rows of the table come to different figures"))
    # A figure that rows disagree on is not written for any of them.
    disputed = {one.failure.at for one in kept}
    made = tuple(edit for span, edit in sorted(edits.items()) if span not in disputed)
    kept += [
        Kept(one, "the rows of the table come to different figures")
        for one in failures
        if one.at in disputed and all(one is not other.failure for other in kept)
    ]
    return _apply(source, made), made, tuple(kept)


def _shared(plan: Plan) -> dict[Span, int]:
    """How many expectations stand at each place: those of a table's fact stand once for all."""
    count: dict[Span, int] = {}
    for test in plan.tests:
        for one in test.expectations:
            count[one.value_at] = count.get(one.value_at, 0) + 1
    return count


def _edit(source: Source, plan: Plan, failure: Failure) -> Edit | str:
    """The change that mends a failure, or why there is none."""
    expectation, judged = failure.expectation, failure.judged
    if expectation is None or judged is None or judged.came is None:
        return "no figure of it would hold"
    if failure.at.path != source.path:
        return f"it stands in {failure.at.path}"
    came = judged.came
    if isinstance(came, date):
        return Edit(failure.at, str(came))
    if isinstance(came, str):
        return Edit(failure.at, came) if expectation.text else "it names no reason"
    written = source.line(failure.at.line)[failure.at.column - 1 : failure.at.end - 1]
    figure = _FIGURE.fullmatch(written)
    if figure is None:
        return "its figure is written apart from it"
    if isinstance(came, Fraction):
        amount = _money(came, figure.group("number"))
        if amount is None:
            return "what came has no end as a decimal: the plan rounds it nowhere"
        return Edit(_number_at(failure.at, figure), amount)
    unit = figure.group("unit")
    if unit is None:
        return "its unit is written apart from it"
    number, new_unit = _quantity(came, unit, plan.measures())
    return Edit(failure.at, f"{number}{figure.group('space')}{new_unit}")


def _number_at(at: Span, figure: re.Match[str]) -> Span:
    return at._replace(end=at.column + len(figure.group("number")))


def _money(came: Fraction, written: str) -> str | None:
    """The amount with at least the decimals that are written there."""
    try:
        amount = to_decimal(came)
    except ValueError:
        return None
    exponent = amount.as_tuple().exponent
    least = len(written.partition(".")[2])
    if not isinstance(exponent, int) or -exponent > _MOST_PLACES:
        return None
    if -exponent < least:
        return f"{amount:.{least}f}"
    return f"{amount:f}"


def _quantity(came: int, written: str, units: Units) -> tuple[str, str]:
    """The quantity in the unit that is written if it is exact in that, else in its base unit."""
    unit = units.by_name[written]
    exact = Fraction(came, unit.size)
    if 10**_MOST_PLACES % exact.denominator == 0:
        return f"{to_decimal(exact):f}", written
    return str(came), _BASE.get(unit.dimension, unit.dimension)


def _apply(source: Source, edits: Sequence[Edit]) -> str:
    text = source.text
    for edit in sorted(edits, key=lambda one: one.at, reverse=True):
        start = source.offset(edit.at.line) + edit.at.column - 1
        text = text[:start] + edit.text + text[start + edit.at.end - edit.at.column :]
    return text
