"""What a wallet cannot pay, how it is taxed, and how what it pays is rounded, is stated."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import MONEY, Plan

_GROUPS = {"usage", "fees", "charges"}


def check_wallet_ends(plan: Plan) -> Iterator[Diagnostic]:
    """E316: money is drawn event by event, so its rounding is that of the event."""
    yield from _rounding(plan)
    for wallet in plan.wallets:
        if plan.taxes and not wallet.taxed:
            yield Diagnostic(
                "E316",
                f"wallet `{wallet.id}` does not say when what it pays is taxed",
                wallet.at,
                help="add `taxed at top-up` (what it pays was taxed before), or `taxed when used`",
            )
        later = [
            one
            for one in plan.wallets
            if one.id != wallet.id
            and (one.order or 0) > (wallet.order or 0)
            and (set(one.pays) & set(wallet.pays) or _GROUPS & {*one.pays, *wallet.pays})
        ]
        if wallet.after == "next wallet" and not later:
            yield Diagnostic(
                "E316",
                f"no wallet comes after `{wallet.id}`",
                wallet.at,
                help="write `after blocked` or `after invoiced`, or give the next one a higher "
                "`order`",
            )


def _rounding(plan: Plan) -> Iterator[Diagnostic]:
    money = [one.id for one in plan.wallets]
    money += [one.id for one in plan.allowances if one.dimension == MONEY]
    if money and plan.rounding_for("event") is None:
        yield Diagnostic(
            "E316",
            f"plan `{plan.id}` does not say how an event is rounded that `{money[0]}` pays",
            plan.at,
            help=f"add `rounding half-up 0.01 {plan.currency} per event` to the plan",
        )
