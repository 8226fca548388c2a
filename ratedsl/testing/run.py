"""Runs inline tests and says, for each expectation that does not hold, what came instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ratedsl.billing.bill import bill_cycle
from ratedsl.billing.invoice import Invoice, Section
from ratedsl.lang.source import Span
from ratedsl.plan.model import Expectation, Plan, PlanTest
from ratedsl.plan.units import EVENT
from ratedsl.rating.parts import Outcome, RatedEvent
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.words import show_amount
from ratedsl.testing.scene import Scene, UnmetGiven, set_up


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that does not hold, in words."""

    expected: str
    got: str
    at: Span


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test's result; it passed if there is no failure."""

    title: str
    at: Span
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether every expectation holds."""
        return not self.failures


def run_tests(plan: Plan, words: str = "") -> list[TestResult]:
    """Run the inline tests of a plan that have `words` in their titles, in order of the text."""
    tables = PlanTables(plan)
    wanted = words.casefold()
    return [run_test(tables, test) for test in plan.tests if wanted in test.title.casefold()]


def run_test(tables: PlanTables, test: PlanTest) -> TestResult:
    """Run one test against the plan of the tables."""
    scene = set_up(tables, test)
    if scene.problem:
        return TestResult(test.title, test.at, (Failure("a bill date", scene.problem, test.at),))
    try:
        seen = _Seen.of(tables, test, scene)
    except UnmetGiven as problem:
        return TestResult(test.title, test.at, (Failure("its `given`", str(problem), test.at),))
    failures = [
        Failure(expected, got, one.at)
        for one in test.expectations
        for expected, got in [_judge(one, seen, tables.plan)]
        if got
    ]
    return TestResult(test.title, test.at, tuple(failures))


@dataclass
class _Seen:
    """What a test's usage and invoice came to."""

    rated: list[RatedEvent]
    rater: AccountRater
    invoice: Invoice | None
    next_cycle: date

    @classmethod
    def of(cls, tables: PlanTables, test: PlanTest, scene: Scene) -> _Seen:
        cycles = tables.cycles_of(scene.account)
        cycle = cycles.at(scene.events[0].start) if scene.events else scene.cycle
        rater = AccountRater(tables, scene.account, cycle)
        scene.prepare(rater)
        rated = [rater.rate(event) for event in scene.events]
        next_cycle = cycles.on(scene.last_day).end
        if test.invoice is None:
            return cls(rated, rater, None, next_cycle)
        billed = bill_cycle(tables, scene.account, scene.events, scene.cycle, prepare=scene.prepare)
        return cls(rated, billed.rater, billed.invoice, next_cycle)


def _judge(one: Expectation, seen: _Seen, plan: Plan) -> tuple[str, str]:
    """What was expected, and what came instead; the latter is empty where it holds."""
    name = " ".join(part for part in (one.what, one.record) if part)
    if one.what in ("billed", "covered", "free", "left"):
        return _judge_quantity(one, seen, plan, name)
    if one.what == "rejected":
        reasons = sorted(
            {
                part.reason
                for rated in seen.rated
                for part in rated.parts
                if part.outcome is Outcome.REJECTED
            }
        )
        good = one.text in reasons if one.text else bool(reasons)
        came = ", ".join(reasons) or "nothing was rejected"
        return f"rejected {one.text}".strip(), "" if good else came
    if one.what == "alert":
        raised = [alert.cap for alert in seen.rater.alerts]
        return name, "" if one.record in raised else "no such alert"
    if one.what == "next cycle":
        # The bill of the day on which something last happens closes with that day's start.
        came = str(seen.next_cycle)
        return f"next cycle {one.day}", "" if one.day == seen.next_cycle else came
    assert one.money is not None
    amount = _money(one, seen)
    expected = f"{name} {one.money} {plan.currency}"
    if amount is None:
        return expected, f"the invoice has no {one.what} `{one.record}`"
    if amount == Fraction(one.money):
        return expected, ""
    return expected, f"{show_amount(amount)} {plan.currency}"


def _money(one: Expectation, seen: _Seen) -> Fraction | None:
    invoice = seen.invoice
    if one.what == "charge":
        return sum((rated.whole_charge for rated in seen.rated), Fraction(0))
    assert invoice is not None
    if not one.record:
        whole: dict[str, Decimal] = {
            "total": invoice.total,
            "subtotal": invoice.subtotal,
            "tax": invoice.tax_total,
        }
        return Fraction(whole[one.what])
    if one.what in ("tax", "base"):
        taxes = [tax for tax in invoice.taxes if tax.record == one.record]
        field = "amount" if one.what == "tax" else "base"
        found = [Fraction(getattr(tax, field)) for tax in taxes]
    else:
        credit = one.what == "credit"
        found = [
            Fraction(row.amount)
            for row in (*invoice.items, *invoice.after_tax)
            if row.record == one.record and (row.section is Section.CREDITS) == credit
        ]
    if not found:
        return Fraction(0) if one.money == 0 else None
    total = sum(found, Fraction(0))
    return -total if one.what in ("discount", "credit") else total


def _judge_quantity(one: Expectation, seen: _Seen, plan: Plan, name: str) -> tuple[str, str]:
    assert one.quantity is not None
    units = plan.measures()
    dimension = _dimension(one, seen, plan)
    if one.what == "billed":
        found = sum(rated.billed for rated in seen.rated)
    elif one.what == "left":
        balances = [
            b for (record, _), b in seen.rater.allowances.balances.items() if record == one.record
        ]
        found = balances[0].left if balances else 0
    else:
        outcome = Outcome.COVERED if one.what == "covered" else Outcome.FREE
        found = sum(
            part.units for rated in seen.rated for part in rated.parts if part.outcome is outcome
        )
    expected = f"{name} {units.show(one.quantity, dimension)}"
    return expected, "" if found == one.quantity else units.show(found, dimension)


def _dimension(one: Expectation, seen: _Seen, plan: Plan) -> str:
    allowance = next((a for a in plan.allowances if a.id == one.record), None)
    if allowance is not None:
        return allowance.dimension
    return plan.measures().dimension_of(seen.rated[0].event.service) if seen.rated else EVENT
