"""The `billed` facts of a rate become its increments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.judge import Judge
from ratedsl.plan.repeated import repeated
from ratedsl.plan.units import SPANS


def compile_increments(
    judge: Judge,
    record: ast.Record,
    dimension: str,
    window_of: Callable[[ast.Word | None], str],
    per: Sequence[str],
) -> tuple[model.Increments, ...]:
    """The increments of each window, or of all times."""
    seen: dict[str, ast.Billed] = {}
    found = []
    for fact in record.facts_of(ast.Billed):
        name = fact.window.text if fact.window else ""
        if name in seen:
            judge.report(
                "E310",
                f"`billed` stands twice in {record.kind.text} `{record.name}`",
                fact.span,
                "delete one of them, or give each a window",
                "the second",
                (Label(seen[name].span, "the first"),),
                repeated(seen[name], fact),
            )
            continue
        seen[name] = fact
        span: str | None = "event"
        if fact.per is not None and fact.per.text not in per:
            span = judge.choice(fact.per, (*per, *SPANS[1:]), "span of an increment")
        steps = _steps(judge, record, fact, dimension)
        if span is None or not _one_block(judge, fact, span):
            continue
        if steps:
            found.append(
                model.Increments(
                    steps=steps,
                    block=cast(Any, fact.block if fact.block != "started" else ""),
                    span=cast(Any, span),
                    edge_next=fact.edge_next,
                    window=window_of(fact.window),
                    at=fact.span,
                )
            )
    return tuple(found)


def _one_block(judge: Judge, fact: ast.Billed, span: str) -> bool:
    """Whether what is said of the blocks fits together; only begun ones may change in size."""
    if fact.block in ("full", "nearest") and (len(fact.steps) > 1 or fact.edge_next):
        judge.report(
            "E311",
            f"{fact.block} blocks have one size and no edge",
            fact.span,
            "keep one block, or bill begun ones",
        )
        return False
    if span != "event" and fact.window is not None:
        judge.report(
            "E311",
            f"blocks of a total per {span} do not change with the window",
            fact.span,
            "leave `in` out, or count the blocks per event",
        )
        return False
    return True


def _steps(
    judge: Judge, record: ast.Record, fact: ast.Billed, dimension: str
) -> tuple[model.IncrementStep, ...]:
    what = f"what `{record.name}` bills"
    steps = []
    reached = 0
    for index, (size, until) in enumerate(fact.steps):
        units = judge.quantity(size, dimension, what)
        end = judge.quantity(until, dimension, what) if until else None
        if units is None or (until is not None and end is None):
            return ()
        if units == 0:
            judge.report(
                "E318",
                "an increment is at least one base unit",
                size.span,
                "delete this fact to bill what was used",
            )
            return ()
        last = index == len(fact.steps) - 1
        if not last and end is None:
            # `60 s then 1 s`: the first block stands once.
            end = reached + units
        if last:
            end = None if until is None else end
        if end is not None and end <= reached:
            judge.report(
                "E307",
                "this block ends before it starts",
                size.span,
                "let each `until` be larger than the one before",
            )
            return ()
        if last and end is not None:
            judge.report(
                "E306",
                "nothing is said about what comes after the last block",
                fact.span,
                "add `then` and a block without `until`",
            )
            return ()
        steps.append(model.IncrementStep(size=units, until=end))
        reached = end or reached
    return tuple(steps)
