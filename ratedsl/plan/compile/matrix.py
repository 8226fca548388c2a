"""The `matrix` and `cell` facts of a rate become its prices by attributes."""

from __future__ import annotations

from collections import defaultdict

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.price import PriceCompiler


def compile_matrix(prices: PriceCompiler) -> model.Matrix | None:
    """The rate's matrix, or None where it has none that can be used."""
    judge, record = prices.judge, prices.record
    heads = record.settings("matrix")
    facts = record.facts_of(ast.Cell)
    head = judge.one(record, heads, "matrix")
    if head is None:
        if facts:
            judge.missing(record, "matrix", "say which attributes its cells are for: `matrix ATTR`")
        return None
    if not facts:
        judge.missing(record, "cell", "add `cell VALUE MONEY per UNIT`")
    others = [f for f in record.facts if isinstance(f, ast.Price | ast.PercentPrice | ast.Tier)]
    if others:
        judge.report(
            "E311",
            f"rate `{record.name}` has both a matrix and other prices",
            others[0].span,
            "keep one of them, or make it two rates",
            related=[Label(head.span, "the matrix")],
        )
    attributes = _attributes(prices, head)
    by_values: dict[tuple[str, ...], list[ast.Cell]] = defaultdict(list)
    for fact in facts:
        if _fits(prices, fact, attributes):
            by_values[tuple(word.text for word in fact.values)].append(fact)
    cells = []
    for values, same in by_values.items():
        name = f"cells for `{', '.join(values) or 'otherwise'}`"
        for fact, period in judge.timeline(same, name):
            price = prices.unit_price(fact, fact.price)
            if price is not None:
                cells.append(model.Cell(values=values, price=price, period=period, at=fact.span))
    names = tuple(word.text for word in head.words)
    return model.Matrix(attributes=names, cells=tuple(cells), at=head.span)


def _attributes(prices: PriceCompiler, head: ast.Setting) -> list[tuple[str, ...]]:
    """The values that each attribute of the matrix may have; none where any may come."""
    judge, service = prices.judge, prices.service
    if not judge.attributes.get(service):
        return [() for _ in head.words]
    found = [judge.attribute(service, word) for word in head.words]
    return [one.values if one is not None else () for one in found]


def _fits(prices: PriceCompiler, cell: ast.Cell, attributes: list[tuple[str, ...]]) -> bool:
    """Whether a cell names a value for each attribute, and one that it may have."""
    judge = prices.judge
    if not cell.values:
        return True
    if len(cell.values) != len(attributes):
        judge.report(
            "E311",
            f"a cell of this matrix has {len(attributes)} values, and this one {len(cell.values)}",
            cell.span,
            "name one value for each attribute, in the order of `matrix`",
        )
        return False
    known = [
        judge.choice(word, values, "value of this attribute")
        for word, values in zip(cell.values, attributes, strict=True)
        if values
    ]
    return None not in known
