"""Which records a plan has: its own, those that `use` lends, those that `extends` brings.

Names resolve here, before anything is compiled: a record that is defined twice, an
`override` of nothing, and a dropped record are settled, and what is left is one record for
each kind and id.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.mending import spelt_as
from ratedsl.lang.spelling import did_you_mean
from ratedsl.plan.files import FileSet, plan_root
from ratedsl.plan.own_records import add_record, drop_records, merged
from ratedsl.plan.resolved import LENT, Names, Resolved


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
            result.plan = merged(base.plan, result.plan) if base.plan else result.plan
        result.records = {**lent, **result.records}
        if own_plan is not None:
            # After what is lent: the base's file lends some of the base's records too.
            drop_records(result, own_plan)
        for record in sorted(file.records, key=lambda one: one.override):
            if record.kind.text == "test":
                result.tests.append(record)
            elif record.kind.text != "plan":
                add_record(result, record)
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
                result.refer(word, bases[word.text].plan)
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
