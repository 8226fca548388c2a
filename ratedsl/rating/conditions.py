"""Whether the conditions of a plan hold: for an event and the line behind it, or an account.

An attribute is looked for in the event first, then in its line. `segment`, `lines` and
`tenure` are always the account's and the line's, `quantity` always the event's own; `payment`
is `autopay` while the account pays by standing order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ratedsl.plan.matching import direction_of
from ratedsl.plan.model import Test
from ratedsl.plan.units import Units
from ratedsl.rating.events import Account, Event, Line, Period, Subscription

Numbers = Mapping[str, Sequence[Subscription]]
"""When each number is one of the plan."""

Facet = Callable[[Event, "Subscriber", date], Hashable]
"""One thing that tells kinds of events apart: events alike in all facets meet the same tests."""

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,12})?")
_QUANTITY = re.compile(r"(-?\d{1,15}(?:\.\d{1,12})?) ?(\D\S*)")
AUTOPAY = "autopay"
# What changes from one day to the next for the same line.
_DATED = ("lines", "tenure", "payment")
_COMPARING = (">=", "<=", ">", "<")


class Subscriber:
    """A line and its account as conditions see them. `since` is when it took up its first plan."""

    __slots__ = (
        *("attributes", "autopay", "count", "id", "numbers", "segment", "since", "together"),
    )

    def __init__(self, account: Account, line: Line, plan: str, count: LineCount) -> None:
        self.id = line.id
        self.attributes = line.attributes
        self.segment = account.segment
        self.autopay = account.autopay
        self.since = min((one.start for one in line.subscriptions), default=None)
        self.count = count
        self.numbers = account.numbers
        self.together = count.numbers(plan)

    def lines_with(self, number: str, day: date, of_plan: Numbers) -> Iterator[str]:
        """Whether a line of the account, or one of the plan on that day, has the number."""
        if number in self.numbers:
            yield "account"
        held = self.together.get(number) or of_plan.get(number, ())
        if any(one.start <= day and (one.end is None or day < one.end) for one in held):
            yield "plan"


def subscribers_of(account: Account, plan: str) -> dict[str, Subscriber]:
    """The lines of an account by id, as the conditions of a plan see them."""
    count = LineCount(account)
    return {line.id: Subscriber(account, line, plan, count) for line in account.lines}


class LineCount:
    """How many lines of an account hold a plan on a day; each day is counted once."""

    __slots__ = ("_account", "_known", "_numbers")

    def __init__(self, account: Account) -> None:
        self._account = account
        self._known: dict[date, int] = {}
        self._numbers: dict[str, dict[str, list[Subscription]]] = {}

    def numbers(self, plan: str) -> Numbers:
        """When each of the account's numbers is one of the plan."""
        if plan not in self._numbers:
            self._numbers[plan] = {
                line.number: [one for one in line.subscriptions if one.plan == plan]
                for line in self._account.lines
                if line.number
            }
        return self._numbers[plan]

    def on(self, day: date) -> int:
        """The number of lines on a day."""
        found = self._known.get(day)
        if found is None:
            found = sum(_holds_on(line, day) for line in self._account.lines)
            self._known[day] = found
        return found


def _pays_itself(autopay: Sequence[Period], day: date) -> bool:
    """Whether the account pays by standing order on a day."""
    return any(one.start <= day and (one.end is None or day < one.end) for one in autopay)


def _holds_on(line: Line, day: date) -> bool:
    return any(
        one.start <= day and (one.end is None or day < one.end) for one in line.subscriptions
    )


def elapsed(since: date, on: date, unit: str) -> int:
    """Whole days, months or years from one date to another, counted as a person would."""
    if unit == "day":
        return (on - since).days
    months = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    return months // 12 if unit == "year" else months


# ---- usage ------------------------------------------------------------------------------------


