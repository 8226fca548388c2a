"""Runs inline tests and says, for each expectation that does not hold, what came instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ratedsl.lang.source import Span
from ratedsl.plan.model import Expectation, Plan, PlanTest
from ratedsl.rating.tables import PlanTables
from ratedsl.testing.earlier import UnmetGiven
from ratedsl.testing.figures import Judged, judge
from ratedsl.testing.scene import set_up
from ratedsl.testing.seen import Seen


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that does not hold, in words, with the figure that came where it is one."""

    expected: str
    got: str
    at: Span
    expectation: Expectation | None = None
    judged: Judged | None = None


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


def run_tests(
    plan: Plan, words: str = "", watch: Callable[[Seen], None] | None = None
) -> list[TestResult]:
    """Run the inline tests of a plan that have `words` in their titles, in order of the text.

    `watch` is told what each of them came to.
    """
    tables = PlanTables(plan)
    wanted = words.casefold()
    return [run_test(tables, test, watch) for test in plan.tests if wanted in test.title.casefold()]


def run_test(
    tables: PlanTables, test: PlanTest, watch: Callable[[Seen], None] | None = None
) -> TestResult:
    """Run one test against the plan of the tables."""
    given = {one.record: one.value for one in test.given if one.kind == "attribute"}
    tables = tables.in_zone(given.get("timezone", ""))
    scene = set_up(tables, test)
    if scene.problem:
        return TestResult(test.title, test.at, (Failure("a bill date", scene.problem, test.at),))
    try:
        authorises = any(one.what in ("allowed", "reserved") for one in test.expectations)
        seen = Seen.of(tables, scene, test.bills, authorises=authorises)
    except UnmetGiven as problem:
        return TestResult(test.title, test.at, (Failure("its `given`", str(problem), test.at),))
    if watch is not None:
        watch(seen)
    failures = []
    for one in test.expectations:
        judged = judge(one, seen)
        if not judged.holds:
            failures.append(Failure(judged.expected, judged.got, one.value_at, one, judged))
    return TestResult(test.title, test.at, tuple(failures))
