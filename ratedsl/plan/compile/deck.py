"""A `deck` record becomes a Rate whose prices stand in a file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan import model
from ratedsl.plan.compile.rate import compile_rate
from ratedsl.plan.deck import read_deck
from ratedsl.plan.files import locate
from ratedsl.plan.judge import Judge


def compile_deck(judge: Judge, record: ast.Record) -> model.Rate | None:
    """The deck as a rate, or None where its file or the unit of its prices is not known.

    The rate is for every prefix of the file; findings in the file stand at their rows.
    """
    if record.table is None:
        if not record.broken:
            judge.report(
                "E308",
                f"deck `{record.name}` does not say where its rows are",
                record.span,
                'write it as `deck ID from "deck.csv" for voice`',
            )
        return None
    facts = [fact for fact in record.facts if isinstance(fact, ast.Priced)]
    fact = judge.one(record, facts, "priced")
    if fact is None:
        judge.missing(record, "priced", "say what its prices are: `priced in EUR per min`")
    rate = compile_rate(judge, record)
    if rate is None or fact is None:
        return None
    deck = _deck(judge, record, record.table, fact)
    if deck is None:
        return None
    if rate.match.to:
        judge.report(
            "E311",
            "a deck names its places itself",
            rate.match.at,
            "take `to` out: the prefixes of the file are what it is for",
        )
    match = rate.match.model_copy(update={"to": (rate.id,)})
    return rate.model_copy(update={"match": match, "deck": deck})


def _deck(judge: Judge, record: ast.Record, path: ast.Word, fact: ast.Priced) -> model.Deck | None:
    unit = _unit(judge, record, fact)
    target = locate(path, Path(record.source.path).parent, judge.names.root)
    if isinstance(target, Diagnostic):
        judge.add(target)
        return None
    shown, real = target
    try:
        table, found = read_deck(real, str(shown))
    except OSError as problem:
        reason = (problem.strerror or "it cannot be read").lower()
        judge.report(
            "E105",
            f"cannot read `{path.text}`: {reason}",
            path.span,
            f"a deck is looked for beside the file that names it: {shown}",
        )
        return None
    judge.found += found
    if unit is None:
        return None
    return model.Deck(file=path.text, digest=table.digest, unit=unit, table=table, at=record.span)


def _unit(judge: Judge, record: ast.Record, fact: ast.Priced) -> model.UnitPrice | None:
    """What each price is for, with an amount of nothing."""
    one = ast.Number(Decimal(1), "1", fact.currency.span)
    money = ast.Value(one, fact.currency, fact.currency.span)
    price = ast.UnitPrice(money, fact.block, fact.count, fact.unit, fact.span)
    assert record.match is not None
    dimension = judge.units.dimension_of(record.match.service.text)
    judged = judge.unit_price(price, dimension, f"`{record.match.service.text}`")
    if judged is None:
        return None
    return judged[0].model_copy(update={"text": judged[0].text.removeprefix("1 ")})
