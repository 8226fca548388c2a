"""Usage before a test: what `given RECORD Q used` leaves behind."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

from ratedsl.plan.matching import Atlas
from ratedsl.plan.model import Allowance, Given, Rate, Test
from ratedsl.rating.balances import is_money
from ratedsl.rating.events import Event
from ratedsl.rating.reference import AccountRater


class UnmetGiven(Exception):
    """What a test gives cannot be; the message says why."""


def use_up(rater: AccountRater, given: Given, before: int | None) -> None:
    """Use so much of an allowance or a rate in the rater's cycle, before the first event.

    Of an allowance the units are drawn. Of a rate, one event that it rates is rated at the
    start of the cycle, so that tiers, allowances and caps have seen it too; it is on no bill.
    Raises UnmetGiven where there is not so much, or no such usage.
    """
    units = int(given.number or 0)
    line = given.line or rater.account.lines[0].id
    allowance = next((one for one in rater.plan.allowances if one.id == given.record), None)
    if allowance is not None:
        _draw(rater, allowance, given, line, before)
        return
    rate = next((rate for rate in rater.plan.rates if rate.id == given.record), None)
    if rate is not None:
        rated = rater.rate(_like(rater, rate, units, line))
        used = [one.rate.id for one in (rated, *rated.beside) if one.rate is not None]
        if given.record not in used:
            raise UnmetGiven(f"usage as `{given.record}` asks for is rated by another rate")
        return


def _draw(
    rater: AccountRater, allowance: Allowance, given: Given, line: str, before: int | None
) -> None:
    """Draw units, or money, from what the line has of the allowance."""
    day = rater.cycle.start if before is None else rater.tables.day(before)
    balance = rater.allowances.drawn_on(allowance, line, day)
    if balance is None:
        raise UnmetGiven(f"the line does not hold `{given.record}`")
    number = given.number or 0
    units = Fraction(number) if is_money(allowance) else int(number)
    if balance.draw(units, line, rater.cycle.end_ms) < units:
        raise UnmetGiven(f"`{given.record}` grants less than the test says was used")


def _like(rater: AccountRater, rate: Rate, units: int, line: str) -> Event:
    """Usage that matches a rate, at the start of the rater's cycle or of the line's part of it."""
    atlas = Atlas(rater.plan)
    called = min(atlas.prefixes(rate.match.to[0])) if rate.match.to else ""
    visited = min(atlas.visited(rate.match.roaming[0]), default="") if rate.match.roaming else ""
    attributes = {
        test.attribute: value for test in rate.conditions for value in [_meeting(test)] if value
    }
    starts = [
        one.start
        for held in rater.account.lines
        for one in held.subscriptions
        if held.id == line and one.plan == rater.plan.id
    ]
    start = rater.cycle.start_ms
    if starts and min(starts) > rater.cycle.start:
        start = rater.tables.calendar.midnight(min(starts))
    return Event(
        id="",
        line=line,
        service=rate.match.service,
        start=start,
        quantity=units,
        called=called,
        direction=attributes.pop("direction", "outgoing"),
        visited=visited,
        attributes=MappingProxyType(attributes),
    )


def _meeting(test: Test) -> str:
    """A value of the attribute for which the test holds; empty where none does that we know."""
    if test.operator in ("is", "in"):
        return test.values[0]
    if test.number is None or test.operator in ("is not", "not in"):
        return ""
    step = {">": 1, "<": -1}.get(test.operator, 0)
    return str(test.number + step)
