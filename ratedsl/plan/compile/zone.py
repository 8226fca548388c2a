"""`zone` records become places, each with all that it includes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.spelling import in_order
from ratedsl.plan import model
from ratedsl.plan.countries import COUNTRIES
from ratedsl.plan.files import locate
from ratedsl.plan.judge import Judge
from ratedsl.plan.listing import Listing, prefixes_between, read_listing
from ratedsl.plan.networks import is_network


def compile_zones(judge: Judge, records: Mapping[str, ast.Record]) -> tuple[model.Zone, ...]:
    """All zones, each with what the zones that it includes hold too."""
    own = {name: _own_zone(judge, record) for name, record in records.items()}
    included: dict[str, list[str]] = {}
    for name, record in records.items():
        known = (judge.name(word, ("zone",), "zone") for word in setting_words(record, "includes"))
        included[name] = [one for one in known if one is not None and one in own]
    return tuple(_with_included(name, included, own) for name in records)


def _own_zone(judge: Judge, record: ast.Record) -> model.Zone:
    listing = _listing(judge, record) if record.table is not None else None
    if not record.facts and record.table is None:
        judge.missing(record, "prefix", "say what it holds: `prefix +351`, or `network 268`")
    lines = record.settings("lines")
    own = judge.one(record, lines, "lines")
    whose = judge.choice(own.words[0], ("account", "plan"), "owner of lines") if own else None
    return model.Zone(
        id=record.name,
        title=record.title,
        prefixes=tuple(sorted(_prefixes(judge, record))),
        excepted=tuple(sorted(_excepted(judge, record))),
        countries=tuple(
            sorted(_countries(judge, record) | (listing.countries if listing else set()))
        ),
        networks=tuple(sorted(_networks(judge, record) | (listing.networks if listing else set()))),
        lines=() if whose is None else (cast(Any, whose),),
        lists=(listing,) if listing else (),
        digests=(listing.digest,) if listing else (),
        at=record.span,
    )


def _listing(judge: Judge, record: ast.Record) -> Listing | None:
    """The list in the file that the zone is from."""
    path = record.table
    assert path is not None
    target = locate(path, Path(path.span.path).parent, judge.names.root)
    if isinstance(target, Diagnostic):
        judge.add(target)
        return None
    shown, real = target
    try:
        listing, found = read_listing(real, str(shown))
    except OSError as problem:
        reason = (problem.strerror or "it cannot be read").lower()
        judge.report(
            "E105",
            f"cannot read `{path.text}`: {reason}",
            path.span,
            f"a list is looked for beside the file that names it: {shown}",
        )
        return None
    judge.found += found
    return listing


def _prefixes(judge: Judge, record: ast.Record) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for fact in record.facts:
        if isinstance(fact, ast.PrefixRange):
            both = [_digits(judge, fact.first), _digits(judge, fact.last)]
            if None in both:
                continue
            covered = prefixes_between(fact.first.text, fact.last.text)
            if covered is None:
                judge.report(
                    "E318",
                    "this is no range of numbers",
                    fact.last.span,
                    "give both ends as many digits, the lower one first",
                )
                continue
            found.update((digits, fact.title) for digits in covered)
        elif isinstance(fact, ast.Named) and fact.keyword == "prefix":
            assert isinstance(fact.value, ast.Word)
            if _digits(judge, fact.value):
                found.add((fact.value.text, fact.title))
    return found


def _excepted(judge: Judge, record: ast.Record) -> set[str]:
    return {
        fact.value.text
        for fact in record.facts_of(ast.Named)
        if fact.keyword == "except"
        and isinstance(fact.value, ast.Word)
        and _digits(judge, fact.value)
    }


def _digits(judge: Judge, word: ast.Word) -> str | None:
    if word.text.lstrip("+").isdigit() and len(word.text.lstrip("+")) <= 15:
        return word.text
    judge.report(
        "E318",
        "a prefix is up to 15 digits, `+` first in E.164",
        word.span,
        "write it as +351, or as dialled: 112",
    )
    return None


def _countries(judge: Judge, record: ast.Record) -> set[str]:
    return {code for word in setting_words(record, "country") if (code := country(judge, word))}


def country(judge: Judge, word: ast.Word) -> str | None:
    """The word if it is a country's code."""
    if word.text in COUNTRIES:
        return word.text
    judge.unknown(
        "E112",
        f"`{word.text}` is no country code",
        word,
        in_order(COUNTRIES),
        "write two capital letters, as in ISO 3166: `PT`",
    )
    return None


def _networks(judge: Judge, record: ast.Record) -> set[str]:
    codes = set()
    for word in setting_words(record, "network"):
        if is_network(word.text):
            codes.add(word.text.replace("-", ""))
        else:
            judge.report(
                "E318",
                f"`{word.text}` is no network",
                word.span,
                "write a country's three digits, which begin with 2 to 7, or them and the two or "
                "three of its network: 268-01",
            )
    return codes


def setting_words(record: ast.Record, keyword: str) -> list[ast.Word]:
    """The words of all facts of a keyword."""
    return [word for fact in record.settings(keyword) for word in fact.words]


def _with_included(
    name: str, included: Mapping[str, list[str]], own: Mapping[str, model.Zone]
) -> model.Zone:
    """The zone with all it includes, directly or through others; circles end by themselves."""
    seen: dict[str, None] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen[current] = None
            waiting += included[current]
    parts = [own[one] for one in seen]
    if len(parts) == 1:
        return parts[0]
    return own[name].model_copy(
        update={
            "prefixes": _joined(part.prefixes for part in parts),
            "excepted": tuple(sorted(_still_excepted(parts))),
            "countries": _joined(part.countries for part in parts),
            "networks": _joined(part.networks for part in parts),
            "lines": _joined(part.lines for part in parts),
            "lists": tuple(one for part in parts for one in part.lists),
            "digests": _joined(part.digests for part in parts),
            "includes": tuple(one for one in seen if one != name),
        }
    )


def _joined(groups: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(sorted({one for group in groups for one in group}))


def _still_excepted(parts: list[model.Zone]) -> set[str]:
    """What no part holds: an exception of one zone takes nothing out of another it stands beside.

    What the including zone itself excepts is out of all that it includes.
    """
    if not any(part.excepted or part.lists for part in parts):
        return set()
    sides = [(part.all_prefixes(), part.all_excepted()) for part in parts]
    found = set(sides[0][1])
    for index, (_, excepted) in enumerate(sides[1:], 1):
        if not excepted:
            continue
        rest = sides[:index] + sides[index + 1 :]
        found.update(
            prefix for prefix in excepted if not any(_holds(*side, prefix) for side in rest)
        )
    return found


def _holds(prefixes: AbstractSet[str], excepted: AbstractSet[str], number: str) -> bool:
    """Whether the longest prefix of a number is one that is held."""
    for length in range(len(number), 0, -1):
        if number[:length] in prefixes:
            return True
        if number[:length] in excepted:
            return False
    return False
