"""Judgement of a record's facts: those it lacks, those that stand twice, and their dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.lang.source import Span
from ratedsl.plan.judge.money import MoneyJudge
from ratedsl.plan.model import Period, Zone
from ratedsl.plan.repeated import repeated
from ratedsl.plan.timeline import no_such_date, periods

F = TypeVar("F", bound=ast.Fact)


@dataclass
class Judge(MoneyJudge):
    """What the records of one plan are judged against, and the findings so far."""

    zones: Sequence[Zone] = ()
    _empty: set[Span] = field(default_factory=set)
    """Records of which it was said that they have no facts."""

    def setting(self, record: ast.Record, keyword: str) -> ast.Setting | None:
        """The only setting of a keyword, or None; a second one is reported."""
        facts = record.settings(keyword)
        return self.one(record, facts, keyword) if facts else None

    def one(self, record: ast.Record, facts: Sequence[F], name: str) -> F | None:
        """The only fact of its kind, or None; a second one is reported."""
        for extra in facts[1:]:
            self.report(
                "E310",
                f"`{name}` stands twice in {record.kind.text} `{record.name}`",
                extra.span,
                "delete one of them",
                "the second",
                (Label(facts[0].span, "the first"),),
                repeated(facts[0], extra),
            )
        return facts[0] if facts else None

    def missing(self, record: ast.Record, fact: str, help_text: str) -> None:
        """Report a fact that the record needs, unless a broken line may hold it.

        Of a record without any facts that alone is said.
        """
        if not record.broken:
            span = record.id.span if record.id else record.kind.span
            if not record.facts:
                if span not in self._empty:
                    self._empty.add(span)
                    self.report(
                        "E308",
                        f"{record.kind.text} `{record.name}` has no facts",
                        span,
                        "state them below it, indented by two spaces; "
                        f"`ratedsl explain {record.kind.text}` tells of each",
                    )
                return
            self.report(
                "E308", f"{record.kind.text} `{record.name}` has no `{fact}`", span, help_text
            )

    def timeline(self, facts: Sequence[F], name: str) -> list[tuple[F, Period]]:
        """Dated facts of one key with their periods."""
        return periods(facts, lambda fact: fact.dated, name, self.add)  # type: ignore[attr-defined]

    def day(self, day: ast.Day) -> date | None:
        """The date, if there is such a day."""
        if day.value is None:
            self.add(no_such_date(day))
        return day.value