class Conditions:
    """Judges the tests of one plan, whose units are `units`."""

    def __init__(self, units: Units) -> None:
        self.units = units

    def hold(self, tests: Sequence[Test], event: Event, subscriber: Subscriber, day: date) -> bool:
        """Whether all tests hold for an event; those silent on direction mean outgoing usage."""
        wanted = direction_of(tests)
        if wanted not in ("any", event.direction):
            return False
        return all(self.holds(test, event, subscriber, day) for test in tests)

    def holds(self, test: Test, event: Event, subscriber: Subscriber, day: date) -> bool:
        """Whether one test holds for an event of a line on a local day."""
        match test.attribute:
            case "direction":
                return holds(test, event.direction)
            case "quantity" if test.base is not None:
                return _passes(test.operator, Fraction(event.quantity), Fraction(test.base))
            case "tenure":
                since = subscriber.since
                return since is not None and compare(test, Fraction(elapsed(since, day, test.unit)))
            case "lines":
                return holds(test, str(subscriber.count.on(day)))
            case "payment" if _pays_itself(subscriber.autopay, day):
                return holds(test, AUTOPAY)
        return holds(test, value_of(test.attribute, event, subscriber), self.units)

    def facets(self, tests: Iterable[Test]) -> tuple[Facet, ...]:
        """What has to be known of an event so that the outcome of all the tests is known.

        Of a text it is which of the named values it is, of a number whether it passes, so that
        there are as few kinds of events as the tests can tell apart.
        """
        named: dict[str, set[str]] = {}
        found: list[Facet] = []
        seen = set()
        for test in tests:
            if test.attribute == "direction":
                continue
            if test.operator in _COMPARING or test.attribute in _DATED:
                key = (test.attribute, test.operator, test.number, test.unit, test.values)
                if key not in seen:
                    seen.add(key)
                    found.append(self._passing(test))
            else:
                named.setdefault(test.attribute, set()).update(test.values)
        return (*(_one_of(name, frozenset(named[name])) for name in sorted(named)), *found)

    def _passing(self, test: Test) -> Facet:
        return lambda event, subscriber, day: self.holds(test, event, subscriber, day)


def _one_of(name: str, values: frozenset[str]) -> Facet:
    def facet(event: Event, subscriber: Subscriber, _day: date) -> Hashable:
        value = value_of(name, event, subscriber)
        return value if value in values else None

    return facet


def value_of(name: str, event: Event, subscriber: Subscriber) -> str:
    """An attribute of the event, or else of its line; empty where neither has it."""
    if name == "segment":
        return subscriber.segment
    value = event.attributes.get(name)
    return subscriber.attributes.get(name, "") if value is None else value


# ---- accounts ---------------------------------------------------------------------------------


def applies_to(
    tests: Iterable[Test], account: Account, since: date | None, on: date, line: str = ""
) -> bool:
    """Whether conditions on the account hold on a day: tenure, segment, number of lines, or an
    attribute that one of the lines has; with a `line`, that this one has."""
    return all(_of_account(test, account, since, on, line) for test in tests)


def _of_account(test: Test, account: Account, since: date | None, on: date, line: str) -> bool:
    match test.attribute:
        case "tenure":
            return since is not None and compare(test, Fraction(elapsed(since, on, test.unit)))
        case "lines":
            return holds(test, str(LineCount(account).on(on)))
        case "segment":
            return holds(test, account.segment)
        case "payment" if _pays_itself(account.autopay, on):
            return holds(test, AUTOPAY)
    return any(
        holds(test, one.attributes.get(test.attribute, ""))
        for one in account.lines
        if line in ("", one.id)
    )


# ---- one test ---------------------------------------------------------------------------------


def holds(test: Test, value: str, units: Units | None = None) -> bool:
    """Whether one test holds for an attribute's value; a missing attribute is empty.

    A number with a unit is compared with values that state their unit, and no others.
    """
    match test.operator:
        case "is" | "in":
            return value in test.values
        case "is not" | "not in":
            return value not in test.values
    if test.base is not None:
        amount = quantity_of(value, test.dimension, units or Units())
        return amount is not None and _passes(test.operator, amount, Fraction(test.base))
    number = number_of(value)
    return number is not None and compare(test, number)


def number_of(value: str) -> Fraction | None:
    """An attribute's value as an exact number, or None where it is none."""
    return Fraction(value) if _NUMBER.fullmatch(value) else None


def quantity_of(value: str, dimension: str, units: Units) -> Fraction | None:
    """A value such as `1.5 GB` in base units, or None where it is none of that dimension."""
    found = _QUANTITY.fullmatch(value)
    unit = units.by_name.get(found.group(2)) if found else None
    if found is None or unit is None or unit.dimension != dimension:
        return None
    return Fraction(found.group(1)) * unit.size


def compare(test: Test, number: Fraction) -> bool:
    """Whether a number passes a comparing test; the equal ones compare its text."""
    if test.number is None:
        return holds(test, str(number))
    return _passes(test.operator, number, Fraction(test.number))


def _passes(operator: str, number: Fraction, bound: Fraction) -> bool:
    match operator:
        case ">=":
            return number >= bound
        case "<=":
            return number <= bound
        case ">":
            return number > bound
        case _:
            return number < bound
