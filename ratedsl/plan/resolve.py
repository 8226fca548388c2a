"""Which records a plan has: its own, those that `use` lends, those that `extends` brings.

Names resolve here, before anything is compiled: a record that is defined twice, an
`override` of nothing, and a dropped record are settled, and what is left is one record for
each kind and id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.mending import Edit, Fix, line_deleted, spelt_as
from ratedsl.lang.source import Span
from ratedsl.lang.spelling import did_you_mean
from ratedsl.plan.files import FileSet, plan_root
from ratedsl.plan.keys import key_of
from ratedsl.plan.parted import parted

LENT = (
    *("unit", "service", "zone", "window", "holidays"),
    *("jurisdiction", "tax", "exemption", "issuer"),
)
"""Kinds that `use` lends; all others come by `extends` only."""

RESERVED = frozenset({"usage", "fees", "charges", "anywhere"})
RELATIVE = frozenset({"home", "visited"})
"""Places that depend on where the subscriber is at home, and on which country he visits."""

Names = dict[tuple[str, str], ast.Record]


class Reference(NamedTuple):
    """A place where the name of a record stands, and where the record's own id does.

    An overriding record refers by its own id to what it changes: `target` is the place of the
    other's. `kind` is that of the record.
    """

    span: Span
    target: Span
    kind: str


@dataclass
class Resolved:
    """The records in effect for one file. `plan` is None for a library.

    `root` is the folder that no path in them may leave. What was lost to a mistake is not
    said to be unknown: `lost` are words of headers that could not be read, `partial` says
    that some `use` leads nowhere, `baseless` that the plan which this one extends is missing.
    `plans` are the used files that hold a plan, by its id: tests may change from and to these.
    """

    plan: ast.Record | None = None
    root: Path = Path()
    records: Names = field(default_factory=dict)
    tests: list[ast.Record] = field(default_factory=list)
    own: set[tuple[str, str]] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    partial: bool = False
    baseless: bool = False
    plans: dict[str, Resolved] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def of_kind(self, kind: str) -> dict[str, ast.Record]:
        """The records of one kind by id, in order of id."""
        return {
            name: self.records[kind, name] for found, name in sorted(self.records) if found == kind
        }

    def may_hold(self, name: str, kinds: Sequence[str]) -> bool:
        """Whether a mistake reported elsewhere may hide a record of one of the kinds."""
        lent = self.partial and any(kind in LENT for kind in kinds)
        return lent or self.baseless or name in self.lost


def resolve(files: FileSet) -> Resolved:
    """The records in effect for the first file of the set."""
    found = _Resolver(files).file(files.first)
    found.root = plan_root(files.first)
    return found


class _Resolver:
    def __init__(self, files: FileSet) -> None:
        self.files = files
        self.done: dict[Path, Resolved] = {}

    def file(self, path: Path) -> Resolved:
        if path not in self.done:
            self.done[path] = self._resolve(path)
        return self.done[path]

    def _resolve(self, path: Path) -> Resolved:
        file = self.files.files[path]
        result = Resolved(lost=set(file.lost), partial=path in self.files.partial)
        used = [(word, self.file(real)) for word, real in self.files.uses[path]]
        lent: Names = {}
        for word, other in used:
            self._lend(result, lent, word, other)
            result.lost |= other.lost
            result.partial |= other.partial
        result.plans = {other.plan.name: other for _, other in used if other.plan is not None}
        result.plan = self._plan_record(result, file)
        base = self._base(result, used)
        own_plan = result.plan
        if base is not None and result.plan is not None:
            result.records.update(base.records)
            result.baseless |= base.baseless
            result.plan = _merge(base.plan, result.plan) if base.plan else result.plan
        result.records = {**lent, **result.records}
        if own_plan is not None:
            # After what is lent: the base's file lends some of the base's records too.
            self._drop(result, own_plan)
        for record in sorted(file.records, key=lambda one: one.override):
            if record.kind.text == "test":
                result.tests.append(record)
            elif record.kind.text != "plan":
                self._add(result, record)
        return result

    def _lend(self, result: Resolved, lent: Names, word: ast.Word, other: Resolved) -> None:
        for key, record in other.records.items():
            if record.kind.text not in LENT:
                continue
            there = lent.setdefault(key, record)
            if there is not record:
                result.diagnostics.append(
                    Diagnostic(
                        "E102",
                        f"two used files define {key[0]} `{key[1]}`",
                        word.span,
                        "brings a second one",
                        "rename one of them",
                        (Label(there.span, "one"), Label(record.span, "the other")),
                    )
                )

    def _plan_record(self, result: Resolved, file: ast.File) -> ast.Record | None:
        plans = [record for record in file.records if record.kind.text == "plan"]
        for extra in plans[1:]:
            result.diagnostics.append(
                Diagnostic(
                    "E109",
                    "a second plan in this file",
                    extra.span,
                    "the second",
                    "put each plan into a file of its own",
                    (Label(plans[0].span, "the first"),),
                )
            )
            result.baseless |= any(fact.keyword == "extends" for fact in extra.facts)
        if not plans:
            return None
        return plans[0] if len(plans) == 1 else replace(plans[0], broken=True)

    def _base(self, result: Resolved, used: list[tuple[ast.Word, Resolved]]) -> Resolved | None:
        if result.plan is None:
            return None
        named = [f for f in result.plan.facts if f.keyword == "extends"]
        bases = {other.plan.name: other for _, other in used if other.plan is not None}
        for fact in named:
            assert isinstance(fact, ast.Setting)
            word = fact.words[0]
            if word.text in bases:
                _refer(result, word, bases[word.text].plan)
                return bases[word.text]
            result.baseless = True
            result.plan = replace(result.plan, broken=True)
            if result.partial or word.text in result.lost:
                continue
            result.diagnostics.append(
                Diagnostic(
                    "E107",
                    f"no used file holds a plan `{word.text}`",
                    word.span,
                    help=did_you_mean(word.text, bases, "name its file with `use` first"),
                    fixes=spelt_as(word.text, word.span, bases),
                    options=tuple(sorted(bases)),
                )
            )
        return None

    def _misses_base(self, result: Resolved, kind: str) -> None:
        """Say no more of what is missing where the plan seems to lack an `extends`.

        It changes a record of a kind that only another plan can bring, and extends none.
        """
        plan = result.plan
        if kind in LENT or plan is None or any(one.keyword == "extends" for one in plan.facts):
            return
        result.baseless = True
        result.plan = replace(plan, broken=True)

    def _drop(self, result: Resolved, plan: ast.Record) -> None:
        for fact in plan.facts:
            if not (isinstance(fact, ast.Setting) and fact.keyword == "drops"):
                continue
            kind, name = fact.words
            if (kind.text, name.text) in result.records:
                _refer(result, name, result.records.pop((kind.text, name.text)))
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
                self._misses_base(result, kind.text)

    def _add(self, result: Resolved, record: ast.Record) -> None:
        if record.id is None:
            result.diagnostics.append(
                Diagnostic(
                    "E108",
                    f"this {record.kind.text} has no id",
                    record.kind.span,
                    help=f"write it as `{record.kind.text} some-id`; ids stay when titles change",
                )
            )
            return
        relative = record.kind.text == "zone" and record.id.text in RELATIVE
        if record.id.text in RESERVED or relative:
            result.diagnostics.append(
                Diagnostic(
                    "E108",
                    f"`{record.id.text}` cannot be an id",
                    record.id.span,
                    help="the language means something by this word; choose another id",
                )
            )
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
        name = record.id
        assert name is not None
        key = (record.kind.text, name.text)
        there = result.records.get(key)
        if record.override and key not in result.own:
            if there is None and not result.may_hold(key[1], (key[0],)):
                known = [name for kind, name in result.records if kind == key[0]]
                result.diagnostics.append(
                    Diagnostic(
                        "E103",
                        f"there is no {key[0]} `{key[1]}` to override",
                        name.span,
                        help=did_you_mean(key[1], known, "without `override` it defines a new one"),
                        fixes=(*spelt_as(key[1], name.span, known), _not_overriding(record)),
                        options=tuple(sorted(known)),
                    )
                )
                self._misses_base(result, key[0])
            if there is not None:
                _refer(result, name, there)
            # Of a record that changes nothing known, nobody can say what else it lacks.
            record = _merge(there, record) if there else replace(record, broken=True)
        elif there is not None:
            help_text = "rename one, or say `override` to change the inherited one"
            if key in result.own:
                help_text = "keep one of them: `override` is for what comes from another file"
            result.diagnostics.append(
                Diagnostic(
                    "E102",
                    f"{key[0]} `{key[1]}` is defined twice",
                    name.span,
                    "defined again",
                    help_text,
                    (Label((there.id or there.kind).span, "first defined here"),),
                    () if key in result.own else (_overriding(record, lent=key[0] in LENT),),
                )
            )
            # What one of the two lacks, the other may state.
            result.records[key] = replace(there, broken=True)
            return
        self._one_name_for_charges(result, record, key)
        result.records[key] = record
        result.own.add(key)

    def _one_name_for_charges(
        self, result: Resolved, record: ast.Record, key: tuple[str, str]
    ) -> None:
        """Charges share one space of names, since discounts and taxes name them by id alone."""
        charging = (
            *("fee", "rate", "deck", "cost", "commission", "tax"),
            *("discount", "allowance", "cap", "commitment", "bundle", "wallet"),
        )
        if key[0] not in charging or record.id is None:
            return
        for kind in charging:
            other = result.records.get((kind, key[1]))
            if kind != key[0] and other is not None:
                result.diagnostics.append(
                    Diagnostic(
                        "E102",
                        f"`{key[1]}` already names a {kind}",
                        record.id.span,
                        "the same id",
                        "charges share one space of names: rename one",
                        (Label((other.id or other.kind).span, "first defined here"),),
                    )
                )


def _refer(result: Resolved, word: ast.Word, record: ast.Record | None) -> None:
    if record is not None and record.id is not None:
        result.references.append(Reference(word.span, record.id.span, record.kind.text))


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


def _merge(base: ast.Record, change: ast.Record) -> ast.Record:
    """`base` with the facts of `change`: those of the same key are replaced, the others stay."""
    kind = change.kind.text
    stated = {key_of(kind, fact) for fact in change.facts}
    kept = [fact for fact in base.facts if key_of(kind, fact) not in stated]
    return replace(
        change,
        title=change.title or base.title,
        match=change.match or base.match,
        table=change.table or base.table,
        addon=change.addon or base.addon,
        facts=[*kept, *change.facts],
        broken=base.broken or change.broken,
    )
