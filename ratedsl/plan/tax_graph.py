"""The order of taxes: each after those in its base; those that belong together at once."""

from __future__ import annotations

from collections.abc import Sequence

from ratedsl.plan.model import Tax


def stands_on(tax: Tax) -> set[str]:
    """Every name that the tax's base, or its cap, holds at some time."""
    names = {name for step in tax.steps for name in step.of}
    names |= {name for share in tax.base for name in share.of}
    return names | {cap.at_tax for cap in tax.caps if cap.at_tax}


def together(taxes: Sequence[Tax]) -> dict[str, tuple[str, ...]]:
    """For each tax those that are worked out with it: grossed up together, rounded as a group."""
    found: dict[str, set[str]] = {tax.id: {tax.id} for tax in taxes}

    def join(first: str, second: str) -> None:
        if second in found and found[first] is not found[second]:
            found[first] |= found[second]
            for name in found[second]:
                found[name] = found[first]

    groups: dict[str, str] = {}
    for tax in taxes:
        for name in tax.grossed_with:
            join(tax.id, name)
        if tax.group:
            join(tax.id, groups.setdefault(tax.group, tax.id))
    return {name: tuple(sorted(ids)) for name, ids in found.items()}


def in_order(taxes: Sequence[Tax]) -> list[list[Tax]]:
    """The taxes in steps of work, each after those it stands on; `check` excludes circles.

    Taxes of one step are in order too.
    """
    by_id = {tax.id: tax for tax in taxes}
    members = together(taxes)
    done: dict[str, None] = {}
    steps: list[list[Tax]] = []

    def place(name: str, waiting: frozenset[str]) -> None:
        group = members[name]
        if name in done or waiting & set(group):
            return
        for one in group:
            for base in sorted((stands_on(by_id[one]) & by_id.keys()) - set(group)):
                place(base, waiting | set(group))
        if name not in done:
            done.update(dict.fromkeys(group))
            steps.append(_within(group, by_id))

    for tax in taxes:
        place(tax.id, frozenset())
    return steps


def _within(group: Sequence[str], by_id: dict[str, Tax]) -> list[Tax]:
    """The taxes of one step of work, each after those it stands on."""
    found: dict[str, Tax] = {}

    def place(name: str, waiting: frozenset[str]) -> None:
        if name in found or name in waiting:
            return
        for base in sorted(stands_on(by_id[name]) & set(group)):
            place(base, waiting | {name})
        found[name] = by_id[name]

    for name in group:
        place(name, frozenset())
    return list(found.values())
