"""A fact that says again what another says in the same words: one of the two can go."""

from __future__ import annotations

from ratedsl.lang import ast
from ratedsl.lang.ast.meaning import meaning
from ratedsl.lang.mending import Fix, line_deleted


def repeated(first: ast.Fact, second: ast.Fact) -> tuple[Fix, ...]:
    """The second fact taken out: safe where it says the same, as then nothing is lost.

    Where it does not, nobody knows which of the two is meant, so neither is offered.
    """
    same = first.span.path == second.span.path and meaning(first) == meaning(second)
    return (line_deleted(second.span, safe=True),) if same else ()
