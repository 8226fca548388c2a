"""What a file's own records do to those it inherits: add to them, override them, drop them.

What is left is one record for each kind and id.
"""

from __future__ import annotations

from dataclasses import replace

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.mending import Edit, Fix, line_deleted, spelt_as
from ratedsl.lang.spelling import did_you_mean
from ratedsl.plan.keys import WHOLE, key_of
from ratedsl.plan.parted import parted
from ratedsl.plan.reserved import RELATIVE, RESERVED
from ratedsl.plan.resolved import LENT, Resolved

_CHARGING = (
    *("fee", "rate", "deck", "cost", "commission", "tax"),
    *("discount", "allowance", "cap", "commitment", "bundle", "wallet"),
)


def drop_records(result: Resolved, plan: ast.Record) -> None:
    """Take the records away that the plan drops."""
    for fact in plan.facts:
        if not (isinstance(fact, ast.Setting) and fact.keyword == "drops"):
            continue
        kind, name = fact.words
        if (kind.text, name.text) in result.records:
            result.refer(name, result.records.pop((kind.text, name.text)))
        elif not result.may_hold(name.text, (kind.text,)):
            known = [there for found, there in result.records if found == kind.text]
            result.diagnostics.append(
                Diagnostic(
                    "E111",
                    f"there is no {kind.text} `{name.text}` to drop",
                    name.span,
                    help=did_you_mean(name.text, known, "delete this fact"),
                    # Never safe: what was meant would still be there.
                    fixes=spelt_as(name.text, name.span, known) or (line_deleted(fact.span),),
                    options=tuple(sorted(known)),
                )
            )
            _misses_base(result, kind.text)


def add_record(result: Resolved, record: ast.Record) -> None:
    """Add a record to those in effect, or the changes that it makes to one of them."""
    if not _has_good_id(result, record):
        return
    if record.addon and record.kind.text not in ("fee", "allowance"):
        result.diagnostics.append(
            Diagnostic(
                "E002",
                f"a {record.kind.text} is no add-on",
                record.kind.span,
                help="`addon` stands before `fee` and `allowance`",
            )
        )
    record, twice = parted(record)
    if twice is not None:
        result.diagnostics.append(twice)
    key = (record.kind.text, record.name)
    if record.override and key not in result.own:
        record = _changed(result, record)
    elif key in result.records:
        _defined_twice(result, record)
        # What one of the two lacks, the other may state.
        result.records[key] = replace(result.records[key], broken=True)
        return
    _one_name_for_charges(result, record)
    result.records[key] = record
    result.own.add(key)


def _has_good_id(result: Resolved, record: ast.Record) -> bool:
    kind, name = record.kind, record.id
    if name is None:
        result.diagnostics.append(
            Diagnostic(
                "E108",
                f"this {kind.text} has no id",
                kind.span,
                help=f"write it as `{kind.text} some-id`; ids stay when titles change",
            )
        )
        return False
    if name.text in RESERVED or (kind.text == "zone" and name.text in RELATIVE):
        result.diagnostics.append(
            Diagnostic(
                "E108",
                f"`{name.text}` cannot be an id",
                name.span,
                help="the language means something by this word; choose another id",
            )
        )
        return False
    return True


def _changed(result: Resolved, record: ast.Record) -> ast.Record:
    """The inherited record with the changes of the one that overrides it."""
    name, kind = record.id, record.kind.text
    assert name is not None
    there = result.records.get((kind, name.text))
    if there is not None:
        result.refer(name, there)
        return merged(there, record)
    if not result.may_hold(name.text, (kind,)):
        known = [name for found, name in result.records if found == kind]
        result.diagnostics.append(
            Diagnostic(
                "E103",
                f"there is no {kind} `{name.text}` to override",
                name.span,
                help=did_you_mean(name.text, known, "without `override` it defines a new one"),
                fixes=(*spelt_as(name.text, name.span, known), _not_overriding(record)),
                options=tuple(sorted(known)),
            )
        )
        _misses_base(result, kind)
    # Of a record that changes nothing known, nobody can say what else it lacks.
    return replace(record, broken=True)


def _defined_twice(result: Resolved, record: ast.Record) -> None:
    name, kind = record.id, record.kind.text
    assert name is not None
    there = result.records[kind, name.text]
    help_text = "rename one, or say `override` to change the inherited one"
    fixes: tuple[Fix, ...] = (_overriding(record, lent=kind in LENT),)
    if (kind, name.text) in result.own:
        help_text = "keep one of them: `override` is for what comes from another file"
        fixes = ()
    result.diagnostics.append(
        Diagnostic(
            "E102",
            f"{kind} `{name.text}` is defined twice",
            name.span,
            "defined again",
            help_text,
            (Label((there.id or there.kind).span, "first defined here"),),
            fixes,
        )
    )


def _one_name_for_charges(result: Resolved, record: ast.Record) -> None:
    """Charges share one space of names, since discounts and taxes name them by id alone."""
    if record.kind.text not in _CHARGING or record.id is None:
        return
    for kind in _CHARGING:
        other = result.records.get((kind, record.name))
        if kind != record.kind.text and other is not None:
            result.diagnostics.append(
                Diagnostic(
                    "E102",
                    f"`{record.name}` already names a {kind}",
                    record.id.span,
                    "the same id",
                    "charges share one space of names: rename one",
                    (Label((other.id or other.kind).span, "first defined here"),),
                )
            )


def _misses_base(result: Resolved, kind: str) -> None:
    """Say no more of what is missing where the plan seems to lack an `extends`.

    It changes a record of a kind that only another plan can bring, and extends none.
    """
    plan = result.plan
    if kind in LENT or plan is None or any(one.keyword == "extends" for one in plan.facts):
        return
    result.baseless = True
    result.plan = replace(plan, broken=True)


def _overriding(record: ast.Record, *, lent: bool) -> Fix:
    """`override` put before a header.

    What comes by `extends` can only be meant to be changed. What a library lends may have the
    name by chance, and would then add to what has nothing to do with it.
    """
    start = record.span._replace(end=record.span.column)
    return Fix("say `override`", (Edit(start, "override "),), safe=not lent)


def _not_overriding(record: ast.Record) -> Fix:
    start = record.span
    span = start._replace(end=(record.kind.span.column if not record.addon else start.column + 9))
    return Fix("define a new one, without `override`", (Edit(span, ""),))


def merged(base: ast.Record, change: ast.Record) -> ast.Record:
    """`base` with the facts of `change`: those of the same key are replaced, the others stay."""
    kind = change.kind.text
    stated = {key_of(kind, fact) for fact in change.facts}
    anew = {fact.keyword for fact in change.facts} & WHOLE.get(kind, set())
    kept = [
        fact for fact in base.facts if key_of(kind, fact) not in stated and fact.keyword not in anew
    ]
    return replace(
        change,
        title=change.title or base.title,
        match=change.match or base.match,
        table=change.table or base.table,
        addon=change.addon or base.addon,
        facts=[*kept, *change.facts],
        broken=base.broken or change.broken,
    )
