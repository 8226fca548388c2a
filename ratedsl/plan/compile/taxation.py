"""What goes with taxes: exemptions from several, jurisdictions, sourcing, bundles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.condition import compile_conditions
from ratedsl.plan.compile.targets import charge_targets
from ratedsl.plan.compile.tax import LEVELS
from ratedsl.plan.judge import Judge
from ratedsl.plan.repeated import repeated

SOURCING = ("primary-use", "service-address", "billing-address", "event-place", "two-of-three")


def compile_exemption(judge: Judge, record: ast.Record) -> model.ExemptionRecord | None:
    """An exemption, or None where it is not known what it is from."""
    levels = judge.setting(record, "levels")
    taxes = judge.setting(record, "taxes")
    charges = judge.setting(record, "charges")
    chosen = (
        [judge.choice(one, LEVELS, "level of government") for one in levels.words] if levels else []
    )
    named = [judge.name(one, ("tax",), "tax") for one in taxes.words] if taxes else []
    of = charge_targets(judge, charges.words) if charges else ()
    conditions = compile_conditions(judge, record.facts)
    if not conditions and not charges:
        judge.missing(record, "when", "say whom it is for: `when certificate is federal`")
    # With a part left out it would exempt from more than it says.
    if None in chosen or None in named or (charges and not of):
        return None
    return model.ExemptionRecord(
        id=record.name,
        title=record.title,
        levels=tuple(cast(Any, chosen)),
        taxes=tuple(cast(Any, named)),
        of=of,
        conditions=conditions,
        at=record.span,
    )


def compile_jurisdictions(
    judge: Judge, records: Mapping[str, ast.Record]
) -> tuple[model.Jurisdiction, ...]:
    """The places that tax, each with all the places around it; a circle is an error."""
    parents: dict[str, tuple[str, ...]] = {}
    for name, record in records.items():
        fact = judge.setting(record, "within")
        names = (
            [judge.name(word, ("jurisdiction",), "jurisdiction") for word in fact.words]
            if fact
            else []
        )
        parents[name] = tuple(one for one in names if one)
    found = []
    for name, record in records.items():
        around: dict[str, None] = {}
        _climb(judge, records, parents, name, (), around)
        country = judge.setting(record, "country")
        codes = tuple(word.text for word in country.words) if country else ()
        for word in country.words if country else ():
            if not (len(word.text) == 2 and word.text.isalpha() and word.text.isupper()):
                judge.report(
                    "E112",
                    f"`{word.text}` is no country code",
                    word.span,
                    "write two capitals, as in ISO 3166: `US`",
                )
        network = judge.setting(record, "network")
        found.append(
            model.Jurisdiction(
                id=name,
                title=record.title,
                within=tuple(around),
                countries=codes,
                networks=tuple(word.text.replace("-", "") for word in network.words)
                if network
                else (),
                at=record.span,
            )
        )
    return tuple(found)


def _climb(
    judge: Judge,
    records: Mapping[str, ast.Record],
    parents: Mapping[str, tuple[str, ...]],
    name: str,
    chain: tuple[str, ...],
    around: dict[str, None],
) -> None:
    """Add the places around a place, nearest first; report each circle once, at its least id."""
    for parent in parents.get(name, ()):
        if parent in (*chain, name):
            circle = (*chain, name)[(*chain, name).index(parent) :]
            if (chain or (name,))[0] == min(circle):
                words = " → ".join((*circle, parent))
                judge.report(
                    "E106",
                    f"these places lie within each other: {words}",
                    records[circle[0]].span,
                    "take one `within` out",
                )
            continue
        if parent not in around:
            around[parent] = None
            _climb(judge, records, parents, parent, (*chain, name), around)


def compile_sources(judge: Judge, record: ast.Record) -> tuple[model.Source, ...]:
    """How the place of each charge is found; a service's own way comes before the general one."""
    seen: dict[str, ast.Setting] = {}
    found = []
    for fact in record.settings("sources"):
        what, how = fact.words
        known = ("taxes", "fees", "usage", *judge.units.dimensions)
        of = judge.choice(what, known, "kind of charge to find the place of")
        by = judge.choice(how, SOURCING, "way to find the place of a charge")
        if of in seen:
            judge.report(
                "E310",
                f"`sources {of}` stands twice",
                fact.span,
                "delete one of them",
                "the second",
                (Label(seen[of].span, "the first"),),
                repeated(seen[of], fact),
            )
        elif of and by:
            seen[of] = fact
            if of == "fees" and by in ("event-place", "two-of-three"):
                judge.report(
                    "E311",
                    "a fee has no event whose place could count",
                    how.span,
                    "write `primary-use`, `service-address` or `billing-address`",
                )
                continue
            found.append(model.Source(of=of, by=cast(Any, by), at=fact.span))
    return tuple(sorted(found, key=lambda one: one.of))


def compile_bundle(judge: Judge, record: ast.Record) -> model.Bundle | None:
    """A bundle, or None where its charges or its parts are not known."""
    fact = judge.setting(record, "splits")
    if fact is None:
        judge.missing(record, "splits", "name the charge that is sold as one: `splits monthly`")
    of = charge_targets(judge, fact.words, ("fee", "rate", "deck")) if fact else ()
    parts = []
    facts = record.settings("part")
    for one in facts:
        percent = judge.number(one.number) if one.number else None
        price = judge.money(one.value) if one.value else None
        if percent is not None or price is not None:
            parts.append(
                model.BundlePart(
                    category=one.words[0].text, percent=percent, price=price, at=one.span
                )
            )
    if len(facts) < 2:
        judge.missing(record, "part", "name two parts or more: `part phone 40%`")
        return None
    if len(parts) < len(facts) or not of:
        return None
    shares = [part.percent for part in parts if part.percent is not None]
    if shares and len(shares) < len(parts):
        judge.report(
            "E311",
            "some parts are percentages and others are stand-alone prices",
            facts[-1].span,
            "give all of them in the same way",
        )
        return None
    if (shares and sum(shares) != 100) or (
        not shares and not sum(part.price or 0 for part in parts)
    ):
        judge.report(
            "E315",
            f"these parts come to {sum(shares)}%" if shares else "these parts come to nothing",
            facts[-1].span,
            "the parts of a bundle come to 100%" if shares else "give their stand-alone prices",
        )
        return None
    return model.Bundle(
        id=record.name,
        title=record.title,
        of=of,
        parts=tuple(parts),
        conditions=compile_conditions(judge, record.facts),
        at=record.span,
    )
