"""A `deck` record becomes a Rate whose prices stand in a file."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Span
from ratedsl.lang.spelling import did_you_mean
from ratedsl.plan import model
from ratedsl.plan.compile.rate import compile_rate
from ratedsl.plan.deck import DeckTable, held_to, with_zones
from ratedsl.plan.deck_reader import read_deck
from ratedsl.plan.files import locate
from ratedsl.plan.judge import Judge
from ratedsl.plan.table import Dialect

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
DECIMALS = {"point": ".", "comma": ","}


def compile_deck(judge: Judge, record: ast.Record) -> model.Rate | None:
    """The deck as a rate, or None where its file or the unit of its prices is not known.

    The rate is for every prefix of the file; findings in the file stand at their rows.
    """
    if record.table is None:
        if not record.broken:
            judge.report(
                "E308",
                f"{record.kind.text} `{record.name}` does not say where its rows are",
                record.span,
                f'write it as `{record.kind.text} ID from "deck.csv" for voice`',
            )
        return None
    facts = record.facts_of(ast.Priced)
    fact = judge.one(record, facts, "priced")
    if fact is None:
        judge.missing(record, "priced", "say what its prices are: `priced in EUR per min`")
    rate = compile_rate(judge, record)
    deck = _deck(judge, record, record.table, fact) if fact is not None else None
    if rate is None or deck is None:
        return None
    table = _placed(judge, rate, deck)
    windows = [name for name in table.windows if name]
    if len(windows) > 1 and rate.across is None and not record.broken:
        judge.report(
            "E316",
            f"{record.kind.text} `{record.name}` does not say what happens to an event that "
            "crosses from one window into another",
            record.span,
            "add `across windows split, increments carry`, the same with `restart`, or "
            "`across windows by start`",
        )
    match = rate.match.model_copy(update={"to": (rate.id,)})
    deck = deck.model_copy(update={"table": table, "to": rate.match.to})
    return rate.model_copy(update={"match": match, "deck": deck})


def _placed(judge: Judge, rate: model.Rate, deck: model.Deck) -> DeckTable:
    """The rows of the deck, those of zones under their prefixes, held to where the deck is for."""
    table: DeckTable = deck.table
    zones = {zone.id: zone for zone in judge.zones}
    for name, rows in table.zones.items():
        if name not in zones and not judge.names.may_hold(name, ("zone",)):
            _at_row(judge, table, rows[0].line, f"unknown zone `{name}`", name, zones)
    windows = [name for kind, name in judge.names.records if kind == "window"]
    for name, line in table.windows.items():
        if name not in windows and not judge.names.may_hold(name, ("window",)):
            _at_row(judge, table, line, f"unknown window `{name}`", name, windows)
    for code, line in table.currencies.items():
        if code != deck.currency:
            _at_row(judge, table, line, f"this deck is in {deck.currency}, not in {code}", code, ())
    table = with_zones(table, {name: zone.all_prefixes() for name, zone in zones.items()})
    if not rate.match.to:
        return table
    places = [zones[place] for place in rate.match.to if place in zones]
    prefixes = {place for place in rate.match.to if place not in zones}.union(
        *(zone.all_prefixes() for zone in places)
    )
    excepted = frozenset().union(*(zone.all_excepted() for zone in places))
    return held_to(table, prefixes, excepted)


def _at_row(
    judge: Judge, table: DeckTable, line: int, message: str, name: str, known: Iterable[str]
) -> None:
    span = Span(table.path, line, 1, len(name) + 1)
    judge.report("E320", message, span, did_you_mean(name, known, "correct the row"))


def _deck(judge: Judge, record: ast.Record, path: ast.Word, fact: ast.Priced) -> model.Deck | None:
    unit = _unit(judge, record, fact)
    # Where the path stands: an overriding record takes it over from another folder.
    target = locate(path, Path(path.span.path).parent, judge.names.root)
    if isinstance(target, Diagnostic):
        judge.add(target)
        return None
    shown, real = target
    try:
        table, found = read_deck(real, str(shown), _dialect(judge, record))
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
    block = _block(judge, record, table)
    if unit is None:
        return None
    return model.Deck(
        file=path.text,
        digest=table.digest,
        unit=unit,
        currency=fact.currency.text,
        block=block,
        table=table,
        at=record.span,
    )


def _dialect(judge: Judge, record: ast.Record) -> Dialect:
    """What parts the cells of the file, and what marks its decimals."""
    separator, decimal = ",", "."
    for keyword, known in (("separator", SEPARATORS), ("decimal", DECIMALS)):
        facts = record.settings(keyword)
        fact = judge.one(record, facts, keyword)
        name = judge.choice(fact.words[0], known, keyword) if fact else None
        if name is None:
            continue
        if keyword == "separator":
            separator = known[name]
        else:
            decimal = known[name]
    if separator == decimal:
        decimals = [one.span for one in record.facts if one.keyword == "decimal"]
        judge.report(
            "E311",
            "one mark cannot part cells and decimals",
            decimals[0],
            "say which other one parts the cells: `separator semicolon`",
        )
        decimal = "."
    return Dialect(separator, decimal)


def _block(judge: Judge, record: ast.Record, table: DeckTable) -> int | None:
    """How many base units the numbers of the columns first, next and minimum count in."""
    fact = judge.setting(record, "increments")
    billed = record.facts_of(ast.Billed)
    if table.blocks and billed:
        judge.report(
            "E311",
            "increments in the file and in the deck",
            billed[0].span,
            "take out this fact, or the columns first and next",
        )
    if fact is None:
        if table.blocks:
            judge.missing(record, "increments", "say what first and next count: `increments in s`")
        return None
    unit = judge.unit(fact.words[0])
    assert record.match is not None
    service = record.match.service.text
    if unit is None or not judge.fits(
        unit, judge.units.dimension_of(service), fact.words[0], f"`{service}`"
    ):
        return None
    return unit.size


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
