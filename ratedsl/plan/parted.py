"""Where a header is missing, two records stand as one: the second is parted from the first.

Otherwise each of its facts would be said to stand twice.
"""

from __future__ import annotations

from dataclasses import replace

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.keys import SETS, Key, key_of

# So many facts of different keys that stand twice make a second record of them.
_A_RECORD = 2


def parted(record: ast.Record) -> tuple[ast.Record, Diagnostic | None]:
    """The record up to where its facts begin to stand a second time, and a finding that says so.

    A record in which no two facts do, or only facts of one key, is given as it is.
    """
    kind = record.kind.text
    if kind == "test" or len(record.facts) < 2 * _A_RECORD:
        return record, None
    first: dict[Key, ast.Fact] = {}
    again: dict[Key, int] = {}
    for index, fact in enumerate(record.facts):
        if fact.keyword in SETS.get(kind, ()):
            continue
        key = key_of(kind, fact)
        if key not in first:
            # What stands for the first time below the first repeat is the second record's own.
            if not again:
                first[key] = fact
        elif not (_dated(first[key]) and _dated(fact)):
            again.setdefault(key, index)
    if len(again) < _A_RECORD:
        return record, None
    key, start = next(iter(again.items()))
    fact = record.facts[start]
    return replace(record, facts=record.facts[:start], broken=True), Diagnostic(
        "E310",
        f"from here on the facts of {kind} `{record.name}` stand a second time",
        fact.span,
        "stands a second time",
        f"the header of another {kind} may be missing above it; if not, delete what stands twice",
        (Label(first[key].span, "the first"),),
    )


def _dated(fact: ast.Fact) -> bool:
    dated: ast.Dated | None = getattr(fact, "dated", None)
    return dated is not None and dated.start is not None
