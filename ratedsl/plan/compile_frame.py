"""The plan record, zones, holidays and windows become what everything else refers to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.lang.spelling import did_you_mean
from ratedsl.plan import model
from ratedsl.plan.compile_rate import compile_order
from ratedsl.plan.judge import Judge
from ratedsl.plan.timeline import no_such_date

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CYCLES = {"monthly": 1, "quarterly": 3, "yearly": 12}
MODES = ("up", "down", "half-up", "half-even", "half-down")
SCOPES = ("event", "item", "tax per item", "tax per invoice", "invoice")


def compile_currency(judge: Judge, record: ast.Record) -> str:
    """The plan's currency, which all its amounts are then judged by; empty if unknown."""
    from ratedsl.plan.currencies import CURRENCIES  # noqa: PLC0415

    word = _word(judge, record, "currency", "say what it charges in: `currency EUR`")
    if word is None:
        return ""
    if word.text not in CURRENCIES:
        judge.report(
            "E301",
            f"unknown currency `{word.text}`",
            word.span,
            did_you_mean(word.text, CURRENCIES, "write an ISO 4217 code such as `EUR`"),
        )
        return ""
    return word.text


def compile_timezone(judge: Judge, record: ast.Record) -> str:
    """The plan's time zone; UTC, after a finding, where it is unknown."""
    word = _word(judge, record, "timezone", "say whose days it counts: `timezone Europe/Lisbon`")
    if word is None:
        return "UTC"
    try:
        # Only names of the IANA database: no path, no file of the machine.
        if re.fullmatch(r"[A-Za-z_]+(?:[-/+][A-Za-z0-9_]+)*", word.text):
            ZoneInfo(word.text)
            return word.text
    except (KeyError, ValueError, OSError):
        pass
    from zoneinfo import available_timezones  # noqa: PLC0415

    known = available_timezones()
    tail = {name.rsplit("/", 1)[-1]: name for name in sorted(known)}
    near = tail.get(word.text)
    judge.report(
        "E208",
        f"unknown time zone `{word.text}`",
        word.span,
        f"did you mean `{near}`?"
        if near
        else did_you_mean(word.text, known, "write an IANA name such as `Europe/Lisbon`"),
    )
    return "UTC"


def _word(judge: Judge, record: ast.Record, keyword: str, help_text: str) -> ast.Word | None:
    facts = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == keyword]
    fact = judge.one(record, facts, keyword)
    if fact is None:
        judge.missing(record, keyword, help_text)
        return None
    return fact.words[0]


def compile_cycle(judge: Judge, record: ast.Record) -> model.Cycle | None:
    """The bill cycle."""
    facts = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "cycle"]
    fact = judge.one(record, facts, "cycle")
    if fact is None:
        judge.missing(record, "cycle", "say when bills close: `cycle monthly on day 1`")
        return None
    length = judge.choice(fact.words[0], CYCLES, "bill cycle")
    day = judge.whole(fact.number, 1, 31, "the day of a bill cycle") if fact.number else None
    if length is None or day is None:
        return None
    if day > 28 and not fact.flag and fact.number is not None:
        judge.report(
            "E316",
            f"not every month has a day {day}",
            fact.number.span,
            f"write `on day {day}, or the last day` to close on a shorter month's last day",
        )
    return model.Cycle(months=cast(Any, CYCLES[length]), day=day, at=fact.span)


def compile_sold(judge: Judge, record: ast.Record) -> model.Period:
    """When the plan is sold; open where it does not say."""
    facts = [f for f in record.facts if isinstance(f, ast.Interval)]
    fact = judge.one(record, facts, "sold")
    if fact is None:
        return model.Period()
    found = judge.timeline([fact], "dates of sale")
    return found[0][1] if found else model.Period()


def compile_cancel(
    judge: Judge, record: ast.Record
) -> Literal["", "crediting unused", "without credit"]:
    """What becomes of a fee in advance when what it is for ends early."""
    facts = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "cancel"]
    fact = judge.one(record, facts, "cancel")
    if fact is None:
        return ""
    return "crediting unused" if fact.variant == "crediting unused" else "without credit"


