"""`zone` records become places, each with all that it includes."""

from __future__ import annotations

from collections.abc import Mapping

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.judge import Judge


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
            sorted({word.text.replace("-", "") for word in setting_words(record, "network")})
        ),
        at=record.span,
    )


def _countries(judge: Judge, record: ast.Record) -> set[str]:
    codes = set()
    for word in setting_words(record, "country"):
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


def setting_words(record: ast.Record, keyword: str) -> list[ast.Word]:
    """The words of all facts of a keyword."""
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
        for word in setting_words(records[current], "includes"):
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
