"""The order of taxes: each after those in its base; those that belong together at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

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

    def before(name: str) -> list[str]:
        """The groups that a group stands on, each by one of its taxes."""
        group = members[name]
        named = (sorted((stands_on(by_id[one]) & by_id.keys()) - set(group)) for one in group)
        return [members[base][0] for bases in named for base in bases]

    steps = _bases_first([members[tax.id][0] for tax in taxes], before)
    return [_within(members[name], by_id) for name in steps]


def _within(group: Sequence[str], by_id: dict[str, Tax]) -> list[Tax]:
    """The taxes of one step of work, each after those it stands on."""
    ordered = _bases_first(group, lambda name: sorted(stands_on(by_id[name]) & set(group)))
    return [by_id[name] for name in ordered]


def _bases_first(names: Sequence[str], bases: Callable[[str], Iterable[str]]) -> list[str]:
    """The names, each once and after its bases; a base that is waiting for it is passed over."""
    done: dict[str, None] = {}
    for name in names:
        waiting = {name: iter(bases(name))} if name not in done else {}
        while waiting:
            last, ahead = next(reversed(waiting.items()))
            base = next(ahead, None)
            if base is None:
                done[last] = None
                del waiting[last]
            elif base not in done and base not in waiting:
                waiting[base] = iter(bases(base))
    return list(done)
