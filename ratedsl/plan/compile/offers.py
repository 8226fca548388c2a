"""What a plan promises a rate for: `offers` facts, which price nothing."""

from __future__ import annotations

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.condition import compile_tests
from ratedsl.plan.compile.rate import compile_match
from ratedsl.plan.judge import Judge


def compile_offers(judge: Judge, record: ast.Record) -> tuple[model.Offer, ...]:
    """The usage that the plan offers; one of which a place is unknown is left out."""
    found = []
    for fact in record.facts:
        if not isinstance(fact, ast.Offers):
            continue
        match = compile_match(judge, fact.match)
        if match is not None:
            tests = compile_tests(judge, fact.tests, match.service)
            found.append(model.Offer(match=match, conditions=tests, at=fact.span))
    return tuple(found)
