"""Dated facts of one key become periods that neither overlap nor mix (language, "Dates")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.mending import Edit, Fix, replaced
from ratedsl.plan.model import ALWAYS, Period
from ratedsl.plan.repeated import repeated

F = TypeVar("F", bound=ast.Fact)


def periods(
    facts: Sequence[F],
    dated: Callable[[F], ast.Dated],
    name: str,
    report: Callable[[Diagnostic], None],
) -> list[tuple[F, Period]]:
    """The facts of one key with the period of each, oldest first.

    A fact runs from its `from` until the next one's, or through its `through`. Equal
    starts, a `through` beyond a later `from`, a fact that ends before it starts, and dated
    beside undated facts are reported and left out. `name` says what the facts are, for the
    messages.
    """
    if len(facts) == 1 and not (dated(facts[0]).start or dated(facts[0]).through):
        return [(facts[0], ALWAYS)]
    usable = [fact for fact in facts if _exists(dated(fact), report)]
    ordered = sorted(usable, key=lambda fact: (_start(dated(fact)) or date.min, fact.span))
    kept: list[tuple[F, date | None, date | None]] = []
    for fact in ordered:
        start, through = _start(dated(fact)), _through(dated(fact))
        problem = _clash(kept[-1] if kept else None, fact, start, name, dated)
        if problem is None and start and through and through < start:
            problem = Diagnostic(
                "E206",
                f"this ends on {through}, before it starts on {start}",
                fact.span,
                help="exchange the two dates, or correct one",
                fixes=_exchanged(dated(fact)),
            )
        if problem is None:
            kept.append((fact, start, through))
        else:
            report(problem)
    return [
        (
            fact,
            Period(
                start=start,
                end=_end(through, kept[index + 1][1] if index + 1 < len(kept) else None),
            ),
        )
        for index, (fact, start, through) in enumerate(kept)
    ]


def _clash(
    before: tuple[F, date | None, date | None] | None,
    fact: F,
    start: date | None,
    name: str,
    dated: Callable[[F], ast.Dated],
) -> Diagnostic | None:
    if before is None:
        return None
    earlier, earlier_start, earlier_through = before
    if earlier_start == start and start is not None:
        return Diagnostic(
            "E204",
            f"two {name} apply from {start}",
            fact.span,
            "also starts here",
            "give one of them another `from`, or delete it",
            (Label(earlier.span, "the first one"),),
            repeated(earlier, fact),
        )
    if start is None:
        return Diagnostic(
            "E310",
            f"two {name} without dates",
            fact.span,
            "stands a second time",
            "delete one, or give the later one a `from`",
            (Label(earlier.span, "the first one"),),
            repeated(earlier, fact),
        )
    if earlier_start is None and earlier_through is None:
        return Diagnostic(
            "E205",
            f"of these {name} one has a date and the other has none",
            fact.span,
            "starts on a date",
            "give every one of them a `from`",
            (Label(earlier.span, "has no date"),),
        )
    if earlier_through is not None and earlier_through >= start:
        return Diagnostic(
            "E203",
            f"two {name} apply from {start} through {earlier_through}",
            fact.span,
            "starts before the other ends",
            f"end the earlier one `through {start - timedelta(days=1)}`, or take its end out",
            (Label(earlier.span, "still applies then"),),
            _ended(dated(earlier), start - timedelta(days=1)),
        )
    return None


def _ended(dated: ast.Dated, day: date) -> tuple[Fix, ...]:
    """An end moved before what follows, where it then lies behind the start."""
    if dated.through is None or (dated.start and dated.start.value and dated.start.value > day):
        return ()
    return (replaced(dated.through.span, str(day)),)


def _exchanged(dated: ast.Dated) -> tuple[Fix, ...]:
    """Both dates in each other's place."""
    start, through = dated.start, dated.through
    if start is None or through is None:
        return ()
    edits = (Edit(start.span, str(through.value)), Edit(through.span, str(start.value)))
    return (Fix("exchange the two dates", edits),)


def _end(through: date | None, following: date | None) -> date | None:
    ends = [day for day in (through + timedelta(days=1) if through else None, following) if day]
    return min(ends, default=None)


def _exists(dated: ast.Dated, report: Callable[[Diagnostic], None]) -> bool:
    good = True
    for day in (dated.start, dated.through):
        if day is not None and day.value is None:
            report(no_such_date(day))
            good = False
    return good


def no_such_date(day: ast.Day) -> Diagnostic:
    """The finding for a date that no calendar has."""
    return Diagnostic(
        "E201",
        "this date does not exist, or lies outside the years 1900 to 2999",
        day.span,
        help="write it as year-month-day: 2026-01-31",
    )


def _start(dated: ast.Dated) -> date | None:
    return dated.start.value if dated.start else None


def _through(dated: ast.Dated) -> date | None:
    return dated.through.value if dated.through else None


def cuts(found: Iterable[Period]) -> list[date]:
    """The dates on which any of the periods starts or ends, in order, each once."""
    return sorted({day for one in found for day in (one.start, one.end) if day is not None})
