"""Who holds what a record gives or counts: each line, the account, or a pool by its name."""

from __future__ import annotations

from ratedsl.lang import ast
from ratedsl.plan.judge import Judge


def compile_holder(
    judge: Judge, who: ast.Word | None, pool: ast.Word | None, fact: ast.Fact, what: str
) -> tuple[str, str] | None:
    """The holder's kind and the pool's id, if it is one; None where it cannot be told.

    It is each line's own where nothing is said.
    """
    if who is None:
        return "line", ""
    kind = judge.choice(who, ("line", "account", "pool"), what)
    if kind is None:
        return None
    if kind == "pool":
        named = named_pool(judge, (pool,) if pool is not None else (), fact)
        return None if named is None else (kind, named)
    if pool is not None:
        judge.report(
            "E311",
            f"`{kind}` takes no name",
            pool.span,
            f"delete `{pool.text}`, or write `per pool {pool.text}`",
        )
    return kind, ""


def named_pool(judge: Judge, words: tuple[ast.Word, ...], fact: ast.Fact) -> str | None:
    """The pool that is named behind `pool`."""
    if not words:
        judge.report(
            "E308", "this does not name the pool", fact.span, "write the pool's id behind `pool`"
        )
        return None
    return judge.name(words[0], ("pool",), "pool")
