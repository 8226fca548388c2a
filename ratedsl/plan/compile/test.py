"""A `test` record becomes a PlanTest."""

from __future__ import annotations

from datetime import date

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.test_change import ChangeCompiler
from ratedsl.plan.compile.test_event import EventCompiler, Known
from ratedsl.plan.compile.test_expectation import ExpectationCompiler
from ratedsl.plan.compile.test_scene import SceneCompiler
from ratedsl.plan.judge import Judge
from ratedsl.plan.repeated import repeated


def compile_test(
    judge: Judge, record: ast.Record, plan: Known, plans: tuple[model.Plan, ...] = ()
) -> model.PlanTest | None:
    """The test, or None where any of its facts cannot be understood.

    `plan` holds the compiled allowances, rates and zones by id, which its facts speak of, and
    `plans` the plans that lines may change between, the test's own last.
    """
    moments = record.facts_of(ast.Moment)
    on = judge.one(record, [one for one in moments if one.keyword == "on"], "on")
    before = len(judge.found)
    bills = _bills(judge, [one for one in moments if one.keyword == "invoice"])
    scene = SceneCompiler(judge, plan, ChangeCompiler(judge, plans), _sessions(record))
    usage = EventCompiler(judge, plan, on)
    expected = ExpectationCompiler(judge, plan, None if record.broken else bills, plans[:-1])
    given = [scene.given(fact) for fact in record.facts if isinstance(fact, ast.Given)]
    acts = [scene.act(fact) for fact in record.facts if isinstance(fact, ast.Act)]
    acts += [scene.top_up(fact) for fact in record.facts if isinstance(fact, ast.TopUp)]
    events = [usage.event(fact) for fact in record.facts if isinstance(fact, ast.EventFact)]
    expectations = [
        expected.expectation(fact) for fact in record.facts if isinstance(fact, ast.Expect)
    ]
    if not expectations and not record.broken:
        judge.report(
            "E401", f"test `{record.title}` expects nothing", record.span, "add an `expect`"
        )
    dated = any(one.kind == "started" for one in given if one)
    only_dates = dated and any(one.what == "next cycle" for one in expectations if one)
    # Of a test without any facts it is enough to say that it expects nothing.
    idle = not events and not bills and record.facts
    if idle and not record.broken and not only_dates:
        judge.report(
            "E402",
            f"test `{record.title}` does nothing",
            record.span,
            "add an `event` or `invoice on` a date",
        )
    if record.broken or len(judge.found) > before:
        return None
    return model.PlanTest(
        title=record.title,
        given=tuple(one for one in given if one),
        acts=tuple(one for one in acts if one),
        events=tuple(one for one in events if one),
        bills=tuple(sorted(bills)),
        expectations=tuple(one for one in expectations if one),
        at=record.span,
    )


def _bills(judge: Judge, facts: list[ast.Moment]) -> dict[date, ast.Moment]:
    """The days on which the test's bills close, each once."""
    found: dict[date, ast.Moment] = {}
    for fact in facts:
        day = judge.day(fact.day)
        if day is not None and day in found:
            judge.report(
                "E310",
                f"two invoices on {day}",
                fact.span,
                "delete one of them",
                "the second",
                (Label(found[day].span, "the first"),),
                repeated(found[day], fact),
            )
        elif day is not None:
            found[day] = fact
    return found


def _sessions(record: ast.Record) -> dict[str, str]:
    """The sessions that the test's events belong to, each with its service."""
    return {
        value.text: fact.match.service.text
        for fact in record.facts
        if isinstance(fact, ast.EventFact)
        for name, value in fact.attributes
        if name.text == "session"
    }
