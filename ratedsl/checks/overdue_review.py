"""W501: figures that were to be read again by a day that has passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic


def overdue(reviews: Iterable[tuple[ast.TaxRead, date]], today: date) -> Iterator[Diagnostic]:
    """One finding a file, at the figures whose review is longest overdue."""
    oldest: dict[str, tuple[date, ast.TaxRead]] = {}
    for fact, day in reviews:
        there = oldest.get(fact.span.path)
        if day < today and (there is None or (day, fact.span) < (there[0], there[1].span)):
            oldest[fact.span.path] = (day, fact)
    for day, fact in oldest.values():
        yield Diagnostic(
            "W501",
            f"these figures were to be read again by {day}",
            fact.span,
            help="compare them with their source, then move `read` and `review` on",
        )
