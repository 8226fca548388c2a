"""`unit` and `service` records become what the plan counts in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.sampling import compile_sampling
from ratedsl.plan.judge import Judge
from ratedsl.plan.units import MONEY, SERVICES, UNITS, Unit, Units

_MOST_DECIMALS = 12
_DEEPEST = 50
# In base units: milliseconds, bytes or the smallest decimal of a unit of the plan's own.
_LARGEST = 10**18


def compile_measures(
    judge: Judge, units: Mapping[str, ast.Record], services: Mapping[str, ast.Record]
) -> tuple[tuple[model.UnitDefinition, ...], tuple[model.Service, ...]]:
    """The plan's own units and services; from then on the judge knows them."""
    sizes = _Sizes(judge, units)
    for name in units:
        sizes.of(name)
    judge.units = Units(sizes.known)
    made = [
        model.UnitDefinition(
            id=unit.name,
            title=units[unit.name].title,
            dimension=unit.dimension,
            size=unit.size,
            at=units[unit.name].span,
        )
        for unit in sizes.known.values()
    ]
    found = [_service(judge, record) for record in services.values()]
    kept = tuple(service for service in found if service is not None)
    counted = {
        (service.id, one.name): one.unit if one.kind == "quantity" else MONEY
        for service in kept
        for one in service.attributes
        if one.kind in ("quantity", "money")
    }
    judge.units = Units(sizes.known, {service.id: service.unit for service in kept}, counted)
    judge.attributes = {service.id: service.attributes for service in kept}
    return tuple(made), kept


class _Sizes:
    """Works out units that are defined by others, in whatever order they stand."""

    def __init__(self, judge: Judge, records: Mapping[str, ast.Record]) -> None:
        self.judge = judge
        self.records = records
        self.known: dict[str, Unit] = {}
        self.waiting: list[str] = []
        self.wrong: set[str] = set()

    def of(self, name: str) -> Unit | None:
        """The unit with that name, standard or the plan's own."""
        if name in UNITS or name in self.known or name not in self.records:
            return self.known.get(name) or UNITS.get(name)
        record = self.records[name]
        if name in self.wrong:
            return None
        if name in self.waiting:
            self.wrong.update(self.waiting)
            chain = " → ".join([*self.waiting[self.waiting.index(name) :], name])
            self.judge.report(
                "E106",
                f"these units are made of each other: {chain}",
                record.span,
                "let one of them stand without `equals`",
            )
            return None
        if len(self.waiting) > _DEEPEST:
            self.wrong.update(self.waiting)
            self.judge.report(
                "E106",
                f"units are made of each other more than {_DEEPEST} deep",
                record.span,
                "define it by a unit of every plan, such as `s` or `MB`",
            )
            return None
        self.waiting.append(name)
        unit = self._make(record)
        self.waiting.pop()
        if unit is not None:
            self.known[name] = unit
        return unit

    def _make(self, record: ast.Record) -> Unit | None:
        judge, name = self.judge, record.name
        facts = record.facts_of(ast.Setting)
        equals = judge.one(record, [f for f in facts if f.variant == "equals"], "equals")
        decimals = judge.one(record, [f for f in facts if f.variant == "decimals"], "decimals")
        if equals is None or equals.value is None:
            places = 0
            if decimals is not None and decimals.number is not None:
                places = (
                    judge.whole(decimals.number, 0, _MOST_DECIMALS, "a number of decimals") or 0
                )
            return Unit(name, name, 10**places)
        base = self.of(equals.value.unit.text)
        number = judge.number(equals.value.number)
        if base is None:
            # A unit that is defined, but wrongly, has been reported itself.
            if equals.value.unit.text not in self.records:
                judge.units = Units(self.known)
                judge.unit(equals.value.unit)
            return None
        size = Fraction(number or 0) * base.size
        if size <= 0 or size.denominator != 1:
            judge.report(
                "E305",
                f"`{name}` is no whole number of base units",
                equals.value.span,
                f"give the base unit of `{base.name}` more `decimals`",
            )
            return None
        if size > _LARGEST:
            judge.report(
                "E317",
                f"`{name}` is too large a unit to be meant",
                equals.value.span,
                "correct the number",
            )
            return None
        return Unit(name, base.dimension, int(size))


def _service(judge: Judge, record: ast.Record) -> model.Service | None:
    facts = record.facts_of(ast.Setting)
    stated = [fact for fact in record.facts if fact.keyword == "measured"]
    measured = judge.one(record, stated, "measured")
    negative = judge.one(record, [f for f in facts if f.keyword == "negative"], "negative")
    if record.name in SERVICES:
        judge.report(
            "E102",
            f"`{record.name}` is a service of every plan",
            record.span,
            "give your own service another id",
        )
        return None
    if measured is None:
        judge.missing(record, "measured", "say what it counts: `measured in kWh`")
        return None
    sampled = measured if isinstance(measured, ast.Measured) else None
    word = measured.words[0] if isinstance(measured, ast.Setting) else None
    unit = judge.unit(sampled.unit) if sampled else judge.unit(word) if word else None
    if unit is None:
        return None
    return model.Service(
        id=record.name,
        title=record.title,
        unit=unit.name,
        negative=cast(Any, negative.variant if negative else ""),
        attributes=_attributes(judge, facts),
        sampling=compile_sampling(judge, sampled) if sampled else None,
        at=record.span,
    )


def _attributes(judge: Judge, facts: Sequence[ast.Setting]) -> tuple[model.Attribute, ...]:
    """What usage of a service carries, each attribute once."""
    found: dict[str, model.Attribute] = {}
    for fact in facts:
        if fact.keyword != "attribute":
            continue
        name, *rest = fact.words
        kind, unit = "text", ""
        values: tuple[str, ...] = ()
        if fact.variant == "in":
            measure = judge.unit(rest[0])
            if measure is None:
                continue
            kind, unit = "quantity", measure.name
        elif fact.variant == "one of":
            values = tuple(dict.fromkeys(word.text for word in rest))
        else:
            chosen = judge.choice(rest[0], ("text", "number", "money"), "kind of attribute")
            if chosen is None:
                continue
            kind = chosen
        if name.text in found:
            judge.report(
                "E310",
                f"attribute `{name.text}` is described twice",
                fact.span,
                "delete one of them",
                "the second",
                (Label(found[name.text].at, "the first"),),
            )
            continue
        found[name.text] = model.Attribute(
            name=name.text, kind=cast(Any, kind), unit=unit, values=values, at=fact.span
        )
    return tuple(found.values())
