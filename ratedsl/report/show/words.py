"""The words that every kind of record shares: names, money, periods, conditions, usage meant."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ratedsl.plan.model import Match, Period, Plan, Proration, Rounding, Test

Rows = list[str]
"""A record in print: its name first, then a row for each fact."""


def named(title: str, name: str) -> str:
    """A record by its title, with the id by which others name it."""
    return f"{title} ({name})" if title else name


def money(amount: Decimal, currency: str) -> str:
    """An amount as it is, without an exponent."""
    return f"{amount:f} {currency}"


def counted(count: int, span: str) -> str:
    """So many of a span: `1 month`, `3 months`."""
    return f"{count} {span}{'' if count == 1 else 's'}"


def each(count: int, span: str) -> str:
    """Every so many of a span: `month`, `3 months`."""
    return span if count == 1 else f"{count} {span}s"


def dates(period: Period) -> str:
    """The days of a period, `until` exclusive; empty where it is always."""
    parts = (
        f"from {period.start}" if period.start else "",
        f"until {period.end}" if period.end else "",
    )
    return " ".join(part for part in parts if part)


def dated(words: str, period: Period) -> str:
    """A fact with its days."""
    when = dates(period)
    return f"{words}, {when}" if when else words


def match_words(match: Match) -> str:
    """Which usage is meant."""
    parts = [match.service]
    if match.to:
        parts.append("to " + ", ".join(match.to))
    if match.roaming:
        parts.append("roaming " + ", ".join(match.roaming))
    return " ".join(parts)


def conditions(tests: Iterable[Test]) -> str:
    """Tests that must all hold, as a plan writes them."""
    return " and ".join(_condition(test) for test in tests)


def _condition(test: Test) -> str:
    value = ", ".join(test.values)
    if test.number is not None:
        # A unit of time has no dimension, and belongs to tenure.
        plural = "s" if test.unit and not test.dimension and test.number != 1 else ""
        value = f"{test.number:f} {test.unit}{plural}".rstrip()
    return f"{test.attribute} {test.operator} {value}"


def when(tests: Iterable[Test]) -> Rows:
    """The row of conditions, if there are any."""
    words = conditions(tests)
    return [f"when {words}"] if words else []


def in_window(window: str) -> str:
    """A window, if it is not at all times."""
    return f" in {window}" if window else ""


def rounding_words(one: Rounding, currency: str) -> str:
    """How and where amounts are rounded."""
    never = " never to zero" if one.never_zero else ""
    place = f"{one.scope} {one.group}".rstrip()
    return f"{one.mode} {money(one.quantum, currency)} per {place}{never}"


def proration_words(one: Proration) -> str:
    """How a part of a period is charged."""
    if one.method == "not":
        return "part periods in full"
    counting = {"first": "the first day", "last": "the last day", "both": "both days"}
    tail = f", counting {counting[one.counting]}" if one.counting else ""
    return f"part periods by {one.method}{tail}"


def ordered(order: int | None) -> Rows:
    """Which of several comes first, where the plan says so."""
    return [] if order is None else [f"order {order}"]


def paid_words(payer: str, payee: str) -> Rows:
    """Between whom money flows; the plan's own operator has no name."""
    if payer:
        return [f"paid by {payer}" + (f" to {payee}" if payee else "")]
    return [f"paid to {payee}"] if payee else []


def scope_words(scope: str, pool: str) -> str:
    """Who holds it: a line, the account, or a pool by its id."""
    return f"per pool {pool}" if scope == "pool" else f"per {scope}"


def quantity(plan: Plan, amount: int | Decimal, dimension: str, unit: str = "") -> str:
    """Money or a quantity in words."""
    if isinstance(amount, Decimal):
        return money(amount, plan.currency)
    return plan.measures().show(amount, dimension, unit)
