"""What a test says of other plans: which one a line starts on, changes, and suspensions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.judge import Judge


class ChangeCompiler:
    """Compiles changes and suspensions; `plans` are those that lines may change between, the
    test's own last."""

    def __init__(self, judge: Judge, plans: tuple[model.Plan, ...]) -> None:
        self.judge = judge
        self.plans = {one.id: one for one in plans}
        self.own = plans[-1] if plans else None

    def plan(self, word: ast.Word) -> model.Plan | None:
        """The plan of that id: the test's own, or that of a used file."""
        other = self.judge.names.plans.get(word.text)
        record = other.plan if other is not None else self.judge.names.plan
        if record is not None and record.name == word.text:
            self.judge.refer(word, record)
        if word.text in self.plans:
            return self.plans[word.text]
        if not self.judge.names.partial:
            known = sorted({*self.plans, *self.judge.names.plans})
            otherwise = "name its file with `use`"
            self.judge.unknown("E101", f"unknown plan `{word.text}`", word, known, otherwise)
        return None

    def act(self, fact: ast.Act, day: date | None) -> model.Act | None:
        """A change of plan or a suspension, of one line or of all."""
        until = self._suspended(fact, day) if fact.through is not None else None
        if fact.subject is not None:
            plan = self.plan(fact.subject)
            if plan is None:
                return None
            if plan.change is None and not self._states(plan.id, "change"):
                self.judge.report(
                    "E316",
                    f"plan `{plan.id}` does not say what a change to it means",
                    fact.span,
                    "add `change at once …` or `change at cycle end` to that plan",
                )
        elif until is None:
            return None
        if day is None:
            return None
        return model.Act(
            kind=cast(Any, fact.variant),
            day=day,
            until=until,
            item=fact.subject.text if fact.subject else "",
            line=fact.line.text if fact.line else "",
            at=fact.span,
        )

    def _suspended(self, fact: ast.Act, day: date | None) -> date | None:
        """The day after a suspension, or None where it cannot be."""
        assert fact.through is not None
        through = self.judge.day(fact.through)
        if through is None or day is None:
            return None
        if through < day:
            self.judge.report(
                "E206",
                f"this ends on {through}, before it starts on {day}",
                fact.span,
                "exchange the two dates, or correct one",
            )
            return None
        own = self.own
        if own is not None and own.suspend is None and not self._states(own.id, "suspend"):
            self.judge.report(
                "E316",
                "the plan does not say what a suspended line is charged",
                fact.span,
                "add `suspend charging fees` or `suspend charging nothing` to the plan",
            )
        return through + timedelta(days=1)

    def _states(self, plan: str, keyword: str) -> bool:
        """Whether a plan says something of it, however wrong, or may do so in a line that is."""
        other = self.judge.names.plans.get(plan)
        record = other.plan if other is not None else self.judge.names.plan
        return record is None or record.broken or any(f.keyword == keyword for f in record.facts)


def plans_named(record: ast.Record) -> list[ast.Word]:
    """The words of a test that name plans."""
    named = []
    for fact in record.facts:
        if isinstance(fact, ast.Act) and fact.variant == "change" and fact.subject is not None:
            named.append(fact.subject)
        elif isinstance(fact, ast.Given) and fact.variant == "attribute":
            assert fact.subject is not None and fact.literal is not None
            if fact.subject.text == "plan":
                named.append(fact.literal)
    return named
