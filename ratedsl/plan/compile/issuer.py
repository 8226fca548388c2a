"""Who sends the bill, when it is to be paid, and what paying late costs."""

from __future__ import annotations

from typing import TypeVar

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.contract import only_record, places, texts
from ratedsl.plan.compile.targets import percentage
from ratedsl.plan.judge import Judge

F = TypeVar("F", bound=ast.Fact)

_FIELDS = {
    **{name: name for name in ("address", "contact", "complaints", "privacy", "discounts")},
    **{"tax": "tax_number", "network": "network_management"},
}


def compile_issuer(judge: Judge) -> model.Issuer | None:
    """The plan's issuer, of which there is one at most."""
    record = only_record(judge, "issuer", "a bill has one issuer")
    if record is None:
        return None
    if not record.title:
        judge.report(
            "E308",
            f"issuer `{record.name}` has no name",
            record.span,
            f'write it as `issuer {record.name} "NAME"`',
        )
    found = {}
    for keyword, field in _FIELDS.items():
        fact = _only(judge, record, keyword, ast.Setting)
        found[field] = fact.words[0].text if fact else ""
    return model.Issuer(
        id=record.name,
        title=record.title,
        accessibility=texts(record, "accessibility"),
        places=places(record),
        at=record.span,
        **found,
    )


def compile_due(judge: Judge, record: ast.Record) -> model.Due | None:
    """How long after its close a bill is due, if the plan says it."""
    fact = _only(judge, record, "due", ast.Setting)
    if fact is None or fact.number is None:
        return None
    days = _days(judge, fact.number, fact.words[0])
    return None if days is None else model.Due(days=days, at=fact.span)


def compile_late(judge: Judge, record: ast.Record) -> model.Late | None:
    """The late fee, which needs a day on which bills are due."""
    fact = _only(judge, record, "late", ast.Late)
    if fact is None:
        return None
    if not any(one.keyword == "due" for one in record.facts) and not record.broken:
        judge.report(
            "E308",
            "a late fee without a day on which bills are due",
            fact.span,
            "add `due 14 days after close`",
        )
    days = _days(judge, fact.number, fact.unit)
    amount = judge.money(fact.value)
    percent = judge.number(fact.percent) if fact.percent else None
    if percent is not None and not 0 <= percent <= 100:
        judge.report(
            "E315", "a late fee of more than all", fact.span, "write a percentage up to 100"
        )
        return None
    if days is None or (amount is None and percent is None):
        return None
    return model.Late(days=days, amount=amount, percent=percent, at=fact.span)


def compile_deposit_interest(judge: Judge, record: ast.Record) -> model.DepositInterest | None:
    """What a deposit earns; nothing where the plan does not say it."""
    fact = _only(judge, record, "deposits", ast.Setting)
    if fact is None or fact.number is None:
        return None
    percent = percentage(judge, fact.number)
    return None if percent is None else model.DepositInterest(percent=percent, at=fact.span)


def _days(judge: Judge, number: ast.Number, unit: ast.Word) -> int | None:
    known = judge.choice(unit, ("day", "days"), "unit here")
    days = judge.whole(number, 0, 366, "a number of days")
    return days if known else None


def _only(judge: Judge, record: ast.Record, keyword: str, kind: type[F]) -> F | None:
    facts = [one for one in record.facts if one.keyword == keyword and isinstance(one, kind)]
    return judge.one(record, facts, keyword)
