"""The offer as consumer documents describe it: speeds, equipment, notice, words and links."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.lang.source import Span
from ratedsl.plan import model
from ratedsl.plan.compile.allowance_end import SPEEDS
from ratedsl.plan.judge import Judge

KINDS = ("advertised", "maximum", "normal", "minimum", "typical")
"""The ways in which a speed is promised."""

_NOTICE = ("day", "days", "week", "weeks", "month", "months")
_TEXTS = ("remedies", "ending", "terms", "identifier")


def only_record(judge: Judge, kind: str, why: str) -> ast.Record | None:
    """The one record of a kind of which a plan has one at most; a second one is reported."""
    records = sorted(judge.names.of_kind(kind).values(), key=lambda one: one.span)
    for extra in records[1:]:
        judge.report(
            "E310",
            f"a second {kind}, `{extra.name}`",
            extra.span,
            f"{why}; delete one of them",
            "the second",
            (Label(records[0].span, "the first"),),
        )
    return records[0] if records else None


def texts(record: ast.Record, keyword: str) -> tuple[str, ...]:
    """The words of a fact that may stand any number of times, in order of the words."""
    return tuple(sorted({one.words[0].text for one in record.settings(keyword)}))


def places(record: ast.Record) -> dict[str, Span]:
    """Where the first fact of each keyword stands."""
    found: dict[str, Span] = {}
    for one in sorted(record.facts, key=lambda fact: fact.span):
        found.setdefault(one.keyword, one.span)
    return found


def compile_contract(judge: Judge, fees: Sequence[model.Fee]) -> model.Contract | None:
    """The plan's contract, of which there is one at most."""
    record = only_record(judge, "contract", "a plan has one contract")
    if record is None:
        return None

    def only(keyword: str) -> ast.Setting | None:
        return judge.setting(record, keyword)

    access, base = only("access"), only("base")
    notice, span = _notice(judge, only("notice"))
    said = {keyword: fact.words[0].text for keyword in _TEXTS if (fact := only(keyword))}
    known = judge.choice(access.words[0], ("fixed", "mobile"), "kind of access") if access else None
    return model.Contract(
        id=record.name,
        title=record.title,
        access=cast(Any, known or ""),
        speeds=_speeds(judge, record),
        latency=_latency(judge, only("latency")),
        equipment=_equipment(only("equipment")),
        base=_base(judge, base, fees),
        notice=notice,
        notice_span=cast(Any, span),
        information=texts(record, "information"),
        places=places(record),
        at=record.span,
        **cast(Any, said),
    )


def _speeds(judge: Judge, record: ast.Record) -> tuple[model.Speed, ...]:
    found: dict[tuple[str, str], model.Speed] = {}
    for fact in (*record.settings("download"), *record.settings("upload")):
        kind = judge.choice(fact.words[0], KINDS, "kind of speed")
        assert fact.value is not None
        amount = judge.number(fact.value.number)
        unit = judge.choice(fact.value.unit, SPEEDS, "speed")
        if kind is None or unit is None or amount is None:
            continue
        if amount <= 0:
            judge.report("E318", "a speed is above zero", fact.value.span, "correct the number")
            continue
        first = found.get((fact.keyword, kind))
        if first is not None:
            judge.report(
                "E310",
                f"two {kind} speeds of `{fact.keyword}`",
                fact.span,
                "delete one of them",
                "the second",
                (Label(first.at, "the first"),),
            )
            continue
        found[fact.keyword, kind] = model.Speed(
            way=cast(Any, fact.keyword),
            kind=cast(Any, kind),
            amount=amount,
            unit=cast(Any, unit),
            at=fact.span,
        )
    return tuple(found[key] for key in sorted(found))


def _latency(judge: Judge, fact: ast.Setting | None) -> Decimal | None:
    if fact is None or fact.value is None:
        return None
    unit = judge.choice(fact.value.unit, ("ms", "s"), "unit of latency")
    amount = judge.number(fact.value.number)
    if amount is not None and amount <= 0:
        judge.report("E318", "a latency is above zero", fact.value.span, "correct the number")
        return None
    if unit is None or amount is None:
        return None
    return amount * 1000 if unit == "s" else amount


def _equipment(fact: ast.Setting | None) -> str | None:
    if fact is None:
        return None
    return "" if fact.variant == "none" else fact.words[0].text


def _notice(judge: Judge, fact: ast.Setting | None) -> tuple[int | None, str]:
    if fact is None or fact.value is None:
        return None, ""
    unit = judge.choice(fact.value.unit, _NOTICE, "length of notice")
    count = judge.whole(fact.value.number, 0, 366, "a length of notice")
    return (None, "") if unit is None or count is None else (count, unit.rstrip("s"))


def _base(judge: Judge, fact: ast.Setting | None, fees: Sequence[model.Fee]) -> str:
    if fact is None:
        return ""
    named = judge.name(fact.words[0], ("fee",), "fee")
    fee = next((one for one in fees if one.id == named), None)
    if fee is not None and all(one.span == "once" for one in fee.amounts):
        judge.report(
            "E311",
            f"`{fee.id}` is charged once, and the monthly price again and again",
            fact.words[0].span,
            "name a fee that recurs",
        )
        return ""
    return named or ""
