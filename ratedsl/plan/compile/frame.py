"""The plan record: its currency, its clock, its bills and its roundings."""

from __future__ import annotations

from calendar import monthrange
from typing import Any, Literal, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.lang.mending import replaced
from ratedsl.lang.spelling import did_you_mean
from ratedsl.plan import model
from ratedsl.plan.calendar import is_zone
from ratedsl.plan.compile.zone import setting_words
from ratedsl.plan.judge import Judge
from ratedsl.plan.repeated import repeated

CYCLES = {"monthly": 1, "quarterly": 3, "yearly": 12}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# The months and the days of a cycle's unit.
_LENGTHS = {
    **{"day": (0, 1), "days": (0, 1), "week": (0, 7), "weeks": (0, 7)},
    **{"month": (1, 0), "months": (1, 0)},
}
MODES = ("up", "down", "half-up", "half-even", "half-down")
SCOPES = ("event", "exchange", "item", "cost", "tax per item", "tax per invoice", "invoice")


def compile_currency(judge: Judge, record: ast.Record) -> str:
    """The plan's currency, which all its amounts are then judged by; empty if unknown."""
    from ratedsl.plan.currencies import CURRENCIES  # noqa: PLC0415

    word = _word(judge, record, "currency", "say what it charges in: `currency EUR`")
    if word is None:
        return ""
    if word.text not in CURRENCIES:
        judge.unknown(
            "E301",
            f"unknown currency `{word.text}`",
            word,
            CURRENCIES,
            "write an ISO 4217 code such as `EUR`",
        )
        return ""
    return word.text


def compile_timezone(judge: Judge, record: ast.Record) -> tuple[str, bool]:
    """The plan's time zone, and whether a subscriber's own comes before it.

    UTC, after a finding, where it is unknown.
    """
    word = _word(judge, record, "timezone", "say whose days it counts: `timezone Europe/Lisbon`")
    if word is None:
        return "UTC", False
    words = setting_words(record, "timezone")
    own = word.text == "subscriber"
    if not own:
        if len(words) > 1:
            judge.report(
                "E311",
                "a plan with a zone of its own needs no other",
                words[1].span,
                "delete it, or write `timezone subscriber, else ZONE`",
                fixes=(replaced(words[0].span, "subscriber"),),
            )
        return known_zone(judge, word) or "UTC", False
    if len(words) < 2:
        judge.report(
            "E316",
            "this does not say whose days count for a subscriber without a time zone",
            word.span,
            "write it as `timezone subscriber, else Europe/Lisbon`",
        )
        return "UTC", True
    return known_zone(judge, words[1]) or "UTC", True


def known_zone(judge: Judge, word: ast.Word) -> str | None:
    """The word, if it is the name of a time zone."""
    if is_zone(word.text):
        return word.text
    from zoneinfo import available_timezones  # noqa: PLC0415

    known = available_timezones()
    tail = {name.rsplit("/", 1)[-1]: name for name in sorted(known)}
    near = tail.get(word.text)
    message = f"unknown time zone `{word.text}`"
    if near:
        help_text = f"did you mean `{near}`?"
        judge.report("E208", message, word.span, help_text, fixes=(replaced(word.span, near),))
    else:
        otherwise = "write an IANA name such as `Europe/Lisbon`"
        judge.unknown("E208", message, word, sorted(known), otherwise)
    return None


def _word(judge: Judge, record: ast.Record, keyword: str, help_text: str) -> ast.Word | None:
    fact = judge.setting(record, keyword)
    if fact is None:
        judge.missing(record, keyword, help_text)
        return None
    return fact.words[0]


def compile_cycle(judge: Judge, record: ast.Record) -> model.Cycle | None:
    """The bill cycle."""
    fact = judge.setting(record, "cycle")
    if fact is None:
        judge.missing(record, "cycle", "say when bills close: `cycle monthly on day 1`")
        return None
    if fact.variant == "every":
        return _every(judge, fact)
    length = judge.choice(fact.words[0], CYCLES, "bill cycle")
    if length is None:
        return None
    months = CYCLES[length]
    if fact.variant == "from activation":
        return model.Cycle(months=months, from_activation=True, at=fact.span)
    month: str | None = "january"
    if fact.words[1:]:
        month = judge.choice(fact.words[1], _MONTHS, "month")
        if months == 1:
            judge.report(
                "E311",
                "a monthly cycle has no month of its own",
                fact.words[1].span,
                f"take `of {fact.words[1].text}` out, or write `quarterly` or `yearly`",
            )
    day = judge.whole(fact.number, 1, 31, "the day of a bill cycle") if fact.number else None
    if month is None or day is None:
        return None
    first = _MONTHS.index(month) + 1
    if day > _shortest(first, months) and not fact.flag and fact.number is not None:
        behind = f"on day {day}" + (f" of {month}" if fact.words[1:] else "")
        judge.report(
            "E316",
            f"not every bill's month has a day {day}",
            fact.number.span,
            f"write `{behind}, or the last day` to close on a shorter month's last day",
        )
    # Any month of a quarterly cycle says the same.
    first = (first - 1) % months + 1
    return model.Cycle(months=months, day=day, month=first, at=fact.span)


def _shortest(first: int, months: int) -> int:
    """The days of the shortest month in which a bill closes, in a common year."""
    return min(monthrange(2001, (first - 1 + n) % 12 + 1)[1] for n in range(0, 12, months))


