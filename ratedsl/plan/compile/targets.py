"""The charges that other records name: groups of them, records, services and categories."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ratedsl.lang import ast
from ratedsl.plan.judge import Judge

CHARGES = ("fees", "usage", "charges")
"""Groups of charges."""

CHARGED = ("fee", "rate", "deck", "allowance", "commitment")
"""Kinds of record whose charges others name by id."""

CHARGING = ("fee", "rate", "deck", "allowance")
"""The same without what is made up for what they fall short of."""


def percentage(judge: Judge, number: ast.Number) -> Decimal | None:
    """A percentage of at most 100."""
    value = judge.number(number)
    if value is not None and value > 100:
        judge.report("E315", "this is more than 100%", number.span, "correct the percentage")
        return None
    return value


def categories(judge: Judge) -> set[str]:
    """The categories that some charge, or a part of a bundle, is said to be of."""
    return {
        fact.words[0].text
        for record in judge.names.records.values()
        for fact in record.facts
        if isinstance(fact, ast.Setting)
        and (
            fact.keyword == "category" or (fact.keyword == "part" and record.kind.text == "bundle")
        )
    }


def charge_targets(
    judge: Judge, words: Sequence[ast.Word], kinds: Sequence[str] = CHARGED
) -> tuple[str, ...]:
    """What taxes name: groups such as `usage`, records, the usage of a service, a category.

    A service reads `usage of voice` then, and a category `category internet`, so that neither
    is taken for a record; a record of that name comes first.
    """
    good = []
    known = {name: record for (kind, name), record in judge.names.records.items() if kind in kinds}
    services = list(judge.units.dimensions)
    kept = categories(judge)
    for word in words:
        if word.text in CHARGES or word.text in known:
            good.append(word.text)
            if word.text in known:
                judge.refer(word, known[word.text])
        elif word.text in services:
            good.append(f"usage of {word.text}")
        elif word.text in kept:
            good.append(f"category {word.text}")
        elif not judge.names.may_hold(word.text, (*kinds, "service")):
            options = sorted({*CHARGES, *known, *services, *kept})
            judge.unknown("E101", f"unknown charge `{word.text}`", word, options)
    return tuple(dict.fromkeys(good))
