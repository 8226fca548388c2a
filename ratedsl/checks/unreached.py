"""W510 to W514: what a plan says and nobody can ever feel."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import date, timedelta

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.matching import never_hold
from ratedsl.plan.model import Dated, Plan, Wallet

_DAY = timedelta(days=1)


def check_unreached(plan: Plan) -> Iterator[Diagnostic]:
    """Each of them is a mistake of an author who meant something; none breaks a bill."""
    yield from _kept_for_ever(plan)
    yield from _moved_before_any_change(plan)
    yield from _wallets(plan)
    yield from _allowances(plan)
    yield from _codes(plan)


def _kept_for_ever(plan: Plan) -> Iterator[Diagnostic]:
    """W510: a price from after the last day on which the plan is sold, where all are kept."""
    keeps, end = plan.keeps, plan.sold.end
    if keeps is None or keeps.months is not None or keeps.until is not None or end is None:
        return
    for group in _kept_facts(plan):
        starts = [one.period.start or date.min for one in group]
        for one, start in zip(group, starts, strict=True):
            if start >= end and min(starts) < end:
                yield Diagnostic(
                    "W510",
                    f"no line ever gets this: the plan is sold through {end - _DAY}",
                    one.at,
                    help="add `moves to current` with a day, or `for 12 months` to `keeps`; "
                    "or take this out",
                    related=(Label(keeps.at, "lines keep older prices for ever"),),
                )


def _moved_before_any_change(plan: Plan) -> Iterator[Diagnostic]:
    """W511: lines are moved to current prices on a day by which no price has changed."""
    keeps = plan.keeps
    if keeps is None or keeps.until is None:
        return
    for group in _kept_facts(plan):
        later = sorted(one.period.start or date.min for one in group)[1:]
        if any(day <= keeps.until for day in later):
            return
    yield Diagnostic(
        "W511",
        f"no price changes up to {keeps.until}, so lines keep nothing older",
        keeps.at,
        help="move them on or after the day of a change, or take `keeps` and `moves` out",
    )


def _kept_facts(plan: Plan) -> Iterator[Sequence[Dated]]:
    """The facts that a line may keep from its signup, those that follow on each other together."""
    found: dict[Hashable, list[Dated]] = {}
    for fee in plan.fees:
        found["fee", fee.id] = [*fee.amounts]
    for rate in plan.rates:
        for price in rate.prices:
            found.setdefault((rate.id, price.window, price.first), []).append(price)
        for once in rate.fees:
            found.setdefault((rate.id, once.kind, once.window), []).append(once)
        for tier in rate.tiers.tiers if rate.tiers else ():
            found.setdefault((rate.id, tier.bound, tier.inclusive), []).append(tier)
    for allowance in plan.allowances:
        found["allowance", allowance.id] = [*allowance.grants]
    yield from found.values()


def _wallets(plan: Plan) -> Iterator[Diagnostic]:
    """W512: a wallet for charges that there are none of, or behind one that passes nothing on."""
    for wallet in plan.wallets:
        pays = {*wallet.pays}
        if (pays == {"fees"} and not plan.fees) or (
            pays == {"usage"} and not plan.rates and not plan.allowances
        ):
            yield Diagnostic(
                "W512",
                f"nothing is ever paid from `{wallet.id}`: the plan has no {wallet.pays[0]}",
                wallet.at,
                help="let it pay what the plan charges, or take it out",
            )
            continue
        first = next((one for one in plan.wallets if _shuts_off(one, wallet)), None)
        if first is not None:
            yield Diagnostic(
                "W512",
                f"nothing is ever paid from `{wallet.id}`: `{first.id}` passes nothing on",
                wallet.at,
                help=f"write `after next wallet` in `{first.id}`, or change their order",
                related=(Label(first.at, f"what it cannot pay is {first.after}"),),
            )


def _shuts_off(first: Wallet, second: Wallet) -> bool:
    """Whether all that the second wallet may pay ends at the first one."""
    if first.id == second.id or (first.order or 0) >= (second.order or 0):
        return False
    same = (first.scope, first.pool) == (second.scope, second.pool)
    return same and {*second.pays} <= {*first.pays} and first.after != "next wallet"


def _allowances(plan: Plan) -> Iterator[Diagnostic]:
    """W513: an allowance whose conditions can never all hold."""
    for allowance in plan.allowances:
        if allowance.covers and all(never_hold(covers.conditions) for covers in allowance.covers):
            yield Diagnostic(
                "W513",
                f"nothing can use `{allowance.id}`: its conditions never all hold",
                allowance.covers[0].at,
                help="write two `covers`, or `in` with both values",
            )


def _codes(plan: Plan) -> Iterator[Diagnostic]:
    """W514: a code that no coupon can be, or one that is over before the plan is sold."""
    start = plan.sold.start
    for discount in plan.discounts:
        ends = [step.period.end for step in discount.steps]
        over = max((end for end in ends if end), default=None) if None not in ends else None
        if discount.code and discount.code != discount.code.strip():
            yield Diagnostic(
                "W514",
                f"nobody can hold the code of `{discount.id}`: there are spaces around it",
                discount.at,
                help=f'write `code "{discount.code.strip()}"`',
            )
        elif discount.code and start is not None and over is not None and over <= start:
            yield Diagnostic(
                "W514",
                f"nobody could hold the code of `{discount.id}`: it ends with {over - _DAY}, "
                f"and the plan is sold from {start}",
                discount.at,
                help="give the discount later dates, or take it out",
            )
