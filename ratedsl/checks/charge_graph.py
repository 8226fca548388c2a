"""E314 and E315: no tax may stand, through others, on itself, nor take all of a price."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Plan, Tax
from ratedsl.plan.tax_graph import stands_on, together


def check_charge_graph(plan: Plan) -> Iterator[Diagnostic]:
    """Taxes that stand on taxes form no circle; a circle is shown as a chain.

    Taxes that are worked out together stand where any of them stands.
    """
    taxes = {tax.id: tax for tax in plan.taxes}
    members = together(plan.taxes)
    reported: set[frozenset[str]] = set()

    def bases(name: str) -> Iterator[str]:
        yield from sorted(stands_on(taxes[name]) & taxes.keys())
        for other in members[name]:
            if other != name:
                yield from sorted((stands_on(taxes[other]) & taxes.keys()) - set(members[name]))

    walked: set[str] = set()
    for tax in plan.taxes:
        for circle in _circles(tax.id, bases, walked):
            if frozenset(circle) not in reported:
                reported.add(frozenset(circle))
                yield Diagnostic(
                    "E314",
                    "these taxes stand on each other: " + " → ".join((*circle, circle[0])),
                    taxes[circle[0]].at,
                    help="take one of them out of the other's base",
                )


def _circles(
    start: str, bases: Callable[[str], Iterable[str]], walked: set[str]
) -> Iterator[list[str]]:
    """The circles that are met on the ways from `start` through names not `walked` before."""
    if start in walked:
        return
    walked.add(start)
    way = {start: iter([*bases(start)])}
    while way:
        name, ahead = next(reversed(way.items()))
        base = next(ahead, None)
        if base is None:
            del way[name]
        elif base in way:
            chain = list(way)
            yield chain[chain.index(base) :]
        elif base not in walked:
            walked.add(base)
            way[base] = iter([*bases(base)])


def check_grossed_up(plan: Plan) -> Iterator[Diagnostic]:
    """Taxes in their own base leave something of the price, and included ones stand inside it."""
    taxes = {tax.id: tax for tax in plan.taxes}
    members = together(plan.taxes)
    for tax in plan.taxes:
        if tax.grossed:
            others = [taxes[name] for name in members[tax.id] if name in taxes]
            rates = [_highest(one) for one in others if one.grossed]
            if sum(rates) >= 100:
                yield Diagnostic(
                    "E315",
                    f"taxes in their own base come to {sum(rates):f}% of the price",
                    tax.at,
                    help="together they are less than 100%",
                )
        # A tax with mistakes of its own is not there to be judged.
        named = [name for name in tax.grossed_with if name in taxes]
        outside = [name for name in named if not taxes[name].grossed]
        outside += [name for name in named if taxes[name].added != tax.added]
        for name in dict.fromkeys(outside):
            yield Diagnostic(
                "E311",
                f"`{tax.id}` is grossed up with `{name}`, which is not added in the same way",
                tax.at,
                help=f"say `added grossed up` of `{name}` too",
            )
        if tax.added == "included":
            for name in sorted(stands_on(tax) & taxes.keys()):
                if taxes[name].added != "included":
                    yield Diagnostic(
                        "E311",
                        f"`{tax.id}` is included in the price, and `{name}`, which it stands on, "
                        "is not",
                        tax.at,
                        help=f"say `added included` of `{name}` too, or take it out of the base",
                    )


def _highest(tax: Tax) -> Decimal:
    return max((step.percent for step in tax.steps if step.percent is not None), default=Decimal(0))