def compile_rounding(judge: Judge, record: ast.Record) -> tuple[model.Rounding, ...]:
    """The plan's rounding facts, one for each scope."""
    facts = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "rounding"]
    seen: dict[str, ast.Setting] = {}
    rounding = []
    for fact in facts:
        mode = judge.choice(fact.words[0], MODES, "way of rounding")
        scope = " per ".join(word.text for word in fact.words[1:])
        if scope not in SCOPES:
            judge.report(
                "E112",
                f"nothing is rounded per {scope}",
                fact.words[-1].span,
                did_you_mean(scope, SCOPES),
            )
            continue
        if scope in seen:
            judge.report(
                "E310",
                f"two roundings per {scope}",
                fact.span,
                "delete one",
                "the second",
                (Label(seen[scope].span, "the first"),),
            )
            continue
        seen[scope] = fact
        quantum = judge.money(fact.value) if fact.value else None
        if quantum == 0 and fact.value is not None:
            judge.report(
                "E318",
                "rounding to multiples of nothing",
                fact.value.span,
                "write a step such as 0.01",
            )
        elif mode and quantum is not None:
            rounding.append(
                model.Rounding(
                    scope=cast(Any, scope), mode=cast(Any, mode), quantum=quantum, at=fact.span
                )
            )
    return tuple(rounding)


# ---- zones ---------------------------------------------------------------------------------


def compile_zones(judge: Judge, records: Mapping[str, ast.Record]) -> tuple[model.Zone, ...]:
    """All zones, each with what the zones that it includes hold too."""
    own = {name: _own_zone(judge, record) for name, record in records.items()}
    return tuple(_with_included(judge, name, records, own) for name in records)


def _own_zone(judge: Judge, record: ast.Record) -> model.Zone:
    prefixes = []
    for fact in record.facts:
        if isinstance(fact, ast.Named) and isinstance(fact.value, ast.Word):
            digits = fact.value.text
            if not digits.lstrip("+").isdigit() or len(digits) > 16:
                judge.report(
                    "E318",
                    "a prefix is up to 15 digits, `+` first in E.164",
                    fact.value.span,
                    "write it as +351, or as dialled: 112",
                )
            else:
                prefixes.append((digits, fact.title))
    return model.Zone(
        id=record.name,
        title=record.title,
        prefixes=tuple(sorted(set(prefixes))),
        countries=tuple(sorted(_countries(judge, record))),
        networks=tuple(
            sorted({word.text.replace("-", "") for word in _setting_words(record, "network")})
        ),
        at=record.span,
    )


def _countries(judge: Judge, record: ast.Record) -> set[str]:
    codes = set()
    for word in _setting_words(record, "country"):
        if len(word.text) == 2 and word.text.isalpha() and word.text.isupper():
            codes.add(word.text)
        else:
            judge.report(
                "E112",
                f"`{word.text}` is no country code",
                word.span,
                "write two capital letters, as in ISO 3166: `PT`",
            )
    return codes


def _setting_words(record: ast.Record, keyword: str) -> list[ast.Word]:
    return [
        word
        for fact in record.facts
        if isinstance(fact, ast.Setting) and fact.keyword == keyword
        for word in fact.words
    ]


def _with_included(
    judge: Judge,
    name: str,
    records: Mapping[str, ast.Record],
    own: Mapping[str, model.Zone],
) -> model.Zone:
    """The zone with all it includes, directly or through others; circles end by themselves."""
    seen: list[str] = []
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.append(current)
        for word in _setting_words(records[current], "includes"):
            known = judge.name(word, ("zone",), "zone") if current == name else word.text
            if known is not None and known in own:
                waiting.append(known)
    parts = [own[one] for one in seen]
    return own[name].model_copy(
        update={
            "prefixes": tuple(sorted({p for part in parts for p in part.prefixes})),
            "countries": tuple(sorted({c for part in parts for c in part.countries})),
            "networks": tuple(sorted({n for part in parts for n in part.networks})),
        }
    )


# ---- times ---------------------------------------------------------------------------------


def compile_holidays(judge: Judge, record: ast.Record) -> model.Holidays:
    """A holiday calendar; its dates in order, each once."""
    days = set()
    for fact in record.facts:
        if isinstance(fact, ast.Named) and isinstance(fact.value, ast.Day):
            if fact.value.value is None:
                judge.add(no_such_date(fact.value))
            else:
                days.add(fact.value.value)
    if not days:
        judge.missing(record, "date", 'add `date 2026-12-25 "Christmas Day"`')
    return model.Holidays(
        id=record.name, title=record.title, dates=tuple(sorted(days)), at=record.span
    )


def compile_window(judge: Judge, record: ast.Record) -> model.Window:
    """A window of the week."""
    hours = [fact for fact in record.facts if isinstance(fact, ast.Hours)]
    otherwise = [fact for fact in hours if fact.otherwise]
    if not hours:
        judge.missing(record, "hours", "add `hours mon-fri 08:00-20:00` or `hours otherwise`")
    if otherwise and len(hours) > 1:
        other = next(fact for fact in hours if not fact.otherwise)
        judge.report(
            "E311",
            "`hours otherwise` beside other hours",
            otherwise[0].span,
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
        for word in _setting_words(record, "except")
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
