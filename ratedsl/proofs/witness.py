"""A witness is an inline test that passes as long as what a proof found is so.

It is built as the model of a test, so that the engine judges it at once, and written as a person
would write it, so that it can be pasted below the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from ratedsl.plan.model import Expectation, Given, PlanTest, TestEvent

if TYPE_CHECKING:
    from ratedsl.rating.tables import PlanTables
    from ratedsl.testing.seen import Seen


@dataclass(frozen=True, slots=True)
class Usage:
    """One event of a witness. `given` is what it takes of the line or the account beside it."""

    service: str
    day: date
    quantity: int
    seconds: int = 36_000
    to: str = ""
    roaming: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    given: tuple[Given, ...] = ()
    times: int = 1

    def of(self, quantity: int) -> Usage:
        """The same usage with another quantity."""
        return replace(self, quantity=quantity)

    def at(self, day: date, seconds: int = 36_000) -> Usage:
        """The same usage at another time."""
        return replace(self, day=day, seconds=seconds)

    def event(self) -> TestEvent:
        """The event of a test."""
        return TestEvent(
            service=self.service,
            to=self.to,
            roaming=self.roaming,
            quantity=self.quantity,
            day=self.day,
            seconds=self.seconds,
            times=self.times,
            attributes=self.attributes,
        )


# ---- judged ------------------------------------------------------------------------------------


def seen_of(tables: PlanTables, test: PlanTest) -> Seen | None:
    """What a test comes to; None where it cannot be set up."""
    from ratedsl.testing.run import run_test  # noqa: PLC0415

    heard: list[Seen] = []
    run_test(tables, test, heard.append)
    return heard[0] if heard else None


def exact_charge(tables: PlanTables, test: PlanTest) -> Fraction | None:
    """What the events of a test cost together; None where it cannot be set up."""
    seen = seen_of(tables, test)
    return None if seen is None else sum((one.whole_charge for one in seen.rated), Fraction(0))


def charge_of(tables: PlanTables, test: PlanTest) -> Decimal | None:
    """What the events of a test cost together; None where that has no end as a decimal."""
    from ratedsl.rating.rounding import to_decimal  # noqa: PLC0415

    charge = exact_charge(tables, test)
    if charge is None:
        return None
    try:
        return to_decimal(charge)
    except ValueError:
        return None


def priced(tables: PlanTables, usage: Usage, even: int) -> tuple[Usage, Decimal] | None:
    """The usage, or so much of it that the charge has an end as a decimal; and that charge."""
    for quantity in dict.fromkeys((usage.quantity, even)):
        money = charge_of(tables, test_of("priced", [usage.of(quantity)]))
        if money is not None:
            return usage.of(quantity), money
    return None


def confirmed(tables: PlanTables, tests: Sequence[PlanTest]) -> bool:
    """Whether the engine agrees with every one of the tests."""
    from ratedsl.testing.run import run_test  # noqa: PLC0415

    return all(run_test(tables, test).passed for test in tests)


def charging(title: str, usage: Sequence[Usage], money: Decimal) -> PlanTest:
    """A test that its events cost so much together."""
    expected = Expectation(what="charge", money=money)
    return test_of(title, usage, expected)


def rejecting(title: str, usage: Usage, reason: str) -> PlanTest:
    """A test that some of its usage is rejected for a reason."""
    return test_of(title, [usage], Expectation(what="rejected", text=reason))


def test_of(title: str, usage: Sequence[Usage], *expected: Expectation) -> PlanTest:
    """A test of some usage; what its lines are given is that of the usage."""
    given = tuple(dict.fromkeys(one for used in usage for one in used.given))
    return PlanTest(
        title=title,
        given=given,
        events=tuple(one.event() for one in usage),
        expectations=expected,
    )