def _every(judge: Judge, fact: ast.Setting) -> model.Cycle | None:
    unit = judge.choice(fact.words[0], _LENGTHS, "length of a cycle")
    count = judge.whole(fact.number, 1, 366, "the length of a cycle") if fact.number else None
    if unit is None or count is None:
        return None
    months, days = _LENGTHS[unit]
    return model.Cycle(months=months * count, days=days * count, from_activation=True, at=fact.span)


def compile_at_once(judge: Judge, record: ast.Record) -> model.AtOnce | None:
    """The amount of usage at which a bill is made at once, if there is one."""
    fact = judge.setting(record, "bills")
    if fact is None or fact.value is None:
        return None
    *named, compare = fact.words
    judge.choice(compare, (">=",), "comparison here")
    of = judge.targets(named, ("rate", "deck", "allowance"), ("usage",))
    money = judge.money(fact.value)
    if money == 0:
        judge.report(
            "E318", "every event would make a bill", fact.value.span, "write an amount above zero"
        )
    return model.AtOnce(of=of, amount=money, at=fact.span) if of and money else None


def compile_late_usage(
    judge: Judge, record: ast.Record
) -> Literal["", "next invoice", "correction"]:
    """How usage is billed that arrives after its bill has closed; empty where it is not said."""
    facts = record.settings("late")
    fact = judge.one(record, facts, "late usage")
    if fact is None:
        return ""
    at_once = [
        one
        for one in record.facts
        if isinstance(one, ast.Setting) and one.keyword == "bills" and one.value is not None
    ]
    if fact.variant == "correction" and at_once:
        judge.report(
            "E311",
            "bills at once are not made again, so they cannot be corrected",
            fact.span,
            "write `late usage on next invoice`",
            related=[Label(at_once[0].span, "the bills at once")],
        )
    return "correction" if fact.variant == "correction" else "next invoice"


def compile_negative(judge: Judge, record: ast.Record) -> model.Negative:
    """What becomes of usage below zero; empty where it is not said."""
    fact = judge.setting(record, "negative")
    return cast(Any, fact.variant) if fact is not None else ""


def compile_trial(judge: Judge, record: ast.Record) -> model.Trial | None:
    """The time before a line is charged, if there is one."""
    fact = judge.setting(record, "trial")
    if fact is None or fact.number is None:
        return None
    unit = judge.choice(fact.words[0], _LENGTHS, "length of a trial")
    count = judge.whole(fact.number, 1, 1000, "the length of a trial")
    usage: str | None = "free"
    if fact.words[1:]:
        usage = judge.choice(fact.words[1], ("free", "charged"), "way of treating usage")
    if unit is None or count is None or usage is None:
        return None
    return model.Trial(
        count=count, span=cast(Any, unit.rstrip("s")), free_usage=usage == "free", at=fact.span
    )


def compile_sold(judge: Judge, record: ast.Record) -> model.Period:
    """When the plan is sold; open where it does not say."""
    facts = record.facts_of(ast.Interval)
    fact = judge.one(record, facts, "sold")
    if fact is None:
        return model.ALWAYS
    found = judge.timeline([fact], "dates of sale")
    return found[0][1] if found else model.ALWAYS


def compile_cancel(
    judge: Judge, record: ast.Record
) -> Literal["", "crediting unused", "without credit"]:
    """What becomes of a fee in advance when what it is for ends early."""
    fact = judge.setting(record, "cancel")
    if fact is None:
        return ""
    return "crediting unused" if fact.variant == "crediting unused" else "without credit"


def _unknown_scope(judge: Judge, word: ast.Word, scope: str, scopes: tuple[str, ...]) -> None:
    """Report what nothing is rounded per; of `tax per item` the last word stands alone."""
    head = scope.removesuffix(word.text)
    behind = tuple(one.removeprefix(head) for one in scopes if one.startswith(head))
    message = f"nothing is rounded per {scope}"
    judge.unknown("E112", message, word, behind, "", did_you_mean(scope, scopes))


def compile_roundings(
    judge: Judge, record: ast.Record, scopes: tuple[str, ...] = SCOPES
) -> tuple[model.Rounding, ...]:
    """The rounding facts of a plan, or of a party, one for each scope."""
    facts = record.settings("rounding")
    seen: dict[str, ast.Setting] = {}
    rounding = []
    for fact in facts:
        mode = judge.choice(fact.words[0], MODES, "way of rounding")
        group = fact.words[1].text if fact.variant == "group" else ""
        scope = " per ".join(word.text for word in fact.words[1:])
        scope = f"tax group {group}" if group else scope
        if not group and scope not in scopes:
            _unknown_scope(judge, fact.words[-1], scope, (*scopes, "tax group"))
            continue
        if scope in seen:
            judge.report(
                "E310",
                f"two roundings per {scope}",
                fact.span,
                "delete one",
                "the second",
                (Label(seen[scope].span, "the first"),),
                repeated(seen[scope], fact),
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
                    scope=cast(Any, "tax group" if group else scope),
                    mode=cast(Any, mode),
                    quantum=quantum,
                    group=group,
                    never_zero=fact.flag,
                    at=fact.span,
                )
            )
    return tuple(rounding)
