"""W545: an allowance that nothing draws on, or that pays for what is free anyway."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.matching import never_hold
from ratedsl.plan.model import Allowance, Expectation, PlanTest, Rate
from ratedsl.proofs.cells import Cell, Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.times import windows_of
from ratedsl.proofs.witness import charge_of, charging, test_of


def prove_allowances_used(ground: Ground) -> Iterator[Finding]:
    """W545: an allowance that nothing draws on, or that pays for what is free anyway."""
    for allowance in ground.plan.allowances:
        why = _unused(ground, allowance)
        if why:
            yield Finding(
                Diagnostic(
                    "W545",
                    f"nothing is ever paid from `{allowance.id}`: {why[0]}",
                    allowance.at,
                    help=why[1],
                ),
                why[2],
            )


def _unused(ground: Ground, allowance: Allowance) -> tuple[str, str, tuple[PlanTest, ...]] | None:
    services = dict.fromkeys(one.match.service for one in allowance.covers)
    cells = [cell for service in services for cell in ground.cells(service)]
    using = [c for c in cells if any(one.id == allowance.id for one, _ in c.chosen.allowances)]
    if not using:
        never = all(never_hold(one.conditions) for one in allowance.covers)
        if never or ground.bounded & services.keys() or _own_lines(ground, allowance):
            return None
        return (
            "no usage that it covers draws on it",
            "cover other usage, or take the allowance out",
            (),
        )
    grant = max((one.quantity for one in allowance.grants if one.money is None), default=0)
    if grant and allowance.step > grant and not allowance.pooled:
        nothing = Expectation(what="covered", quantity=0)
        only = [c for c in using if len(c.chosen.allowances) == 1 and not allowance.addon]
        return (
            "one step of it is more than it grants",
            "make the step smaller, or the grant larger",
            tuple(test_of("nothing is covered", [c.usage], nothing) for c in only[:1]),
        )
    windows = {one.window for one in allowance.covers}
    if "" not in windows and not any(_meets_window(ground, c, windows) for c in using):
        return (
            "the windows that it covers in are never open",
            "cover in a window that is open, or take the allowance out",
            (),
        )
    rated = [cell.chosen.rate for cell in using]
    if all(rate is not None and _is_free(rate) for rate in rated) and not allowance.charges:
        free = tuple(
            charging("free anyway", [c.usage], money)
            for c in using[:1]
            if (money := charge_of(ground.tables, test_of("x", [c.usage]))) == 0
        )
        return (
            "all that it covers is free anyway",
            "price what it covers, or take the allowance out",
            free,
        )
    return None


def _own_lines(ground: Ground, allowance: Allowance) -> bool:
    lines = {zone.id for zone in ground.plan.zones if zone.lines}
    return any(lines & {*one.match.to} for one in allowance.covers)


def _meets_window(ground: Ground, cell: Cell, windows: set[str]) -> bool:
    rate = cell.chosen.rate
    names = windows | (windows_of(rate) if rate is not None else set())
    return bool(windows & ground.times.opening(names, ground.times.first, None).keys())


def _is_free(rate: Rate) -> bool:
    return (
        bool(rate.prices)
        and not rate.fees
        and rate.deck is None
        and rate.minimum is None
        and not rate.adds_to
        and all(
            not one.price.amount and one.price.percent is None and not one.price.plus
            for one in rate.prices
        )
    )
