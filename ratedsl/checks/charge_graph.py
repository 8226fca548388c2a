"""E314: no tax may stand, through others, on itself."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Plan, Tax


def bases_of(tax: Tax) -> set[str]:
    """Every name that the tax's base holds at some time."""
    return {name for step in tax.steps for name in step.of} | {
        name for share in tax.base for name in share.of
    }


def check_charge_graph(plan: Plan) -> Iterator[Diagnostic]:
    """Taxes that stand on taxes form no circle; a circle is shown as a chain."""
    taxes = {tax.id: tax for tax in plan.taxes}
    reported: set[frozenset[str]] = set()

    def walk(name: str, chain: tuple[str, ...]) -> Iterator[Diagnostic]:
        if name in chain:
            circle = chain[chain.index(name) :]
            if frozenset(circle) not in reported:
                reported.add(frozenset(circle))
                yield Diagnostic(
                    "E314",
                    "these taxes stand on each other: " + " → ".join((*circle, name)),
                    taxes[name].at,
                    help="take one of them out of the other's base",
                )
            return
        for base in sorted(bases_of(taxes[name]) & taxes.keys()):
            yield from walk(base, (*chain, name))

    for tax in plan.taxes:
        yield from walk(tax.id, ())
