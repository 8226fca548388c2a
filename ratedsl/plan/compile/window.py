"""`holidays` and `window` records become parts of the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.rate import compile_order
from ratedsl.plan.compile.zone import setting_words
from ratedsl.plan.judge import Judge
from ratedsl.plan.timeline import no_such_date

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def compile_holidays(judge: Judge, record: ast.Record) -> model.Holidays:
    """A holiday calendar; its days in order, each once, with those of all that it includes."""
    days: set[date] = set()
    offsets: set[int] = set()
    seen: set[str] = set()
    waiting = [record]
    # What is wrong with an included calendar is found with that one.
    silent = Judge(judge.names)
    while waiting:
        current = waiting.pop()
        if current.name in seen:
            continue
        seen.add(current.name)
        own = judge if current is record else silent
        _own_days(own, current, days, offsets)
        for word in setting_words(current, "includes"):
            known = own.name(word, ("holidays",), "holiday calendar")
            if known is not None:
                waiting.append(judge.names.records["holidays", known])
    if not days and not offsets:
        judge.missing(record, "date", 'add `date 2026-12-25 "Christmas Day"`')
    return model.Holidays(
        id=record.name,
        title=record.title,
        dates=tuple(sorted(days)),
        easter=tuple(sorted(offsets)),
        includes=tuple(sorted(seen - {record.name})),
        at=record.span,
    )


def _own_days(judge: Judge, record: ast.Record, days: set[date], offsets: set[int]) -> None:
    for fact in record.facts:
        if isinstance(fact, ast.Named) and isinstance(fact.value, ast.Day):
            if fact.value.value is None:
                judge.add(no_such_date(fact.value))
            else:
                days.add(fact.value.value)
        elif isinstance(fact, ast.Setting) and fact.keyword == "easter":
            number: int | None = 0
            if fact.value is not None:
                number = judge.whole(fact.value.number, 1, 120, "a number of days")
                if judge.choice(fact.value.unit, ("days", "day"), "unit of days") is None:
                    continue
            if number is not None:
                offsets.add(-number if fact.variant == "before" else number)


def compile_window(judge: Judge, record: ast.Record) -> model.Window:
    """A window of the week."""
    hours = record.facts_of(ast.Hours)
    otherwise = [fact for fact in hours if fact.otherwise]
    if not hours:
        judge.missing(record, "hours", "add `hours mon-fri 08:00-20:00` or `hours otherwise`")
    if otherwise and len(hours) > 1:
        other = next((fact for fact in hours if not fact.otherwise), otherwise[0])
        judge.report(
            "E311",
            "`hours otherwise` beside other hours",
            otherwise[-1].span,
            "keep one of them",
            related=[Label(other.span, "other hours")],
        )
    dates = [
        period
        for fact in record.facts
        if isinstance(fact, ast.Interval)
        for _, period in judge.timeline([fact], "dates")
    ]
    excepted = [
        judge.name(word, ("holidays",), "holiday calendar")
        for word in setting_words(record, "except")
    ]
    compiled = [_hours(judge, fact) for fact in hours if not fact.otherwise]
    return model.Window(
        id=record.name,
        title=record.title,
        otherwise=bool(otherwise),
        hours=tuple(
            sorted((one for one in compiled if one), key=lambda one: (one.days, one.start))
        ),
        dates=tuple(sorted(dates, key=lambda period: str(period.start))),
        except_holidays=tuple(sorted(name for name in excepted if name)),
        order=compile_order(judge, record),
        at=record.span,
    )


def _hours(judge: Judge, fact: ast.Hours) -> model.Hours | None:
    assert fact.start is not None and fact.end is not None
    start, end = fact.start.seconds, fact.end.seconds
    if start is None or end is None or start == 86400:
        judge.report(
            "E209",
            "this time of day does not exist",
            fact.start.span,
            "times run from 00:00 to 24:00",
        )
        return None
    if start == end:
        judge.report(
            "E209", "these hours are empty", fact.start.span, "write 00:00-24:00 for the whole day"
        )
        return None
    days = _days(judge, fact.days)
    holidays = [judge.name(word, ("holidays",), "holiday calendar") for word in fact.holidays]
    return model.Hours(
        days=tuple(sorted(days)),
        holidays=tuple(sorted(name for name in holidays if name)),
        start=start,
        end=end,
        at=fact.span,
    )


def _days(judge: Judge, words: Sequence[ast.Word]) -> set[int]:
    days: set[int] = set()
    for word in words:
        if word.text == "daily":
            days.update(range(7))
            continue
        ends = word.text.split("-")
        if len(ends) > 2 or any(end not in WEEKDAYS for end in ends):
            judge.report(
                "E112",
                f"`{word.text}` is no day of the week",
                word.span,
                "write `mon-fri`, `sat`, `daily` or `holidays ID`",
            )
            continue
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return days
