"""The `tiers` and `tier` facts of a fee become what each of the held things costs."""

from __future__ import annotations

from typing import Any, Literal, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.judge import Judge
from ratedsl.plan.keys import key_of

MODES = ("graduated", "volume")


def compile_fee_tiers(
    judge: Judge, record: ast.Record, item: str
) -> tuple[Literal["", "graduated", "volume"], tuple[model.FeeTier, ...]]:
    """How the tiers are read, and the tiers in order; `item` is what they count."""
    facts = record.facts_of(ast.FeeTier)
    by_tier = [f for f in record.facts if isinstance(f, ast.Amount) and f.money is None]
    heads = record.settings("tiers")
    head = judge.one(record, heads, "tiers")
    if not (facts or by_tier or head):
        return "", ()
    priced = [f for f in record.facts if isinstance(f, ast.Amount) and f.money is not None]
    if priced and (facts or head):
        judge.report(
            "E311",
            "a fee has an amount or tiers",
            priced[0].span,
            "write `amount by tier per month per seat in advance`, or take the tiers out",
        )
        return "", ()
    if head is None:
        judge.missing(record, "tiers", "add `tiers graduated` or `tiers volume`")
    if not facts:
        judge.missing(record, "tier", "add `tier up to 10 seats 12.00 EUR each` and `tier above`")
    if not item:
        judge.report(
            "E311",
            "the account is one, so its fee has no tiers",
            record.span,
            "count lines, or an item: `amount by tier per month per seat in advance`",
        )
    mode = judge.choice(head.words[0], MODES, "kind of tiers") if head else None
    tiers = _tiers(judge, record, facts, item)
    if facts and not any(tier.limit is None for tier in tiers):
        judge.report(
            "E306",
            f"fee `{record.name}` says nothing of more than these tiers hold",
            facts[-1].span,
            "end with `tier above`",
        )
    return cast(Any, mode or ""), tiers if mode else ()


def _tiers(
    judge: Judge, record: ast.Record, facts: tuple[ast.FeeTier, ...], item: str
) -> tuple[model.FeeTier, ...]:
    keys: dict[tuple[str, ...], list[ast.FeeTier]] = {}
    for fact in facts:
        keys.setdefault(key_of("fee", fact), []).append(fact)
    tiers = []
    for same in keys.values():
        for fact, period in judge.timeline(same, "tiers of one bound"):
            money = judge.money(fact.money)
            limit = _limit(judge, fact.bound, item)
            if money is not None and limit != 0:
                tiers.append(
                    model.FeeTier(
                        limit=limit, amount=money, flat=fact.flat, period=period, at=fact.span
                    )
                )
    return tuple(sorted(tiers, key=lambda one: (one.limit is None, one.limit or 0)))


def _limit(judge: Judge, bound: ast.Bound, item: str) -> int | None:
    """The last of the things that the tier holds; None without end, and 0 after a finding."""
    if bound.value is None:
        return None
    if item:
        judge.choice(bound.value.unit, (f"{item}s", item), "thing that this fee counts")
    least = 2 if bound.kind == "below" else 1
    number = judge.whole(bound.value.number, least, 1_000_000, "the bound of a fee's tier")
    return 0 if number is None else number + 1 - least
